import { makeDice } from '../../model/sketch.ts';
import { attributeWithIntervals } from '../causal/interval.ts';
import { causalLimits } from '../causal/limits.ts';
import { learn, meansOf } from '../causal/model.ts';
import type { Samples, Variable } from '../causal/model.ts';
import { movers, ordered, serviceQuestion, traffic } from '../causal/service-model.ts';
import type { Stretch } from '../causal/service-model.ts';
import type { FlowQuestion, Requests } from './impact-flow.ts';
import type { Metric } from './metric-shift.ts';

/**
 * The causal source (by-mechanism.ts) on stored metrics: the same model, learnt from the given normal period, attributes the
 * change of the node in alarm. Calls between two nodes are not counted there: a callee's requests are taken to come from its
 * callers as they have requests themselves.
 */
export interface MechanismShare { readonly node: string; readonly share: number; readonly low: number; readonly high: number }

/** A share that chance could have made is left out, and with it small ones. */
const leastShare = 0.08;

/** Best first; `of` says what the values are. */
export function mechanismShares(question: FlowQuestion, of: 'latency' | 'errors'): MechanismShare[] {
  const before = stretchOf(question, question.before, of);
  const after = stretchOf(question, question.after, of);
  const isMover = movers(of, question.alarmed, before, after);
  const order = ordered(question.alarmed, (node) => (isMover(node) ? question.callees(node) : []), causalLimits.depth);
  const asked = serviceQuestion(of, order, before, after);
  if (asked === null) return [];
  const { total, shares, low, high, sure } = attributeWithIntervals(asked, makeDice(1));
  if (!(total > 0)) return [];
  return asked.nodes.map((node, player) => ({ node, share: shares[player] / total, low: low[player] / total, high: high[player] / total, isSure: sure[player] >= causalLimits.leastSure }))
    .filter((each) => each.node !== traffic && each.share >= leastShare && each.isSure)
    .sort((a, b) => b.share - a.share || (a.node < b.node ? -1 : 1))
    .map(({ node, share, low: least, high: most }) => ({ node, share, low: least, high: most }));
}

function stretchOf({ callees }: FlowQuestion, requests: ReadonlyMap<string, Requests>, of: 'latency' | 'errors'): Stretch {
  const rows = Math.max(0, ...[...requests.values()].map(({ value }) => value.length));
  const callers = new Map<string, string[]>();
  for (const node of requests.keys()) for (const callee of new Set(callees(node))) callers.set(callee, [...(callers.get(callee) ?? []), node]);
  const whole = (node: string): number => Array.from(requests.get(node)?.count ?? []).reduce((sum, count) => (count > 0 ? sum + count : sum), 0);
  const unknown = new Float64Array(rows).fill(NaN);
  return {
    rows,
    series(node) {
      const own = requests.get(node);
      if (own === undefined) return null;
      const count = Float64Array.from(own.count);
      const value = Float64Array.from(own.value);
      return { count, errors: of === 'errors' ? value.map((share, row) => share * count[row]) : unknown, mean: of === 'latency' ? value : unknown, own: unknown };
    },
    calls(caller, callee) {
      const all = (callers.get(callee) ?? []).reduce((sum, node) => sum + whole(node), 0);
      const share = all === 0 ? 0 : whole(caller) / all;
      return Float64Array.from(requests.get(callee)?.count ?? [], (count) => share * count);
    },
  };
}

/** The metrics of nodes less what their own load explains: each is learnt against `load` of its node in the normal period. A metric without a load stays as it is. */
export function takeOffLoad(metrics: readonly Metric[], loadOf: (node: string) => Metric | undefined): Metric[] {
  return metrics.map((metric) => {
    const load = loadOf(metric.node);
    if (load === undefined || load === metric) return metric;
    const rows = Math.min(metric.before.length, load.before.length);
    const columns = [Float64Array.from(load.before).slice(0, rows), Float64Array.from(metric.before).slice(0, rows)];
    const samples: Samples = { rows, values: columns, weights: columns.map((column) => column.map((value) => (Number.isFinite(value) ? 1 : 0))) };
    const [loadSpread, spread] = columns.map(spreadOf);
    if (!(loadSpread > 0) || !(spread > 0)) return metric;
    const variables: Variable[] = [{ kind: 'sum', parents: [] }, { kind: 'sum', parents: [{ of: 0, expected: 0, spread: spread / loadSpread }] }];
    const slope = learn(variables, samples)[1].slopes[0];
    const [usual] = meansOf(samples);
    const less = (values: ArrayLike<number>, loads: ArrayLike<number>): number[] => Array.from(values, (value, row) => value - (Number.isFinite(loads[row]) ? slope * (loads[row] - usual) : 0));
    return { ...metric, before: less(metric.before, load.before), after: less(metric.after, load.after) };
  });
}

function spreadOf(values: Float64Array): number {
  const known = values.filter(Number.isFinite);
  const mean = known.reduce((sum, value) => sum + value, 0) / known.length;
  return Math.sqrt(known.reduce((sum, value) => sum + (value - mean) ** 2, 0) / known.length);
}
