import { change, read } from '../route.ts';
import { demoResponse } from '../schemas/answers.ts';
import { demoBody, faultBody, none } from '../schemas/queries.ts';

export const demoRoutes = [
  read({ path: '/demo', summary: 'State of the demo shop', query: none, answer: demoResponse, handle: (context) => context.demo.state() }),
  change({
    method: 'POST', path: '/demo', summary: 'Start or stop the demo shop', query: none, body: demoBody, answer: demoResponse,
    handle: async (context, { body }) => {
      await (body.action === 'start' ? context.demo.start() : context.demo.stop());
      return context.demo.state();
    },
  }),
  change({
    method: 'POST', path: '/demo/faults', summary: 'Plant a fault in the demo shop', query: none, body: faultBody, answer: demoResponse, errors: ['demo_off', 'unknown_fault'],
    handle: (context, { body }) => {
      context.demo.plant(body.name);
      return context.demo.state();
    },
  }),
  change({
    method: 'DELETE', path: '/demo/faults', summary: 'End all planted faults', query: none, body: null, answer: demoResponse, errors: ['demo_off'],
    handle: (context) => {
      context.demo.clear();
      return context.demo.state();
    },
  }),
];
