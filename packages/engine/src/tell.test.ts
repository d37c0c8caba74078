import { expect, test } from 'vitest';
import { defaultSettings } from './model/index.ts';
import type { Finding, Incident, Maintenance, Notice } from './model/index.ts';
import { makeDice, sketchGraph, sketchPane } from './model/sketch.ts';
import type { Sketch, SketchOperation } from './model/sketch.ts';
import { openReason } from './reason.ts';
import type { Reason } from './reason.ts';

const startMs = Date.UTC(2026, 10, 23, 10);
const at = (pane: number): number => startMs + pane * 10_000;
const operations: readonly SketchOperation[] = [
  { node: 'service:front', name: 'GET /', calls: ['service:back|go'], selfMs: 4, entryRate: 12 },
  { node: 'service:back', name: 'go', calls: [], selfMs: 12 },
];
const sketch = (failing: number): Sketch => ({ operations: operations.map((each) => (each.node === 'service:back' ? { ...each, failing, errorType: 'Boom' } : each)), hosts: { 'service:back': 'host:n1' } });

interface Told { readonly reason: Reason; readonly incidents: Map<string, Incident>; readonly findings: Map<string, Finding> }

/** Forty percent of the back's requests fail from pane 30 to 60. */
function play(panes: number, notices: (pane: number, told: Told) => Notice | null, repeat = 1): Told {
  const dice = makeDice(4);
  const told: Told = { reason: openReason(defaultSettings), incidents: new Map(), findings: new Map() };
  const graph = sketchGraph(sketch(0), at(100_000));
  const keep = (said: ReturnType<Reason['step']>): void => {
    for (const incident of said.incidents) told.incidents.set(incident.id, incident);
    for (const finding of said.findings) told.findings.set(finding.id, finding);
  };
  for (let pane = 0; pane < panes; pane++) {
    const isFaulty = Array.from({ length: repeat }, (_, i) => i * 200).some((from) => pane >= from + 30 && pane < from + 60);
    keep(told.reason.step(sketchPane(sketch(isFaulty ? 0.4 : 0), at(pane), dice), graph));
    const notice = notices(pane, told);
    if (notice !== null) keep(told.reason.tell(notice, at(pane + 1)));
  }
  return told;
}

const verdict = (finding: string, said: 'real' | 'noise' | null): Notice => ({ kind: 'finding_verdict', finding, verdict: said, by: '', atMs: 0 });
const work = (entity: string | null): Notice => ({ kind: 'maintenance', id: 'm1', entity, fromMs: at(20), toMs: at(80), reason: 'upgrade', by: '', atMs: at(10) });
const announced = (entity: string | null) => (pane: number): Notice | null => (pane === 10 ? work(entity) : null);

test('announced work on the cause, on its machine or on everything: findings, and no incident', () => {
  expect(play(60, () => null).incidents.size).toBe(1);
  for (const entity of ['service:back', 'host:n1', null]) {
    const { incidents, findings, reason } = play(60, announced(entity));
    expect([...incidents.keys()]).toEqual([]);
    expect(findings.size).toBeGreaterThan(2);
    expect(reason.detection().maintenance).toHaveLength(1);
  }
  expect(play(60, announced('service:other')).incidents.size).toBe(1);
});

test('a finding under announced work says which; one from before it, or one that goes on behind it, does not', () => {
  const { findings } = play(60, announced('service:back'));
  const ofBack = [...findings.values()].filter((each) => each.node === 'service:back');
  expect(ofBack.length).toBeGreaterThan(0);
  expect(new Set(ofBack.map((each) => each.maintenance))).toEqual(new Set(['m1']));
  expect([...findings.values()].filter((each) => each.node === 'service:front').every((each) => each.maintenance === null)).toBe(true);
  const late: Notice = { ...(work(null) as Maintenance), fromMs: at(40), toMs: at(50), atMs: at(40) };
  expect([...play(60, (pane) => (pane === 40 ? late : null)).findings.values()].filter((each) => each.detectedMs < at(40)).every((each) => each.maintenance === null)).toBe(true);
  const end: Notice = { kind: 'maintenance_end', id: 'm1', by: '', atMs: at(40) };
  const going = [...play(58, (pane) => (pane === 10 ? work(null) : pane === 40 ? end : null)).findings.values()].filter((each) => each.active);
  expect(going.length).toBeGreaterThan(0);
  expect(going.every((each) => each.maintenance === null)).toBe(true);
});

