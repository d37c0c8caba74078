import { makeDice } from '../model/sketch.ts';
import type { Change, EntityId, Evidence } from '../model/index.ts';
import { isSuspect, nodeOf } from './by-change.ts';
import { estimateEffect } from './causal/effect.ts';
import { attributeWithIntervals } from './causal/interval.ts';
import type { Attributed } from './causal/interval.ts';
import { causalLimits } from './causal/limits.ts';
import { ownTerms, valuesOf } from './causal/own-terms.ts';
import { callSeries, nodeSeries, slotsBetween } from './causal/panel.ts';
import type { Panel } from './causal/panel.ts';
import { meanOf, movers, ordered, serviceQuestion, shareOf } from './causal/service-model.ts';
import type { NodeSeries, ServiceQuestion, Stretch } from './causal/service-model.ts';
import { claim, isError, isLatency } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { explainLimits as limits } from './limits.ts';
import { calleesOf, startsOf } from './path.ts';
import { weights } from './weights.ts';

type Outcome = 'latency' | 'errors';

/** Columns of the evidence that this source adds (evidence.ts). */
export const mechanismColumns = ['mechanism', 'most mechanism', 'mechanism low', 'effect stands', 'effect refuted'] as const;

export function mechanismEvidence(claims: readonly Claim[], most: number): number[] {
  const own = claims.filter(({ source }) => source === 'mechanism');
  const strength = Math.max(0, ...own.map((each) => each.strength));
  const low = Math.max(0, ...own.flatMap(({ evidence }) => evidence.map((each) => (each.kind === 'mechanism' && each.total > 0 ? Math.min(1, each.low / each.total) : 0))));
  const stands = own.some(({ evidence }) => evidence.some(({ kind }) => kind === 'effect'));
  const refuted = !stands && own.some(({ against }) => against.some(({ kind }) => kind === 'effect'));
  return [strength, strength > 0 && strength === most ? 1 : 0, low, stands ? 1 : 0, refuted ? 1 : 0];
}

/**
 * Whose own mechanism changed? A structural model of the symptom and of all beneath it, learnt from the panes before onset, tells
 * how much of what the symptom gained came from each node's own doing (causal/interval.ts), and back-door estimates tell whether
 * a node's own time, a resource of it or a change to it had an effect (causal/effect.ts). Says nothing with too few panes before
 * onset, and nothing of a node whose share chance could have made.
 */
export function byMechanism(facts: Facts, panel: Panel): Claim[] {
  const { onsetMs, paneMs } = facts;
  const toMs = Math.min(facts.atMs, Math.max(...facts.symptoms.map((finding) => finding.lastMs), onsetMs + paneMs));
  const before = slotsBetween(panel, facts.fromMs, onsetMs - limits.guardPanes * paneMs);
  const after = slotsBetween(panel, onsetMs, toMs);
  if (before.length < causalLimits.leastPanes || after.length === 0) return [];
  const found = (['latency', 'errors'] as const).flatMap((of) => targetsOf(of, facts).flatMap((target) => explainTarget(of, target, facts, panel, before, after)));
  return strongest(found);
}

/** Nodes with such symptoms, those nearest to people first; one that stands on a path from another is explained with it. */
function targetsOf(of: Outcome, facts: Facts): EntityId[] {
  const suffering = new Set(facts.symptoms.filter((finding) => (of === 'latency' ? isLatency(finding) : isError(finding))).map((finding) => finding.node));
  const targets: EntityId[] = [];
  for (const node of startsOf(facts)) {
    if (targets.length === causalLimits.targets) break;
    if (suffering.has(node) && !targets.some((target) => facts.dependsOn(target).has(node))) targets.push(node);
  }
  return targets;
}

interface Seen extends Stretch { series(node: EntityId): NodeSeries }

