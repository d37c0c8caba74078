import { readRequest, writeRequest } from '@clew/otlp';
import type { Span } from '@clew/otlp';
import { expect, test } from 'vitest';
import { openEngine } from './engine.ts';
import type { Engine } from './engine.ts';
import { defaultSettings } from './model/index.ts';
import type { Finding } from './model/index.ts';
import { bell, makeDice } from './model/sketch.ts';

/** How long a finding takes, in event time: spans arrive a quarter of a second after they end at the latest. No clock is read. */

const startMs = Date.UTC(2026, 10, 22, 10);
const faultMs = startMs + 180_000;
const sendMs = 250;

interface Traffic { readonly perSecond: number; readonly failing: (atMs: number) => number; readonly slower: (atMs: number) => number }
interface Found { readonly atMs: number; readonly finding: Finding }

const calm: Traffic = { perSecond: 30, failing: () => 0.002, slower: () => 1 };
const nanos = (atMs: number): bigint => BigInt(Math.round(atMs * 1e3)) * 1_000n;

/** What comes out while the only service has such traffic, and the engine then. */
function play(from: unknown, traffic: Traffic, fromMs: number, untilMs: number, reopenEveryMs = Infinity): { readonly found: Found[]; readonly engine: Engine } {
  const dice = makeDice(fromMs / sendMs);
  let engine = openEngine(defaultSettings, from);
  const found: Found[] = [];
  for (let nowMs = fromMs; nowMs < untilMs; nowMs += sendMs) {
    const spans = Array.from({ length: Math.floor(traffic.perSecond * sendMs / 1000 + dice()) }, (_, at): Span => {
      const endMs = nowMs + dice() * sendMs;
      const id = (nowMs * 1_000 + at).toString(16).padStart(16, '0');
      return {
        traceId: id + id, spanId: id, name: 'GET /', kind: 2, startTimeUnixNano: nanos(endMs - 40 * Math.exp(0.3 * bell(dice)) * traffic.slower(endMs)), endTimeUnixNano: nanos(endMs),
        status: { code: dice() < traffic.failing(endMs) ? 2 : 0 },
      };
    });
    const resource = { attributes: [{ key: 'service.name', value: { stringValue: 'shop' } }] };
    const { findings } = engine.feed(readRequest('traces', writeRequest('traces', { resourceSpans: [{ resource, scopeSpans: [{ spans }] }] })), nowMs + sendMs);
    for (const finding of findings) found.push({ atMs: nowMs + sendMs, finding });
    if ((nowMs - fromMs) % reopenEveryMs === 0) engine = openEngine(defaultSettings, engine.save());
  }
  return { found, engine };
}

/** The engine after three calm minutes, by requests a second. */
const before = new Map([30, 10].map((perSecond) => [perSecond, play(undefined, { ...calm, perSecond }, startMs, faultMs).engine.save()]));
const after = (traffic: Traffic, untilMs: number, reopenEveryMs?: number): Found[] => play(before.get(traffic.perSecond), traffic, faultMs, untilMs, reopenEveryMs).found;
const onService = ({ finding }: Found): boolean => finding.entity === 'service:shop';
const phasesMs = [0, 1_300, 2_600, 3_900, 5_200, 6_500, 7_800, 9_100];

test.each([30, 10])('every request fails, %i a second: found within two seconds, wherever in its pane it begins', (perSecond) => {
  for (const phaseMs of phasesMs) {
    const since = faultMs + phaseMs;
    const [first] = after({ ...calm, perSecond, failing: (atMs) => (atMs < since ? 0.002 : 1) }, since + 4_000).filter(onService);
    expect(first.finding).toMatchObject({ feature: 'error_share', symptom: true, active: true });
    expect(first.atMs - since).toBeGreaterThan(0);
    expect(first.atMs - since).toBeLessThanOrEqual(2_000);
    expect(first.finding.onsetMs).toBe(Math.floor(since / 10_000) * 10_000);
  }
});

test('every request takes four times as long: found within twelve seconds, wherever in its pane it begins', () => {
  for (const phaseMs of phasesMs) {
    const since = faultMs + phaseMs;
    const [first] = after({ ...calm, slower: (atMs) => (atMs < since ? 1 : 4) }, since + 14_000).filter(onService);
    expect(first.finding.feature).toMatch(/^latency_/);
    expect(first.atMs - since).toBeLessThanOrEqual(12_000);
  }
});

test('all requests of half a second fail, or take long for three seconds: nothing is found, then or later', () => {
  for (const phaseMs of phasesMs) {
    const since = faultMs + phaseMs;
    const within = (lastsMs: number) => (atMs: number): boolean => atMs >= since && atMs < since + lastsMs;
    expect(after({ ...calm, failing: (atMs) => (within(500)(atMs) ? 1 : 0.002) }, since + 30_000)).toEqual([]);
    expect(after({ ...calm, slower: (atMs) => (within(3_000)(atMs) ? 4 : 1) }, since + 30_000)).toEqual([]);
  }
});

test('a service that fails for a second every three quarters of a minute is soon not found before its panes are over', () => {
  const isBurst = (atMs: number): boolean => (atMs - startMs) % 47_000 >= 46_000;
  const found = after({ ...calm, failing: (atMs) => (isBurst(atMs) ? 1 : 0.002) }, faultMs + 600_000);
  expect(found.filter(({ finding }) => finding.onsetMs > faultMs + 150_000 && finding.detectedMs % 10_000 !== 0)).toEqual([]);
});

test('the same is found, and nothing else, when the state is saved and opened every second', () => {
  const traffic: Traffic = { ...calm, failing: (atMs) => (atMs < faultMs + 3_900 ? 0.002 : 1) };
  expect(after(traffic, faultMs + 20_000, 1_000)).toEqual(after(traffic, faultMs + 20_000));
});