test('work that ends early wakes people again', () => {
  const end: Notice = { kind: 'maintenance_end', id: 'm1', by: '', atMs: at(40) };
  const { incidents } = play(60, (pane) => (pane === 10 ? work(null) : pane === 40 ? end : null));
  expect([...incidents.values()].map((each) => each.openedMs >= at(40))).toEqual([true]);
});

test('noise halves the weight of the detectors that agreed, on that entity only, down to an eighth; taken back it is as before', () => {
  const ids: string[] = [];
  const { reason } = play(860, (pane, { findings }) => {
    if (pane % 200 !== 50) return null;
    const newest = [...findings.values()].findLast((each) => each.entity === 'service:back' && each.feature === 'error_share');
    ids.push(newest!.id);
    return verdict(newest!.id, 'noise');
  }, 5);
  const weightsOf = () => reason.detection().detectors.find((each) => each.id === 'share')!.weights;
  expect(new Set(ids).size).toBeGreaterThanOrEqual(3);
  expect(weightsOf()).toEqual([{ entity: 'service:back', weight: 1 / 8 }]);
  expect(reason.findings().find((each) => each.id === ids[0])!.verdict).toBe('noise');
  expect(reason.detection().noisiest.find((each) => each.entity === 'service:back' && each.feature === 'error_share')!.noise).toBe(new Set(ids).size);
  for (const id of ids.slice(1)) reason.tell(verdict(id, null), at(900));
  expect(weightsOf()).toEqual([{ entity: 'service:back', weight: 1 / 2 }]);
  reason.tell(verdict(ids[0], null), at(900));
  expect(weightsOf()).toEqual([]);
  reason.tell(verdict(ids[0], 'noise'), at(900));
  reason.tell(verdict(ids[1], 'real'), at(900));
  expect(weightsOf()).toEqual([]);
  expect(reason.detection().detectors.find((each) => each.id === 'share')).toMatchObject({ real: 1, noise: 1, state: 'ready' });
});

test('an incident whose findings are all noise is not held open', () => {
  const { incidents } = play(58, (pane, { findings }) => {
    const left = [...findings.values()].filter((each) => each.active && each.verdict === null);
    return pane >= 36 && left.length > 0 ? verdict(left[0].id, 'noise') : null;
  });
  expect([...incidents.values()].map((each) => each.state === 'recovering' || each.state === 'resolved')).toEqual([true]);
});

test('what a person says of the cause stands beside the answer, over a save and a replay, and can be taken back', () => {
  const said = (cause: string | null, incident: string, atMs: number): Notice => ({ kind: 'incident_verdict', incident, cause, by: 'ada', atMs });
  const notices = (pane: number, { incidents }: Told): Notice | null => {
    const [id] = incidents.keys();
    return id === undefined || pane < 40 || pane > 41 ? null : said(pane === 40 ? 'service:front' : 'host:n1', id, at(pane));
  };
  const silent = [...play(120, () => null).incidents.values()][0];
  expect(silent).toMatchObject({ verdict: null, state: 'resolved' });
  const { incidents, reason } = play(120, notices);
  // The newest word holds, kept until after the end; nothing else of the incident differs for it.
  expect([...incidents.values()]).toEqual([{ ...silent, verdict: { cause: 'host:n1', atMs: at(41), by: 'ada' } }]);
  const resumed = openReason(defaultSettings, structuredClone(reason.save()));
  expect(resumed.incidents()).toEqual(reason.incidents());
  expect(resumed.tell(said(null, silent.id, at(121)), at(121)).incidents).toEqual([silent]);
  expect(resumed.incidents()).toEqual([silent]);
  expect(resumed.tell(said('host:n1', 'inc-nobody-knows', at(122)), at(122))).toEqual({ findings: [], incidents: [] });
});