function stretchOf(facts: Facts, panel: Panel, slots: readonly number[]): Seen {
  const calls = (caller: EntityId, callee: EntityId, column: 'count' | 'errors'): Float64Array | null => {
    const edge = `edge:${caller}→${callee}`;
    return panel.calls.has(edge) ? callSeries(panel, edge, column, slots) : null;
  };
  const held = new Map<EntityId, NodeSeries>();
  return {
    rows: slots.length,
    calls: (caller, callee) => calls(caller, callee, 'count'),
    series(node): NodeSeries {
      const known = held.get(node);
      if (known !== undefined) return known;
      const count = nodeSeries(panel, node, 'count', slots);
      const errors = nodeSeries(panel, node, 'errors', slots);
      // Who does not answer has no spans: what its callers saw of it stands for them.
      const silent = [...slots.keys()].filter((row) => Number.isNaN(count[row]));
      for (const caller of silent.length === 0 ? [] : facts.graph.callers(node, facts.onsetMs - facts.paneMs)) {
        const asked = calls(caller, node, 'count');
        const failed = calls(caller, node, 'errors');
        for (const row of silent) {
          if (asked === null || failed === null || !(asked[row] > 0)) continue;
          count[row] = (Number.isNaN(count[row]) ? 0 : count[row]) + asked[row];
          errors[row] = (Number.isNaN(errors[row]) ? 0 : errors[row]) + failed[row];
        }
      }
      const series = { count, errors, mean: nodeSeries(panel, node, 'meanMs', slots), own: nodeSeries(panel, node, 'ownMs', slots) };
      held.set(node, series);
      return series;
    },
  };
}

function explainTarget(of: Outcome, target: EntityId, facts: Facts, panel: Panel, before: readonly number[], after: readonly number[]): Claim[] {
  // Nobody waits for who reads the queues that he writes to.
  const then = stretchOf(facts, panel, before);
  const now = stretchOf(facts, panel, after);
  if (!(gainOf(of, then.series(target), now.series(target)) > (of === 'latency' ? limits.leastAddedMs : 0))) return [];
  const isMover = movers(of, target, then, now);
  const order = ordered(target, (node) => (node.startsWith('queue:') || !isMover(node) ? [] : calleesOf(node, facts)), causalLimits.depth);
  const question = serviceQuestion(of, order, then, now);
  if (question === null) return [];
  const dice = makeDice(1);
  const found = attributeWithIntervals(question, dice);
  const claims = new Map<EntityId, Claim>();
  for (const [player, node] of question.nodes.entries()) {
    const share = found.shares[player] / found.total;
    if (player === 0 || share < weights.leastShare || found.sure[player] < causalLimits.leastSure) continue;
    claims.set(node, claim('mechanism', node, share, [mechanism(of, target, node, player, order, question, found)]));
  }
  for (const { node, effect } of effectsOf(of, target, facts, panel, [...before, ...after], question, found, dice)) {
    const known = claims.get(node) ?? claim('mechanism', node, 0, []);
    claims.set(node, effect.refutedBy === null ? { ...known, evidence: [...known.evidence, effect] } : { ...known, against: [...known.against, effect] });
  }
  return [...claims.values()];
}

/** Milliseconds a request, or share of requests that fail. */
function gainOf(of: Outcome, then: NodeSeries, now: NodeSeries): number {
  return of === 'latency' ? meanOf(now.mean, now.count) - meanOf(then.mean, then.count) : shareOf(now) - shareOf(then);
}

function mechanism(of: Outcome, target: EntityId, node: EntityId, player: number, order: ReadonlyMap<EntityId, readonly EntityId[]>, { nodes }: ServiceQuestion, { total, shares, low, high }: Attributed): Evidence {
  const below = new Set(order.get(node) ?? []);
  for (const each of below) for (const callee of order.get(each) ?? []) below.add(callee);
  const callees = nodes.reduce((sum, each, at) => (below.has(each) ? sum + shares[at] : sum), 0);
  return { kind: 'mechanism', of, target, own: shares[player], low: low[player], high: high[player], total, callees, traffic: shares[0] };
}

type EffectEvidence = Extract<Evidence, { kind: 'effect' }>;
interface Treatment { readonly node: EntityId; readonly player: number; readonly treatment: EffectEvidence['treatment']; readonly what: string; readonly values: ArrayLike<number> }

