import { expect, test } from 'vitest';
import type { StoredSpan } from '../model.ts';
import { spokenSpan } from './spoken-span.ts';
import { traceTree } from './trace-tree.ts';

const span = (spanId: string, parentId: string, name: string, startMs: number, durationMs: number, rest: Partial<StoredSpan> = {}): StoredSpan => ({
  traceId: 't', spanId, parentId, service: 'service:order', name, kind: 'client', startNs: '', endNs: '', startMs, durationMs, status: 'unset', statusMessage: '', traceState: '', flags: 0,
  attributes: {}, events: [], links: [], droppedAttributes: 0, droppedEvents: 0, droppedLinks: 0, resource: { attributes: {}, droppedAttributes: 0, schemaUrl: '' }, scope: { name: '', version: '', attributes: {}, droppedAttributes: 0, schemaUrl: '' }, ...rest,
} as StoredSpan);
const postgres = { 'db.system.name': 'postgresql', 'db.namespace': 'orders' };
const { rows } = traceTree([
  span('entry', '', 'POST /checkouts', 0, 1_000, { service: 'service:checkout' }),
  span('other', 'entry', 'SELECT orders', 0, 900, { service: 'service:report' }),
  span('call', 'entry', 'GET /orders', 10, 800),
  span('short', 'call', 'SELECT orders', 20, 5, { attributes: postgres }),
  span('long', 'call', 'SELECT orders', 30, 700, { attributes: postgres }),
  span('inner', 'long', 'parse', 30, 1, { status: 'error' }),
]);

test.each([
  ['an ancestor stands for the call beneath it that has the time', 'call', 'SELECT orders', 'database:postgresql/orders', false, 'long'],
  ['the node decides between two of one name', 'entry', 'SELECT orders', 'database:postgresql/orders', false, 'long'],
  ['by its statement', 'entry', 'no such name', 'database:postgresql/orders', false, 'long'],
  ['an exemplar that is no longer stored', 'gone', 'GET /orders', 'service:order', false, 'call'],
  ['the deepest that failed', 'call', 'parse', 'service:order', true, 'inner'],
  ['nothing of what is said: the exemplar itself', 'short', 'POST /charge', 'service:payment', false, 'short'],
])('%s', (_, exemplar, operation, entity, isError, found) => {
  expect(spokenSpan(rows, exemplar, { operation, entity, isError })).toBe(found);
});
