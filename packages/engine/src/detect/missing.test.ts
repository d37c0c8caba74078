import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Finding, Observation, Pane } from '../model/index.ts';
import { bell, makeDice, poisson, sketchGraph } from '../model/sketch.ts';
import { openDetect } from './detect.ts';

const startMs = Date.UTC(2026, 0, 5, 9);
const at = (pane: number): number => startMs + pane * 10_000;
const see = (entity: string, feature: string, scale: Observation['scale'], value: number, weight: number): Observation =>
  ({ series: `${entity} ${feature} `, entity, node: entity.startsWith('edge:') ? 'service:a' : entity, feature, subject: '', scale, unit: '1', value, weight, symptom: entity.startsWith('service:') && scale !== 'gauge', exemplars: [] });
const paneOf = (pane: number, observations: readonly Observation[]): Pane => ({ startMs: at(pane), endMs: at(pane + 1), observations, red: new Map(), attributions: [], templates: [], changes: [] });
const graph = sketchGraph({ operations: [{ node: 'service:a', name: 'a', calls: ['service:b|b'], selfMs: 1, entryRate: 10 }, { node: 'service:b', name: 'b', calls: [], selfMs: 1 }] }, at(10_000));

function run(panes: number, make: (pane: number, dice: () => number) => readonly Observation[]): Finding[] {
  const detect = openDetect(defaultSettings);
  const dice = makeDice(3);
  const found = new Map<string, Finding>();
  for (let pane = 0; pane < panes; pane++) for (const finding of detect.step(paneOf(pane, make(pane, dice)), graph)) found.set(finding.id, finding);
  return [...found.values()];
}

const gauge = (entity: string, dice: () => number): Observation => see(entity, 'cpu_utilization', 'gauge', 0.4 + 0.01 * bell(dice), 1);

test('metrics that stop are missing, not zero; the finding ends when they come back', () => {
  const [finding, ...rest] = run(120, (pane, dice) => [gauge('service:a', dice), ...(pane >= 60 && pane < 90 ? [] : [gauge('service:b', dice)])]);
  expect(rest).toEqual([]);
  expect(finding).toMatchObject({ entity: 'service:b', direction: 'missing', symptom: false, active: false, onsetMs: at(59), p: null });
  expect(finding.detectedMs).toBe(at(66));
});

test('what reports once a minute is not missing for four minutes; an instance never is', () => {
  const rare = (pane: number, dice: () => number): Observation[] => [gauge('service:a', dice), ...(pane % 6 === 0 && pane < 300 ? [gauge('host:n', dice)] : []), ...(pane < 300 ? [gauge('instance:b#1', dice)] : [])];
  expect(run(318, rare)).toEqual([]);
  expect(run(330, rare).map((each) => [each.entity, each.direction])).toEqual([['host:n', 'missing']]);
});

/** Service b's spans stop at pane 40, while a goes on calling it. */
const silent = (failing: number) => (pane: number, dice: () => number): Observation[] => {
  const calls = poisson(dice, 100);
  const served = pane < 40 ? calls : 0;
  return [
    see('edge:service:a→service:b', 'error_share', 'share', pane < 40 ? 0 : failing, calls), see('edge:service:a→service:b', 'request_rate', 'rate', calls / 10, calls),
    see('service:a', 'request_rate', 'rate', calls / 10, calls), see('service:b', 'request_rate', 'rate', served / 10, served),
  ];
};

test('a service whose calls are answered though its spans are gone has lost its telemetry; one whose calls fail is gone', () => {
  const ofService = (findings: readonly Finding[]) => findings.filter((each) => each.entity === 'service:b').map((each) => [each.direction, each.symptom]);
  expect(ofService(run(60, silent(0)))).toEqual([['missing', false]]);
  expect(ofService(run(60, silent(0.9)))).toEqual([['absent', true]]);
});

/** Front door a falls silent at pane 40; b, which it calls and others call too, is asked by it as before or not. */
const silentDoor = (goesOn: boolean) => (pane: number, dice: () => number): Observation[] => {
  const asked = poisson(dice, 60);
  const others = poisson(dice, 40);
  const isHeard = pane < 40;
  const served = others + (isHeard || goesOn ? asked : 0);
  return [
    see('service:a', 'request_rate', 'rate', isHeard ? asked / 10 : 0, isHeard ? asked : 0), see('edge:service:a→service:b', 'request_rate', 'rate', isHeard ? asked / 10 : 0, isHeard ? asked : 0),
    see('service:b', 'request_rate', 'rate', served / 10, served),
  ];
};

test('a silent front door whose callees are asked as before has lost its telemetry; one whose callees have less to do is not reached', () => {
  const ofDoor = (findings: readonly Finding[]) => findings.filter((each) => each.entity === 'service:a').map((each) => [each.direction, each.symptom]);
  expect(ofDoor(run(90, silentDoor(true)))).toEqual([['missing', false]]);
  expect(ofDoor(run(90, silentDoor(false)))).toEqual([['absent', true]]);
});

const queued = sketchGraph({ operations: [{ node: 'service:a', name: 'a', calls: ['queue:q|send'], selfMs: 1, entryRate: 10 }, { node: 'queue:q', name: 'send', calls: [], selfMs: 1 }, { node: 'service:c', name: 'c', calls: [], selfMs: 1 }], links: [['queue:q', 'service:c']] }, at(10_000));

/** Reader c falls silent at pane 40, while a goes on sending; the queue's lag, told every third pane, is as given. Gives what is found of c, and when it is first felt. */
function reader(lagAt: ((pane: number) => number) | null): { readonly direction: string; readonly feltPane: number | null } {
  const detect = openDetect(defaultSettings);
  const dice = makeDice(3);
  let direction = '';
  let feltPane: number | null = null;
  for (let pane = 0; pane < 60; pane++) {
    const sent = poisson(dice, 30);
    const read = pane < 40 ? sent : 0;
    const lag: Observation[] = lagAt === null || pane % 3 !== 0 ? [] : [{ ...see('queue:q', 'queue_lag', 'gauge', lagAt(pane), 1), subject: 'c', series: 'queue:q queue_lag c', unit: '{message}', symptom: true }];
    for (const finding of detect.step(paneOf(pane, [see('service:a', 'request_rate', 'rate', sent / 10, sent), see('queue:q', 'request_rate', 'rate', sent / 10, sent), see('service:c', 'request_rate', 'rate', read / 10, read), ...lag]), queued)) {
      if (finding.entity !== 'service:c') continue;
      direction = finding.direction;
      if (finding.symptom) feltPane ??= pane;
    }
  }
  return { direction, feltPane };
}

test('a silent reader whose queue stays empty has lost its telemetry; one whose queue fills stands still; where no lag is told, it has to last', () => {
  expect(reader(() => 0)).toEqual({ direction: 'missing', feltPane: null });
  const fills = reader((pane) => Math.max(0, pane - 39) * 30);
  expect(fills.direction).toBe('absent');
  expect(fills.feltPane).toBeLessThanOrEqual(45);
  // Whoever was thought to have lost its telemetry is found when its queue fills after all.
  const late = reader((pane) => Math.max(0, pane - 47) * 30);
  expect(late).toEqual({ direction: 'absent', feltPane: 54 });
  const untold = reader(null);
  expect(untold.direction).toBe('absent');
  expect(untold.feltPane).toBeGreaterThanOrEqual(50);
});
