import { z } from 'zod';
import type { ApiContext } from '../context.ts';
import { stream } from '../route.ts';
import { demoResponse } from '../schemas/answers.ts';
import { incident } from '../schemas/model.ts';
import { none } from '../schemas/queries.ts';
import type { EventStream } from '../stream.ts';

const ingestEveryMs = 1_000;

function totals(context: ApiContext) {
  const { traces, metrics, logs } = context.ingest().signals;
  return { traces: traces.accepted, metrics: metrics.accepted, logs: logs.accepted };
}

/** Says where things stand at once, then tells what changes. */
function openEvents(context: ApiContext, out: EventStream): void {
  let told = totals(context);
  out.send('world', { atMs: context.world().atMs });
  out.send('ingest', told);
  out.send('demo', context.demo.state());
  const stops = [
    context.on('world', ({ atMs }) => { out.send('world', { atMs }); }),
    context.on('incident', (each) => { out.send('incident', each); }),
    context.on('demo', (state) => { out.send('demo', state); }),
  ];
  const timer = setInterval(() => {
    const now = totals(context);
    if (now.traces === told.traces && now.metrics === told.metrics && now.logs === told.logs) return;
    if (out.send('ingest', now)) told = now;
  }, ingestEveryMs);
  out.onEnd(() => {
    clearInterval(timer);
    for (const stop of stops) stop();
  });
}

export const liveRoutes = [
  stream({
    path: '/events', summary: 'What changes, as it changes', query: none, errors: ['too_many_streams'],
    events: {
      world: z.object({ atMs: z.number() }), incident, demo: demoResponse,
      ingest: z.object({ traces: z.number(), metrics: z.number(), logs: z.number() }),
    },
    open: (context, _asked, out) => { openEvents(context, out); },
  }),
];
