import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Finding, Graph, Observation, Pane, TemplateCount } from '../model/index.ts';
import { bell, makeDice, poisson, sketchGraph } from '../model/sketch.ts';
import type { Sketch } from '../model/sketch.ts';
import { openDetect } from './detect.ts';
import type { Detect } from './detect.ts';

const paneMs = 10_000;
const startMs = Date.UTC(2026, 0, 5, 9);
const at = (pane: number): number => startMs + pane * paneMs;
const nothing = sketchGraph({ operations: [] }, at(10_000));

function see(feature: string, scale: Observation['scale'], unit: string, value: number, weight: number, entity = 'service:a', symptom = true): Observation {
  return { series: `${entity} ${feature} `, entity, node: entity, feature, subject: '', scale, unit, value, weight, symptom, exemplars: [] };
}

function paneOf(pane: number, observations: readonly Observation[], templates: readonly TemplateCount[] = []): Pane {
  return { startMs: at(pane), endMs: at(pane + 1), observations, red: new Map(), attributions: [], templates, changes: [] };
}

/** Runs panes 0..count through one series; gives the findings by id, newest state. */
function run(count: number, make: (pane: number, dice: () => number) => readonly Observation[], graph: Graph = nothing, detect: Detect = openDetect(defaultSettings)): Finding[] {
  const dice = makeDice(3);
  const found = new Map<string, Finding>();
  for (let pane = 0; pane < count; pane++) for (const finding of detect.step(paneOf(pane, make(pane, dice)), graph)) found.set(finding.id, finding);
  return [...found.values()];
}

const latencyAt = (ms: number, dice: () => number): number => ms * Math.exp(bell(dice) * 0.05);

test('latency ×2 after three minutes of history is found within four panes, dated to the pane', () => {
  const [finding, ...rest] = run(30, (pane, dice) => [see('latency_p50', 'latency', 'ms', latencyAt(pane < 18 ? 40 : 80, dice), 60)]);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ direction: 'up', symptom: true, onsetMs: at(18), active: true });
  expect(finding.detectedMs).toBeLessThanOrEqual(at(22));
  expect(finding.expected.mid).toBeGreaterThan(35);
  expect(finding.expected.mid).toBeLessThan(45);
});

test('one bad pane is not a finding', () => {
  expect(run(60, (pane, dice) => [see('latency_p50', 'latency', 'ms', latencyAt(pane === 30 ? 900 : 40, dice), 60)])).toEqual([]);
});

test('ten percent errors are found within three panes and cleared three panes after they stop', () => {
  const [finding, ...rest] = run(60, (pane, dice) => [see('error_share', 'share', '1', poisson(dice, pane >= 20 && pane < 40 ? 10 : 0.2) / 100, 100)]);
  expect(rest).toEqual([]);
  expect(finding.detectedMs).toBeLessThanOrEqual(at(23));
  expect(finding).toMatchObject({ feature: 'error_share', active: false, lastMs: at(40) });
});

test('five failures of a small service count, three do not', () => {
  const small = (failures: number) => (pane: number): Observation[] => [see('error_share', 'share', '1', pane >= 40 ? failures / 6 : 0, 6)];
  expect(run(52, small(3))).toHaveLength(1);
  expect(run(52, (pane) => [see('error_share', 'share', '1', pane === 40 ? 3 / 6 : 0, 6)])).toEqual([]);
});

test('what is asked too seldom to be judged again is over three minutes later', () => {
  const [finding, ...rest] = run(90, (pane, dice) => [see('latency_p95', 'latency', 'ms', latencyAt(pane < 40 ? 40 : 400, dice), pane < 50 ? 60 : 1)]);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ feature: 'latency_p95', active: false });
  expect(finding.lastMs).toBeLessThanOrEqual(at(56));
});

test('latency that falls is no finding, and the lower level is normal within minutes', () => {
  const findings = run(80, (pane, dice) => [see('latency_p50', 'latency', 'ms', latencyAt(pane < 20 ? 200 : pane < 60 ? 50 : 120, dice), 60)]);
  expect(findings).toHaveLength(1);
  expect(findings[0].onsetMs).toBe(at(60));
  expect(findings[0].expected.mid).toBeLessThan(60);
});

test('more traffic is a finding and never a symptom', () => {
  const [finding] = run(40, (pane, dice) => [see('request_rate', 'rate', '1/s', poisson(dice, pane < 20 ? 200 : 800) / 10, 200)]);
  expect(finding).toMatchObject({ direction: 'up', symptom: false });
});

const chain: Sketch = {
  operations: [
    { node: 'service:a', name: 'a', calls: ['service:b|b'], selfMs: 1, entryRate: 10 },
    { node: 'service:b', name: 'b', calls: [], selfMs: 1 },
  ],
};
const chainGraph = sketchGraph(chain, at(10_000));
const rates = (a: number, b: number, dice: () => number): Observation[] => [['service:a', a], ['service:b', b]].map(([entity, mean]) => {
  const count = poisson(dice, Number(mean));
  return see('request_rate', 'rate', '1/s', count / 10, count, String(entity));
});

test('a service that goes silent while its caller goes on is a symptom', () => {
  const [finding, ...rest] = run(60, (pane, dice) => rates(100, pane < 30 ? 100 : 0, dice), chainGraph);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ entity: 'service:b', direction: 'absent', symptom: true, active: true });
  expect(finding.detectedMs).toBeLessThanOrEqual(at(34));
});

test('a service that goes silent with its caller is none', () => {
  const findings = run(45, (pane, dice) => rates(pane < 30 ? 100 : 0, pane < 30 ? 100 : 0, dice), chainGraph);
  expect(findings.map((finding) => [finding.entity, finding.symptom])).toEqual([['service:a', false], ['service:b', false]]);
});

