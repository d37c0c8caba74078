import { CodedError } from '../../errors.ts';
import { ask, readFilters, readNodeId, readRange, type Range } from '../ask.ts';
import type { ApiContext } from '../context.ts';
import { makeEven, type Even } from '../look-back/even.ts';
import type { LookBacks } from '../look-back/look-backs.ts';
import { pointsMin, stretchesMax } from '../look-back/bounds.ts';
import type { Looked } from '../look-back/stretches.ts';
import { read, type Route } from '../route.ts';
import { lookBackResponse } from '../schemas/look-back.ts';
import { limits, metricLookBackQuery, serviceLookBackQuery } from '../schemas/queries.ts';
import type { LookBackResponse, LookBackSeries, LookBackStretch, RedResponse } from '../types.ts';

/** So many steps are looked at, before the range if it has fewer: what is usual is learnt from them. */
const stepsLookedAt = 720;
/** Scores need no more digits than a chart has pixels. */
const scoreDigits = 4;

const errors = ['not_supported', 'query_too_large', 'query_timeout'] as const;

interface Stored { readonly service: string; readonly attributes: LookBackSeries['attributes']; readonly unit: string; readonly times: readonly number[]; readonly values: readonly (number | null)[] }

/** What is read: whole steps up to the end of the range, from before it where it is short. */
function widen(range: Range, stepMs: number): Range {
  const steps = Math.max(stepsLookedAt, Math.ceil((range.toMs - range.fromMs) / stepMs));
  if (steps > limits.lookBackPointsMax) throw new CodedError('query_too_large', `${steps} steps of ${stepMs} ms`, { detail: `At most ${limits.lookBackPointsMax} points.` });
  return { fromMs: Math.max(0, range.toMs - steps * stepMs), toMs: range.toMs };
}

async function lookBack(lookBacks: LookBacks, name: string, range: Range, stored: readonly Stored[], stepMs: number): Promise<LookBackResponse> {
  const evens = stored.flatMap((each) => {
    const even = makeEven(each.times, each.values, stepMs);
    return even === null ? [] : [{ each, even }];
  });
  const points = evens.reduce((sum, { even }) => sum + even.values.length, 0);
  if (points > limits.lookBackPointsMax) throw new CodedError('query_too_large', `${points} points of ${evens.length} series`, { detail: `At most ${limits.lookBackPointsMax} points: name a service or an attribute, or make the steps longer.` });
  const looked = evens.length === 0 ? [] : await lookBacks.run(evens.map(({ even }) => even.values));
  const stretches = evens.flatMap(({ even }, series) => toStretches(even, looked[series], series, range));
  return {
    name, ...range, lookedFromMs: evens.length === 0 ? range.fromMs : Math.min(...evens.map(({ even }) => even.times[0])),
    series: evens.map(({ each, even }, at) => toSeries(each, even, looked[at], range)),
    stretches: stretches.sort((a, b) => b.score - a.score || a.fromMs - b.fromMs).slice(0, stretchesMax),
  };
}

function toSeries({ service, attributes, unit }: Stored, { times, values, stepMs }: Even, { scores }: Looked, { fromMs }: Range): LookBackSeries {
  const first = times.findIndex((time) => time + stepMs > fromMs);
  const from = first === -1 ? times.length : first;
  return {
    service, attributes, unit, stepMs, isShort: values.length < pointsMin, pointsLookedAt: values.length, usual: usualOf(values),
    times: times.slice(from), values: Array.from(values.subarray(from), (value) => (Number.isNaN(value) ? null : value)), scores: Array.from(scores.subarray(from), (score) => Number(score.toPrecision(scoreDigits))),
  };
}

function toStretches({ times, values, stepMs }: Even, { stretches }: Looked, series: number, range: Range): LookBackStretch[] {
  return stretches.flatMap(({ from, to, peak, score }) => {
    const stretch = { fromMs: times[from], toMs: times[to - 1] + stepMs };
    if (stretch.toMs <= range.fromMs || stretch.fromMs >= range.toMs) return [];
    const within = values.subarray(from, to).filter((value) => !Number.isNaN(value));
    const observed = within.length === 0 ? null : { low: within.reduce((a, b) => Math.min(a, b)), high: within.reduce((a, b) => Math.max(a, b)) };
    return [{ series, ...stretch, peakMs: times[peak], score: Number(score.toPrecision(scoreDigits)), oddness: oddnessOf(score), observed }];
  });
}

/** How odd in a word. What is just above the limit is odd; three and six times what one point in ten exceeds were rare in every kind of series that was tried. */
function oddnessOf(score: number): LookBackStretch['oddness'] {
  if (score >= 6) return 'extreme';
  return score >= 3 ? 'very_odd' : 'odd';
}

/** What nine values in ten lie within. */
function usualOf(values: Float64Array): LookBackSeries['usual'] {
  const sorted = values.filter((value) => !Number.isNaN(value)).sort();
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))];
  return sorted.length === 0 ? null : { low: at(0.05), high: at(0.95) };
}

type ServiceRead = 'rate' | 'errors' | 'p50' | 'p95' | 'p99';
const units: Readonly<Record<ServiceRead, string>> = { rate: '1/s', errors: '1', p50: 'ms', p95: 'ms', p99: 'ms' };

/** Up to the last closed pane: a step that is still filling would look like a fall. What was before the first request is not known. */
function readRed(context: ApiContext, red: RedResponse, of: ServiceRead, service: string, stepMs: number): Stored {
  const endMs = context.world().atMs || context.nowMs();
  const closed = red.times.filter((time) => time + stepMs <= endMs).length;
  const first = red.count.findIndex((count) => count > 0);
  const begun = first === -1 ? closed : first;
  const { rate, errors: share, ...quantiles } = {
    rate: red.count.map((count) => count / (stepMs / 1000)), errors: red.count.map((count, i) => (count === 0 ? null : red.errors[i] / count)), p50: red.p50Ms, p95: red.p95Ms, p99: red.p99Ms,
  };
  const values = of === 'rate' ? rate : of === 'errors' ? share : quantiles[of];
  return { service, attributes: {}, unit: units[of], times: red.times.slice(begun, closed), values: values.slice(begun, closed) };
}

export function makeLookBackRoutes(lookBacks: LookBacks): readonly Route[] {
  return [
    read({
      path: '/metrics/:name/look-back', summary: 'What was unusual in a metric, looking at all of the range at once', query: metricLookBackQuery, answer: lookBackResponse, errors,
      handle: async (context, { path, query }) => {
        const range = readRange(context, query);
        const service = query.service === undefined ? undefined : readNodeId(context.world(), query.service);
        const series = await ask(context, 'metric')({ name: path.name, ...widen(range, query.step), stepMs: query.step, service, attributes: readFilters(query.attribute), read: query.read, limit: query.limit });
        return lookBack(lookBacks, path.name, range, series, query.step);
      },
    }),
    read({
      path: '/services/:id/look-back', summary: 'What was unusual in the rate, errors or durations of a service, looking at all of the range at once', query: serviceLookBackQuery, answer: lookBackResponse, errors,
      handle: async (context, { path, query }) => {
        const range = readRange(context, query);
        const service = readNodeId(context.world(), path.id);
        const red = await ask(context, 'red')({ service, operation: query.operation, ...widen(range, query.step), stepMs: query.step });
        return lookBack(lookBacks, query.read, range, [readRed(context, red, query.read, service, query.step)], query.step);
      },
    }),
  ];
}
