import { readRequest, readText } from '@clew/otlp';
import { describe, expect, test } from 'vitest';
import { makeLogs } from './payload-logs.ts';
import { makeMetrics } from './payload-metrics.ts';
import { makeTraces } from './payload-traces.ts';
import { copyOf, digitMark, refresh, seeded } from './payload.ts';

const nowMs = 1_795_000_000_000;

describe.each([
  ['traces', 512, makeTraces(seeded(1))], ['logs', 512, makeLogs(seeded(1))], ['metrics', 500, makeMetrics(seeded(1), 1_000)[1]],
] as const)('payload of %s', (signal, items, payload) => {
  test('every item is taken, recent, and has no mark left in it', () => {
    const batch = readRequest(signal, refresh(payload, 1, nowMs));
    expect([batch.count, batch.refusals.count, payload.items]).toEqual([items, 0, items]);
    const times = signal === 'traces' ? readRequest('traces', payload.bytes).startNs : signal === 'logs' ? readRequest('logs', payload.bytes).timeNs : readRequest('metrics', payload.bytes).timeNs;
    for (const ns of times) expect(Math.abs(Number(ns / 1_000_000n) - nowMs)).toBeLessThan(1_300);
    for (let code = 0; code < batch.strings.count; code++) expect(readText(batch.strings, code)).not.toContain(digitMark.repeat(3));
  });

  test('no two sends are the same', () => {
    const first = Buffer.from(refresh(payload, 1, nowMs));
    const second = Buffer.from(refresh(payload, 2, nowMs));
    let differ = 0;
    for (let i = 0; i < first.length; i++) if (first[i] !== second[i]) differ++;
    expect(differ).toBeGreaterThan(items);
  });
});

test('copies of a payload that are sent in turn count on', () => {
  const [payload] = makeMetrics(seeded(1), 1_000);
  const copy = copyOf(payload);
  const [first, second, third] = [[payload, 7], [copy, 8], [payload, 9]].map(([each, serial]) => readRequest('metrics', refresh(each as typeof payload, serial as number, nowMs)).value.slice());
  for (let row = 0; row < payload.items; row++) expect(first[row] < second[row] && second[row] < third[row], `row ${row}`).toBe(true);
});

test('spans of a trace have parents that are there', () => {
  const { spanId, parentId, traceLo, count } = readRequest('traces', refresh(makeTraces(seeded(2)), 9, nowMs));
  const ids = new Set(spanId);
  expect(new Set(traceLo).size).toBe(32);
  expect([...parentId].filter((id) => id === 0n)).toHaveLength(32);
  expect([...parentId].filter((id) => ids.has(id))).toHaveLength(count - 32);
});
