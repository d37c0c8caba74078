import { expect, test } from 'vitest';
import type { LogSession, Pane } from '../model/index.ts';
import { logRows, logsOf, openStory, paneMs, spanId, spanRows, t0, traceId } from './fixture/story.ts';
import type { StoryLog, StorySpan } from './fixture/story.ts';

/** A line at the begin, so that what follows was seen from its first line on. */
const begin: StoryLog = { service: 'shop', at: 0, body: 'up', trace: 9_999 };

function run(logs: readonly StoryLog[], spans: readonly StorySpan[] = [], panes = 8): Pane[] {
  const features = openStory();
  if (spans.length > 0) features.add(spanRows(spans));
  features.add(logRows(logsOf([begin, ...logs])));
  return Array.from({ length: panes }, (_, at) => features.closePane(t0 + at * paneMs));
}

const told = (panes: readonly Pane[]): LogSession[] => panes.flatMap(({ sessions }) => sessions ?? []);

test('what a service writes for a trace is one session, in the order of its times, told once the trace is silent', () => {
  const at = 3 * paneMs;
  const panes = run([
    { service: 'shop', at: at + 30, body: 'order 7 placed', trace: 1, span: 4 },
    { service: 'shop', at: at + 10, body: 'begin', trace: 1, span: 4 },
    { service: 'shop', at: at + 9_990, body: 'begin', trace: 2, span: 5 },
    { service: 'shop', at: at + 10_010, body: 'order 8 placed', trace: 2, span: 5 },
    { service: 'cart', at: at + 20, body: 'other service', trace: 1, span: 6 },
    { service: 'shop', at: at + 20, body: 'no trace at all' },
  ]);
  const shop = told(panes).filter(({ service }) => service === 'service:shop');
  expect(shop.map(({ trace }) => trace)).toEqual([{ traceId: traceId(1), spanId: spanId(4) }, { traceId: traceId(2), spanId: spanId(5) }]);
  expect(shop[0].templates).toEqual(shop[1].templates);
  expect(shop[0].templates).toHaveLength(2);
  expect(panes.map(({ sessions }) => sessions?.length)).toEqual([0, 0, 0, 0, 1, 1, 0, 0]);
});

test('a session is named after the operation that its trace asked of the service', () => {
  const at = 3 * paneMs;
  const panes = run([{ service: 'shop', at: at + 5, body: 'begin', trace: 1 }], [
    { service: 'shop', id: 1, trace: 1, kind: 'server', name: 'POST /order', at, ms: 20 },
    { service: 'shop', id: 2, trace: 1, parent: 1, kind: 'client', name: 'GET /cart', at: at + 1, ms: 5 },
  ]);
  expect(told(panes).map(({ operation }) => operation)).toEqual(['operation:shop|server|POST /order']);
});

test('a request that writes nothing is a session without lines, once its operation has written before', () => {
  const spans = Array.from({ length: 8 }, (_, i): StorySpan => ({ service: 'shop', id: i + 1, trace: i, kind: 'server', name: i < 6 ? 'POST /order' : 'GET /health', at: (3 + i) * paneMs, ms: 20 }));
  const panes = run([{ service: 'shop', at: 3 * paneMs + 5, body: 'begin', trace: 0 }, { service: 'shop', at: 9 * paneMs + 5, body: 'late begin', trace: 5 }], spans, 14);
  expect(told(panes).map(({ operation, trace, templates }) => [operation.split('|')[2], Number.parseInt(trace.traceId.slice(-2), 16), templates.length])).toEqual([
    ['POST /order', 0, 1], ['POST /order', 2, 0], ['POST /order', 3, 0], ['POST /order', 4, 0], ['POST /order', 5, 1],
  ]);
});

test('of a flood a sample is followed, whole sessions only, and never more than there is room for', () => {
  const logs = Array.from({ length: 4_000 }, (_, i): StoryLog[] => {
    const at = 3 * paneMs + (i % 2_000) * 10;
    return [{ service: 'shop', at, body: 'begin', trace: i }, { service: 'shop', at: at + paneMs, body: 'end', trace: i }];
  }).flat().sort((a, b) => a.at - b.at);
  const sessions = told(run(logs, [], 12));
  expect(sessions.length).toBeGreaterThan(3);
  expect(sessions.length).toBeLessThan(60);
  for (const { templates } of sessions) expect(templates).toHaveLength(2);
});

test('a saved state goes on as if nothing had happened', () => {
  const logs = Array.from({ length: 30 }, (_, i): StoryLog => ({ service: 'shop', at: 3 * paneMs + i * 900, body: i % 2 === 0 ? 'begin' : 'end', trace: i >> 1 }));
  const whole = openStory();
  const half = openStory();
  for (const each of [whole, half]) each.add(logRows(logsOf([begin, ...logs.slice(0, 15)])));
  const resumed = openStory(undefined, half.save());
  for (const each of [whole, resumed]) each.add(logRows(logsOf(logs.slice(15))));
  for (let at = 0; at < 8; at++) expect(resumed.closePane(t0 + at * paneMs).sessions).toEqual(whole.closePane(t0 + at * paneMs).sessions);
});
