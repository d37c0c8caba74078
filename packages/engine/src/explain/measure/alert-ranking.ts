import { alertSources, evidenceOf, serversOf } from './alert-evidence.ts';
import type { AlertCase, AlertSource, Evidence, Servers } from './alert-evidence.ts';
import { descend, softmax } from './conditional-logit.ts';

/**
 * Which instance, and what kind of failure, from the alerts of an incident, learnt from incidents whose cause a person has
 * told. One softmax over all pairs of instance and kind (conditional logit, McFadden 1974): weights that all kinds share plus
 * weights of each kind, both shrunk to zero, so that a kind which was seen three times still learns from the others.
 */
export interface ToldCase extends AlertCase { readonly cause: string; readonly failure: string }

export interface AlertRanking {
  readonly features: ReadonlyMap<string, number>;
  readonly failures: readonly string[];
  /** Of all kinds, then of each: `features.size` each. */
  readonly weights: Float64Array;
  readonly servers: Servers;
  readonly sources: readonly AlertSource[];
}

export interface RankedAlerts {
  /** Probabilities, best first. */
  readonly instances: readonly { readonly instance: string; readonly p: number }[];
  readonly failures: readonly { readonly failure: string; readonly p: number }[];
}

/** Ridge of both kinds of weights. */
const ridge = 0.01;
const descent = { steps: 150, rate: 0.05 };

interface Row { readonly isCause: boolean; readonly at: Int32Array; readonly values: Float64Array }

/** Learns from all cases at once. Without any case every instance is as likely as the next. */
export function fitAlertRanking(cases: readonly ToldCase[], sources: readonly AlertSource[] = alertSources): AlertRanking {
  const servers = serversOf(cases);
  const failures = [...new Set(cases.map(({ failure }) => failure))].sort();
  const features = new Map<string, number>();
  const prepared = cases.map((given) => ({
    failure: failures.indexOf(given.failure),
    rows: [...evidenceOf(given, servers, sources)].map(([instance, evidence]): Row => {
      for (const name of evidence.keys()) if (!features.has(name)) features.set(name, features.size);
      return { isCause: instance === given.cause, at: Int32Array.from(evidence.keys(), (name) => features.get(name) ?? 0), values: Float64Array.from(evidence.values()) };
    }),
  })).filter(({ rows }) => rows.some(({ isCause }) => isCause));
  const weights = new Float64Array(features.size * (failures.length + 1));
  const model: AlertRanking = { features, failures, weights, servers, sources };
  if (prepared.length === 0) return model;
  descend(weights, (slopes) => {
    for (const { rows, failure } of prepared) addGradient(model, rows, failure, slopes);
    for (let i = 0; i < weights.length; i++) slopes[i] = slopes[i] / prepared.length + ridge * weights[i];
  }, descent);
  return model;
}

function addGradient(model: AlertRanking, rows: readonly Row[], failure: number, gradient: Float64Array): void {
  const kinds = model.failures.length;
  const p = softmax(Float64Array.from({ length: rows.length * kinds }, (_, i) => scoreOf(model, rows[Math.floor(i / kinds)], i % kinds)));
  for (let i = 0; i < p.length; i++) {
    const { isCause, at, values } = rows[Math.floor(i / kinds)];
    const excess = p[i] - (isCause && i % kinds === failure ? 1 : 0);
    const own = ((i % kinds) + 1) * model.features.size;
    for (let j = 0; j < at.length; j++) {
      gradient[at[j]] += excess * values[j];
      gradient[own + at[j]] += excess * values[j];
    }
  }
}

function scoreOf({ weights, features }: AlertRanking, { at, values }: Pick<Row, 'at' | 'values'>, kind: number): number {
  const own = (kind + 1) * features.size;
  let score = 0;
  for (let j = 0; j < at.length; j++) score += (weights[at[j]] + weights[own + at[j]]) * values[j];
  return score;
}

/** What has not been seen while learning counts for nothing. */
export function rankAlerts(model: AlertRanking, given: AlertCase): RankedAlerts {
  const kinds = Math.max(1, model.failures.length);
  const rows = [...evidenceOf(given, model.servers, model.sources)].map(([instance, evidence]) => ({ instance, ...known(model, evidence) }));
  const p = softmax(Float64Array.from({ length: rows.length * kinds }, (_, i) => (model.failures.length === 0 ? 0 : scoreOf(model, rows[Math.floor(i / kinds)], i % kinds))));
  const sum = (isIn: (i: number) => boolean): number => p.reduce((total, each, i) => total + (isIn(i) ? each : 0), 0);
  return {
    instances: rows.map(({ instance }, row) => ({ instance, p: sum((i) => Math.floor(i / kinds) === row) })).sort((a, b) => b.p - a.p || (a.instance < b.instance ? -1 : 1)),
    failures: model.failures.map((failure, kind) => ({ failure, p: sum((i) => i % kinds === kind) })).sort((a, b) => b.p - a.p || (a.failure < b.failure ? -1 : 1)),
  };
}

function known({ features }: AlertRanking, evidence: Evidence): Pick<Row, 'at' | 'values'> {
  const entries = [...evidence].flatMap(([name, value]) => { const at = features.get(name); return at === undefined ? [] : [[at, value] as const]; });
  return { at: Int32Array.from(entries, ([at]) => at), values: Float64Array.from(entries, ([, value]) => value) };
}
