import { read } from '../route.ts';
import { accessResponse } from '../schemas/access.ts';
import { none } from '../schemas/queries.ts';

export const accessRoutes = [
  read({ path: '/access', summary: 'Who may come in and by which door: ports, TLS, keys without their secrets', query: none, answer: accessResponse, handle: ({ access }) => access.state() }),
];
