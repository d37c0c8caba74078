import { readRequest, writeRequest } from '@clew/otlp';
import type { Batch } from '@clew/otlp';
import { expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { defaultSettings } from './model/index.ts';
import { bell, makeDice } from './model/sketch.ts';

/** A front and a back service and a database, by real requests. */

const startMs = Date.UTC(2026, 10, 22, 10);
const hex = (dice: () => number, length: number): string => Array.from({ length }, () => Math.floor(dice() * 16).toString(16)).join('');
const nanos = (ms: number): string => `${Math.floor(ms)}000000`;
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });

/** Two seconds of traffic: twenty requests, front → back → database. */
function requests(fromMs: number, dice: () => number, queryMs: number): Batch {
  const services: Record<string, object[]> = { front: [], back: [] };
  for (let count = 0; count < 20; count++) {
    const traceId = hex(dice, 32);
    const [front, call, back, query] = Array.from({ length: 4 }, () => hex(dice, 16));
    const at = fromMs + count * 90;
    const ms = queryMs * Math.exp(bell(dice) * 0.2);
    services.front.push({ traceId, spanId: front, name: 'GET /orders', kind: 2, startTimeUnixNano: nanos(at), endTimeUnixNano: nanos(at + ms + 20) });
    services.front.push({ traceId, spanId: call, parentSpanId: front, name: 'GET', kind: 3, startTimeUnixNano: nanos(at + 5), endTimeUnixNano: nanos(at + ms + 15) });
    services.back.push({ traceId, spanId: back, parentSpanId: call, name: 'GET /rows', kind: 2, startTimeUnixNano: nanos(at + 6), endTimeUnixNano: nanos(at + ms + 14) });
    services.back.push({
      traceId, spanId: query, parentSpanId: back, name: 'SELECT rows', kind: 3, startTimeUnixNano: nanos(at + 8), endTimeUnixNano: nanos(at + 8 + ms),
      attributes: [text('db.system.name', 'postgresql'), text('db.namespace', 'shop'), text('db.query.summary', 'SELECT rows')],
    });
  }
  const resourceSpans = Object.entries(services).map(([name, spans]) => ({ resource: { attributes: [text('service.name', name)] }, scopeSpans: [{ spans }] }));
  return readRequest('traces', writeRequest('traces', { resourceSpans } as Parameters<typeof writeRequest>[1]));
}

interface Run { readonly said: string[]; readonly engine: Engine; readonly nowMs: number }

function run(seconds: number, queryMsAt: (second: number) => number, reopenEvery = 0): Run {
  const dice = makeDice(9);
  let engine = openEngine(defaultSettings);
  const said: string[] = [];
  let fed = 0;
  for (let second = 0; second < seconds; second += 2) {
    const batch = requests(startMs + second * 1000, dice, queryMsAt(second));
    const step = engine.feed(batch, startMs + second * 1000 + 2_500);
    said.push(...step.incidents.map((incident) => JSON.stringify(incident)));
    fed++;
    if (reopenEvery > 0 && fed % reopenEvery === 0) engine = openEngine(defaultSettings, structuredClone(engine.save()));
  }
  return { said, engine, nowMs: startMs + seconds * 1000 };
}

const slowAfter = (second: number) => (now: number): number => (now < second ? 30 : 400);

test('requests in, one explained incident out; the same bytes when saved and opened after every fifth record', () => {
  const { said, engine } = run(300, slowAfter(200));
  const world = engine.world();
  expect(world.incidents).toHaveLength(1);
  expect(world.incidents[0].explanation.causes[0]).toMatchObject({ entity: 'database:postgresql/shop', kind: 'slow_database' });
  expect(world.incidents[0].openedMs).toBeLessThanOrEqual(startMs + 230_000);
  expect(world.nodes.find((each) => each.node.id === 'database:postgresql/shop')?.health).toBe('broken');
  expect(world.nodes.find((each) => each.node.id === 'service:front')?.red.length).toBeGreaterThan(20);
  expect(run(300, slowAfter(200)).said).toEqual(said);
  expect(run(300, slowAfter(200), 5).said).toEqual(said);
});

test('nothing comes out before a pane closes, and a pane closes only when it cannot change any more', () => {
  const engine = openEngine(defaultSettings);
  const dice = makeDice(1);
  expect(engine.world()).toMatchObject({ atMs: 0, nodes: [], incidents: [] });
  expect(engine.feed(requests(startMs, dice, 30), startMs + 2_500).panesClosed).toBe(0);
  expect(engine.feed(null, startMs + 15_900).panesClosed).toBe(0);
  expect(engine.feed(null, startMs + 16_000).panesClosed).toBe(1);
  expect(engine.world().atMs).toBe(startMs + 10_000);
});

test('silence of everybody is no incident and no recovery', () => {
  const { engine, nowMs } = run(300, slowAfter(200));
  for (let tick = 1; tick <= 60; tick++) engine.feed(null, nowMs + tick * 10_000);
  const world = engine.world();
  expect(world.incidents.map((incident) => incident.state)).toEqual([expect.stringMatching(/open|evolving/)]);
  expect(world.counters['panes_dark']).toBeGreaterThan(50);
});

test('after days of silence the panes in between are skipped and counted', () => {
  const { engine, nowMs } = run(60, () => 30);
  const step = engine.feed(requests(nowMs + 3 * 86_400_000, makeDice(4), 30), nowMs + 3 * 86_400_000 + 2_500);
  expect(step.panesClosed).toBeLessThan(400);
  expect(engine.world().counters['panes_skipped']).toBeGreaterThan(20_000);
});

test('what is given out and what is saved share nothing with the engine', () => {
  const { engine, nowMs } = run(100, () => 30);
  const world = engine.world();
  const saved = engine.save();
  const before = JSON.stringify([world, [...JSON.stringify(saved)].length]);
  engine.feed(requests(nowMs, makeDice(5), 30), nowMs + 2_500);
  engine.feed(null, nowMs + 60_000);
  expect(JSON.stringify([world, [...JSON.stringify(saved)].length])).toBe(before);
});