test('what is gone stays a finding when nothing more is said of it', () => {
  const findings = run(150, (pane, dice) => {
    const [a, b] = rates(100, pane < 30 ? 100 : 0, dice);
    return pane < 60 ? [a, b] : [a];
  }, chainGraph);
  expect(findings).toHaveLength(1);
  expect(findings[0]).toMatchObject({ entity: 'service:b', active: true });
});

test('memory that grows steadily is a trend, with where it began', () => {
  const grown = run(120, (pane, dice) => [see('memory_usage', 'gauge', 'By', 4e8 * (1 + (pane < 40 ? 0 : (pane - 40) * 0.01)) * (1 + bell(dice) * 0.005), 1, 'service:a', false)]);
  const trend = grown.find((finding) => finding.direction === 'trend');
  expect(trend).toMatchObject({ feature: 'memory_usage', symptom: false, active: true });
  expect(trend!.detectedMs).toBeLessThan(at(40 + 90));
});

test('a first WARN line of a service that has logged for a while is new; its tenth-fold is a burst', () => {
  const detect = openDetect(defaultSettings);
  const line = (template: string, severity: number, count: number, firstSeenMs: number): TemplateCount => ({ service: 'service:a', template, text: `text of ${template}`, severity, count, firstSeenMs, exemplars: [] });
  const found = new Map<string, Finding>();
  for (let pane = 0; pane < 40; pane++) {
    const lines = [line('hello', 9, 50, at(0)), line('retry', 13, pane === 30 ? 40 : 1, at(0))];
    if (pane >= 25 && pane < 28) lines.push(line('boom', 17, 5, at(25)));
    for (const finding of detect.step(paneOf(pane, [], lines), nothing)) found.set(finding.id, finding);
  }
  expect([...found.values()].map((finding) => [finding.subject, finding.text, finding.direction, finding.active])).toEqual([['boom', 'text of boom', 'new', false], ['retry', 'text of retry', 'up', true]]);
});

test('a level that stays is normal after two hours, and nothing is learned before', () => {
  const findings = run(900, (pane, dice) => [see('latency_p50', 'latency', 'ms', latencyAt(pane < 60 ? 40 : 160, dice), 60)]);
  expect(findings).toHaveLength(1);
  expect(findings[0].active).toBe(false);
  expect(findings[0].lastMs).toBeGreaterThan(at(60 + 700));
  expect(findings[0].expected.mid).toBeLessThan(45);
});

test('the second day knows the rhythm of the first', () => {
  const detect = openDetect(defaultSettings);
  const dice = makeDice(5);
  const found: Finding[] = [];
  // A morning rush that triples the traffic in a quarter of an hour.
  for (let pane = 0; pane < 2.4 * 8640; pane++) {
    const hour = (pane / 360) % 24;
    const rise = Math.max(0, Math.min(1, (hour - 9) * 4)) - Math.max(0, Math.min(1, hour - 17));
    const count = poisson(dice, 100 * (1 + 2 * rise));
    for (const finding of detect.step(paneOf(pane, [see('request_rate', 'rate', '1/s', count / 10, count)]), nothing)) if (finding.active) found.push(finding);
  }
  const days = new Map<number, number>();
  for (const id of new Set(found.map((finding) => finding.id))) {
    const first = found.find((finding) => finding.id === id)!;
    const day = Math.floor((first.detectedMs - startMs) / 86_400_000);
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  expect(days.get(1) ?? 0).toBeLessThanOrEqual(days.get(0) ?? 0);
});

test('saved and opened again in the middle gives the same findings', () => {
  const make = (pane: number, dice: () => number): Observation[] => [
    see('latency_p95', 'latency', 'ms', latencyAt(pane < 50 ? 40 : 130, dice), 80), see('error_share', 'share', '1', poisson(dice, pane < 60 ? 1 : 12) / 100, 100),
  ];
  const straight = run(90, make);
  const dice = makeDice(3);
  const found = new Map<string, Finding>();
  let detect = openDetect(defaultSettings);
  for (let pane = 0; pane < 90; pane++) {
    if (pane % 7 === 0) detect = openDetect(defaultSettings, structuredClone(detect.save()));
    for (const finding of detect.step(paneOf(pane, make(pane, dice)), nothing)) found.set(finding.id, finding);
  }
  expect([...found.values()]).toEqual(straight);
  expect(straight).toHaveLength(2);
});

test('more series than the limit are counted, not judged; not-a-number is passed over', () => {
  expect(run(20, () => [see('latency_p50', 'latency', 'ms', NaN, 10)])).toEqual([]);
});

test('seven requests a pane that do not come any more are missed within four panes', () => {
  const [finding, ...rest] = run(60, (pane, dice) => {
    const count = pane < 40 ? poisson(dice, 7) : 0;
    return [see('request_rate', 'rate', '1/s', count / 10, count)];
  });
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ feature: 'request_rate', direction: 'absent' });
  expect(finding.detectedMs).toBeLessThanOrEqual(at(44));
});

test('a reader of which few messages a pane are left goes on being judged: it is slow, and that is found', () => {
  const slow = (pane: number): boolean => pane >= 90;
  const [finding, ...rest] = run(110, (pane, dice) => [see('self_time', 'latency', 'ms', (slow(pane) ? 200 : 8) * Math.exp(bell(dice) * 0.15), slow(pane) ? 1 + (pane % 2) : 5)]);
  expect(rest).toEqual([]);
  expect(finding.detectedMs).toBeLessThanOrEqual(at(94));
});