/** A resource that is fuller by less than this share of the whole is no treatment. */
const leastSaturation = 0.05;
/** Whoever else brought this share of what was gained is closed off. */
const leastOther = 0.05;
const othersMax = 2;

/** Treatments on whoever has the largest shares, and changes on the way; each adjusted for its node's load and for what others did at that time. */
function effectsOf(of: Outcome, target: EntityId, facts: Facts, panel: Panel, slots: readonly number[], question: ServiceQuestion, found: Attributed, dice: () => number): { node: EntityId; effect: EffectEvidence }[] {
  const ranked = [...question.nodes.keys()].filter((player) => player > 0 && found.shares[player] >= leastOther * found.total).sort((a, b) => found.shares[b] - found.shares[a]);
  const own = (player: number): Float64Array => ownTerms(question, found, question.owns[player]);
  const outcome = valuesOf(question, question.target);
  return treatmentsOf(facts, panel, slots, question, ranked, own).slice(0, causalLimits.effects).flatMap(({ node, player, treatment, what, values }) => {
    const others = ranked.filter((other) => other !== player).slice(0, othersMax);
    const load = nodeSeries(panel, node, 'count', slots);
    const effect = estimateEffect({ treatment: values, outcome, adjust: [load, ...others.map(own)] }, dice);
    if (effect === null) return [];
    const moved = levelOf(values, question.before.rows, slots.length) - levelOf(values, 0, question.before.rows);
    const told = effect.slope * moved;
    // Against the grain: it would have made things better.
    if (!(told > 0)) return [];
    const ends = [effect.low * moved, effect.high * moved].sort((a, b) => a - b);
    return [{ node, effect: { kind: 'effect' as const, treatment, what, of, target, effect: told, low: ends[0], high: ends[1], adjustedFor: others.map((other) => question.nodes[other]), refutedBy: effect.refutedBy } }];
  });
}

function treatmentsOf(facts: Facts, panel: Panel, slots: readonly number[], question: ServiceQuestion, ranked: readonly number[], own: (player: number) => Float64Array): Treatment[] {
  const treatments: Treatment[] = [];
  for (const player of ranked.slice(0, 2)) {
    const node = question.nodes[player];
    // What the target did by itself is what is to be explained, not what explains it.
    if (question.owns[player] !== question.target) treatments.push({ node, player, treatment: 'own', what: '', values: own(player) });
    const saturation = nodeSeries(panel, node, 'saturation', slots);
    if (levelOf(saturation, question.before.rows, slots.length) - levelOf(saturation, 0, question.before.rows) >= leastSaturation) treatments.push({ node, player, treatment: 'saturation', what: '', values: saturation });
  }
  const latest = new Map<EntityId, Change>();
  for (const change of facts.changes) {
    const node = nodeOf(change);
    if (node !== null && isSuspect(change, facts) && !((latest.get(node)?.atMs ?? -Infinity) > change.atMs)) latest.set(node, change);
  }
  for (const [node, change] of latest) {
    const player = question.nodes.indexOf(node);
    const values = slots.map((slot) => (panel.starts[slot] + facts.paneMs > change.atMs ? 1 : 0));
    if (player > 0) treatments.splice(1, 0, { node, player, treatment: 'change', what: change.what, values });
  }
  return treatments;
}

function levelOf(values: ArrayLike<number>, from: number, to: number): number {
  let sum = 0;
  let known = 0;
  for (let at = from; at < to; at++) {
    if (!Number.isFinite(values[at])) continue;
    sum += values[at];
    known++;
  }
  return sum / known;
}

/** One claim a node: the strongest of all targets, with what the others say as further evidence. */
function strongest(claims: readonly Claim[]): Claim[] {
  const best = new Map<EntityId, Claim>();
  for (const each of [...claims].sort((a, b) => b.strength - a.strength)) {
    const known = best.get(each.entity);
    best.set(each.entity, known === undefined ? each : { ...known, evidence: [...known.evidence, ...each.evidence], against: [...known.against, ...each.against] });
  }
  return [...best.values()];
}
