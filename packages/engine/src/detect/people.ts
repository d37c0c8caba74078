import type { DetectionView, DetectorView, EntityId, Finding, FindingVerdict } from '../model/index.ts';
import { detectors as catalogue } from './catalogue.ts';

/** One finding, as far as people's words about it matter. */
interface Told {
  readonly series: string;
  readonly entity: EntityId;
  readonly feature: string;
  readonly subject: string;
  readonly text: string;
  readonly detectedMs: number;
  /** Those that agreed when it opened. */
  readonly detectors: readonly string[];
  verdict: Finding['verdict'];
  /** Place of the verdict among all verdicts. */
  turn: number;
}

/**
 * What people said of findings, and what follows: each *noise* halves the weight of the detectors that agreed, on that entity, down to an
 * eighth; *real* restores it. A weight is always worked out from the verdicts that stand, so taking one back is exact.
 * Evidence is raised to the power of its weight: an e-value to a power below 1 is still one.
 */
export interface People {
  readonly told: Map<string, Told>;
  /** `detector entity` → weight, where it is not 1. */
  readonly weights: Map<string, number>;
  readonly tallies: Map<string, { findings: number; real: number; noise: number }>;
  turns: number;
}

const leastWeight = 1 / 8;
/** Findings remembered; the oldest that nobody judged go first. */
const toldMax = 5_000;
const shown = 20;
const dayMs = 86_400_000;

export function makePeople(): People {
  return { told: new Map(), weights: new Map(), tallies: new Map(), turns: 0 };
}

export function trustOf(people: People, detector: string, entity: EntityId): number {
  return people.weights.size === 0 ? 1 : people.weights.get(`${detector} ${entity}`) ?? 1;
}

/** A finding that was not given out before. */
export function noteFinding(people: People, finding: Finding): void {
  if (people.told.has(finding.id)) return;
  const { series, entity, feature, subject, text, detectedMs, detectors } = finding;
  people.told.set(finding.id, { series, entity, feature, subject, text, detectedMs, detectors, verdict: null, turn: 0 });
  for (const id of detectors) tallyOf(people, id).findings++;
  if (people.told.size <= toldMax) return;
  const [oldest] = people.told.keys();
  for (const [id, each] of people.told) {
    if (each.verdict !== null) continue;
    people.told.delete(id);
    return;
  }
  if (oldest !== undefined) people.told.delete(oldest);
}

/** False when the finding is not known (any more). */
export function noteVerdict(people: People, { finding, verdict, about }: FindingVerdict): boolean {
  if (about !== undefined && !people.told.has(finding)) people.told.set(finding, { ...about, verdict: null, turn: 0 });
  const told = people.told.get(finding);
  if (told === undefined) return false;
  for (const id of told.detectors) {
    const tally = tallyOf(people, id);
    if (told.verdict !== null) tally[told.verdict]--;
    if (verdict !== null) tally[verdict]++;
  }
  told.verdict = verdict;
  told.turn = ++people.turns;
  for (const id of told.detectors) weighAgain(people, id, told.entity);
  return true;
}

function weighAgain(people: People, detector: string, entity: EntityId): void {
  const spoken = [...people.told.values()].filter((each) => each.verdict !== null && each.entity === entity && each.detectors.includes(detector)).sort((a, b) => a.turn - b.turn);
  const weight = spoken.reduce((held, each) => (each.verdict === 'real' ? 1 : Math.max(leastWeight, held / 2)), 1);
  if (weight === 1) people.weights.delete(`${detector} ${entity}`);
  else people.weights.set(`${detector} ${entity}`, weight);
}

function tallyOf(people: People, id: string): { findings: number; real: number; noise: number } {
  let tally = people.tallies.get(id);
  if (tally === undefined) people.tallies.set(id, tally = { findings: 0, real: 0, noise: 0 });
  return tally;
}

export function detectorViews(people: People, stateOf: (id: string) => string): DetectorView[] {
  return catalogue.map(({ id }) => {
    const { findings, real, noise } = people.tallies.get(id) ?? { findings: 0, real: 0, noise: 0 };
    const weights = [...people.weights].flatMap(([key, weight]) => (key.startsWith(`${id} `) ? [{ entity: key.slice(id.length + 1), weight }] : []));
    return { id, findings, real, noise, weights: weights.sort((a, b) => a.weight - b.weight || (a.entity < b.entity ? -1 : 1)).slice(0, shown), state: stateOf(id) };
  });
}

/** Series with the most findings of the last day. */
export function noisiest(people: People, atMs: number): DetectionView['noisiest'] {
  const counts = new Map<string, { series: string; entity: EntityId; feature: string; subject: string; text: string; findings: number; noise: number }>();
  for (const { series, entity, feature, subject, text, detectedMs, verdict } of people.told.values()) {
    if (detectedMs <= atMs - dayMs) continue;
    const count = counts.get(series) ?? { series, entity, feature, subject, text, findings: 0, noise: 0 };
    count.findings++;
    if (verdict === 'noise') count.noise++;
    counts.set(series, count);
  }
  return [...counts.values()].sort((a, b) => b.findings - a.findings || (a.series < b.series ? -1 : 1)).slice(0, shown);
}
