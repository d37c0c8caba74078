import { expect, test } from 'vitest';
import { defaultSettings } from '../../model/index.ts';
import type { Finding, LogSession, Pane } from '../../model/index.ts';
import { sketchGraph } from '../../model/sketch.ts';
import { openDetect } from '../detect.ts';
import { openSequences } from './sequences.ts';
import type { Sequences } from './sequences.ts';

const paneMs = 10_000;
const service = 'service:shop';
const operation = 'operation:shop|server|POST /order';
/** A budget of one a day over a few hundred series. */
const bar = 13;
const ask = { bar: () => bar, trust: () => 1, count: () => undefined };
const words = { t1: 'order <*> received', t2: 'stock reserved', t3: 'card charged', t4: 'retrying after <*>', t5: 'order <*> placed' };

/** Received, reserved, charged, placed; one in twenty retries once. One in two hundred breaks off by itself. */
function ordinary(i: number): string[] {
  if (i % 200 === 77) return ['t1', 't2'];
  return ['t1', 't2', ...(i % 20 === 0 ? ['t4', 't2'] : []), 't3', 't5'];
}

let made = 0;
function paneOf(at: number, lines: (i: number) => string[], perPane = 8): Pane {
  const startMs = at * paneMs;
  const sessions = Array.from({ length: perPane }, (): LogSession => {
    const i = made++;
    return { service, operation, trace: { traceId: i.toString(16).padStart(32, '0'), spanId: '00000000000000aa' }, firstMs: startMs, templates: lines(i) };
  });
  const templates = Object.entries(words).map(([template, text]) => ({ service, template, text, severity: 9, count: 1, firstSeenMs: 0, exemplars: [] }));
  return { startMs, endMs: startMs + paneMs, observations: [], red: new Map(), attributions: [], templates, changes: [], sessions };
}

function run(sequences: Sequences, from: number, to: number, lines: (i: number) => string[] = ordinary): Finding[] {
  const found: Finding[] = [];
  for (let at = from; at < to; at++) found.push(...sequences.step(paneOf(at, lines), ask));
  return found;
}

function learnt(): Sequences {
  made = 0;
  const sequences = openSequences(defaultSettings);
  expect(run(sequences, 0, 200)).toEqual([]);
  return sequences;
}

test('a line that is no longer written is found within a minute: which line, how many traces, and one that shows it', () => {
  const sequences = learnt();
  const [first] = run(sequences, 200, 206, (i) => (i % 2 === 0 ? ordinary(i).filter((line) => line !== 't3') : ordinary(i)));
  expect(first).toMatchObject({ entity: operation, node: service, direction: 'sequence', feature: 'missing_line', subject: 't3', text: 'card charged', unit: '1', symptom: false, active: true });
  expect(first.detectors).toContain('amounts');
  expect(first.observed).toBeGreaterThan(0.3);
  expect(first.expected.mid).toBeLessThan(0.1);
  expect(first.p).toBeLessThan(1e-3);
  expect(Number.parseInt(first.exemplars[0].traceId, 16)).toBeGreaterThanOrEqual(1_600);
});

test('a line that was never there, and lines in another order, are found as out of place', () => {
  const [extra] = run(learnt(), 200, 206, (i) => [...ordinary(i), 't9']);
  expect([extra.feature, extra.subject, extra.text]).toEqual(['odd_line', 't9', 't9']);
  const [swapped] = run(learnt(), 200, 206, () => ['t1', 't3', 't2', 't5']);
  expect([swapped.feature, swapped.detectors.includes('order')]).toEqual(['odd_line', true]);
});

test('requests that write nothing at all miss their lines', () => {
  const [first] = run(learnt(), 200, 220, (i) => (i % 3 === 0 ? [] : ordinary(i)));
  expect(first.feature).toBe('missing_line');
  expect(Object.keys(words)).toContain(first.subject);
});

test('it stays one finding while it lasts, and ends after a minute as usual', () => {
  const sequences = learnt();
  const broken = run(sequences, 200, 230, (i) => ordinary(i).slice(0, 2));
  expect(new Set(broken.map(({ id }) => id)).size).toBe(1);
  const after = run(sequences, 230, 250);
  expect(after.at(-1)?.active).toBe(false);
  expect(new Set([...broken, ...after].map(({ id }) => id)).size).toBe(1);
});

test('two thousand panes as usual bring nothing, single odd traces among them', () => {
  expect(run(learnt(), 200, 2_200, (i) => (i % 997 === 5 ? ['t5', 't1', 't9'] : ordinary(i)))).toEqual([]);
});

test('what goes on for half an hour is the new normal', () => {
  const sequences = learnt();
  const lines = (i: number): string[] => ordinary(i).filter((line) => line !== 't3');
  run(sequences, 200, 400, lines);
  expect(run(sequences, 400, 700, lines).filter(({ active }) => active)).toEqual([]);
});

test('a saved state goes on as if nothing had happened', () => {
  const whole = learnt();
  const resumed = openSequences(defaultSettings, structuredClone(whole.save()));
  const [before] = [made];
  const told = run(whole, 200, 230, (i) => ordinary(i).slice(0, 2));
  made = before;
  expect(run(resumed, 200, 230, (i) => ordinary(i).slice(0, 2))).toEqual(told);
});

test('kinds have a limit, and switched off it is silent', () => {
  const sequences = openSequences(defaultSettings);
  const pane = paneOf(0, ordinary, 400);
  sequences.step({ ...pane, sessions: pane.sessions?.map((session, i) => ({ ...session, operation: `operation:${i}` })) }, ask);
  expect(sequences.counters()).toEqual({ detect_sequences: 300, detect_sequences_refused: 100 });
  const off = openSequences({ ...defaultSettings, detection: { ...defaultSettings.detection, detectors: ['level'] } });
  off.step(pane, ask);
  expect(off.counters().detect_sequences).toBe(0);
});

test('it is among what detection gives out, spends of the same budget, and goes on after a restart', () => {
  made = 0;
  const settings = { ...defaultSettings, detection: { ...defaultSettings.detection, detectors: ['amounts', 'order', 'relations'] } };
  const graph = sketchGraph({ operations: [] }, 1e9);
  const before = openDetect(settings);
  for (let at = 0; at < 200; at++) expect(before.step(paneOf(at, ordinary), graph)).toEqual([]);
  const detect = openDetect(settings, structuredClone(before.save()));
  const found: Finding[] = [];
  for (let at = 200; at < 210; at++) found.push(...detect.step(paneOf(at, (i) => ordinary(i).slice(0, 2)), graph));
  expect(found[0]).toMatchObject({ direction: 'sequence', entity: operation });
  expect(detect.counters()).toMatchObject({ detect_sequences: 1, detect_sequences_refused: 0 });
  expect(detect.view().spent).toBeGreaterThan(0);
  expect(detect.view().detectors.find(({ id }) => id === 'amounts')).toMatchObject({ findings: 1 });
});
