import type { EntityId } from '../model/index.ts';
import { fallbackEvidence, fallbackRow } from './by-fallback.ts';
import { graphNetColumns, graphNetEvidence, graphNetUnknown, graphNetUnknownColumns } from './by-graph-net.ts';
import { mechanismColumns, mechanismEvidence } from './by-mechanism.ts';
import { loadEvidence } from './by-load.ts';
import { poolEvidence, poolRow } from './by-pool.ts';
import type { Contrast } from './contrast.ts';
import { isError, isLatency } from './facts.ts';
import type { Claim, Facts, Hint, Source } from './facts.ts';
import { strengthOf } from './kinds.ts';
import { placeEvidence, placeRow } from './place-evidence.ts';
import { lookForUnseen, outsideEvidence, outsideRow, unseenEvidence, unseenRow } from './unseen.ts';
import { weights } from './weights.ts';

/**
 * What is known of each candidate, as numbers that know no names: what a ranking can be learnt from on simulated incidents
 * and still hold for systems that nobody has seen. Most lie between 0 and 1; all are 0 where there is nothing to say.
 */
export const sources: readonly Source[] = ['self_time', 'error_origin', 'silence', 'queue', 'host', 'resource', 'change', 'log', 'lead'];
const secondary: readonly Source[] = ['resource', 'change', 'log', 'lead'];
const hints: readonly Hint[] = ['pool', 'memory', 'restarts', 'cpu', 'disk', 'network', 'deployment', 'flag', 'config', 'gone'];
const virtualKinds = ['database', 'external', 'queue', 'host'] as const;

export const candidateEvidence: readonly string[] = [
  'any', ...sources, ...secondary.map((source) => `${source} against traces`), 'coverage', 'covers all', ...hints, ...virtualKinds.map((kind) => `is ${kind}`),
  'most self_time', 'most error_origin', 'callee accused', 'callee slow or failing', 'accused depend on it', 'lead time',
  'slow', 'failing', 'asked less', 'trend', 'affected', 'self_time and resource', 'self_time and change', 'error_origin and change', 'error_origin and log', 'resource before',
  ...mechanismColumns, ...graphNetColumns, ...placeEvidence, ...unseenEvidence, ...poolEvidence, ...fallbackEvidence, ...loadEvidence,
];
/** Of the answers *unknown* and *outside of what the telemetry holds*: one row of evidence, weights of their own. */
export const unknownEvidence: readonly string[] = ['any', 'distrust', 'no traces', 'affected', 'candidates', ...sources.map((source) => `most ${source}`), ...graphNetUnknownColumns, ...outsideEvidence, ...loadEvidence];

export interface Weighed { readonly entity: EntityId; readonly claims: readonly Claim[]; readonly coverage: number }

const traceSources: ReadonlySet<Source> = new Set(['self_time', 'error_origin']);
const shownBy: readonly Source[] = ['self_time', 'error_origin', 'silence', 'queue', 'host'];
const leadMsMax = 180_000;

export interface EvidenceTable {
  /** In the order of the candidates; columns are `candidateEvidence`. */
  readonly candidates: readonly Float64Array[];
  /** Columns are `unknownEvidence`. */
  readonly unknown: Float64Array;
}

/** What traces say of added time and of new errors. */
export interface Contrasts { readonly latency: Contrast; readonly errors: Contrast }

export function evidenceTable(facts: Facts, candidates: readonly Weighed[], contrasts: Contrasts): EvidenceTable {
  const traceRequests = Math.max(contrasts.latency.requests, contrasts.errors.requests);
  const trust = traceRequests / (traceRequests + weights.halfRequests);
  const isTraced = candidates.some(({ claims }) => claims.some(({ source }) => traceSources.has(source)));
  const strengths = candidates.map(({ claims }) => sources.map((source) => strengthOf(claims, source) * (traceSources.has(source) ? trust : 1)));
  const most = sources.map((_, at) => Math.max(0, ...strengths.map((own) => own[at])));
  const shown = new Map(candidates.map(({ entity }, at) => [entity, Math.max(...shownBy.map((source) => strengths[at][sources.indexOf(source)]))]));
  const mostMechanism = Math.max(0, ...candidates.map(({ claims }) => strengthOf(claims, 'mechanism')));
  const mostGraphNet = Math.max(0, ...candidates.map(({ claims }) => strengthOf(claims, 'graph_net')));
  const unseen = lookForUnseen(facts, contrasts);
  const behindPools = new Map(candidates.map(({ entity, claims }) => [entity, strengthOf(claims, 'pool')]));
  const rows = candidates.map((candidate, at) => Float64Array.from([
    ...rowOf(facts, candidate, { own: strengths[at], most, shown, isTraced, mostMechanism, mostGraphNet }), ...placeRow(facts, candidate), ...unseenRow(facts, candidate.entity, unseen), ...poolRow(facts, candidate.entity, candidate.claims, behindPools), ...fallbackRow(candidate.entity, candidate.claims, candidates), strengthOf(candidate.claims, 'load'),
  ]));
  const coverage = Math.max(0, ...candidates.map((each) => each.coverage));
  const unknown = Float64Array.from([
    1, isTraced ? 1 - trust : 0, isTraced ? 0 : 1, Math.min(1, facts.affected.length / 10), Math.min(1, candidates.length / 10), ...most, ...graphNetUnknown(candidates), ...outsideRow(facts, candidates, unseen, coverage), Math.max(0, ...candidates.map(({ claims }) => strengthOf(claims, 'load'))),
  ]);
  return { candidates: rows, unknown };
}

interface Around { readonly own: readonly number[]; readonly most: readonly number[]; readonly shown: ReadonlyMap<EntityId, number>; readonly isTraced: boolean; readonly mostMechanism: number; readonly mostGraphNet: number }

function rowOf(facts: Facts, { entity, claims, coverage }: Weighed, { own, most, shown, isTraced, mostMechanism, mostGraphNet }: Around): number[] {
  const strength = (source: Source): number => own[sources.indexOf(source)];
  const isMost = (source: Source): number => (strength(source) > 0 && strength(source) === most[sources.indexOf(source)] ? 1 : 0);
  const isAtTraces = shownBy.some((source) => strength(source) > 0);
  const byHint = (hint: Hint): number => Math.max(0, ...claims.filter((each) => each.hint === hint).map((each) => each.strength));
  const callees = facts.graph.callees(entity, facts.onsetMs).filter((callee) => callee !== entity);
  const findings = facts.byNode.get(entity) ?? [];
  const isBad = (node: EntityId): boolean => (facts.byNode.get(node) ?? []).some((finding) => finding.symptom && (isLatency(finding) || isError(finding)));
  const accused = [...shown].filter(([other, how]) => other !== entity && how >= 0.2);
  const leadMs = findings.length === 0 ? 0 : facts.onsetMs - Math.min(...findings.map((finding) => finding.onsetMs));
  const resourceBefore = findings.some((finding) => finding.onsetMs < facts.onsetMs - facts.paneMs && !finding.symptom) ? strength('resource') : 0;
  return [
    1, ...own, ...secondary.map((source) => (isTraced && !isAtTraces ? strength(source) : 0)), coverage, coverage === 1 ? 1 : 0,
    ...hints.map(byHint), ...virtualKinds.map((kind) => (entity.startsWith(`${kind}:`) ? 1 : 0)),
    isMost('self_time'), isMost('error_origin'),
    Math.max(0, ...callees.map((callee) => shown.get(callee) ?? 0)), callees.some(isBad) ? 1 : 0,
    accused.length === 0 ? 0 : accused.filter(([other]) => facts.dependsOn(other).has(entity)).length / accused.length,
    Math.max(-1, Math.min(1, leadMs / leadMsMax)),
    findings.some((finding) => finding.symptom && isLatency(finding)) ? 1 : 0, findings.some((finding) => finding.symptom && isError(finding)) ? 1 : 0,
    findings.some((finding) => finding.feature === 'request_rate' && finding.direction !== 'up') ? 1 : 0, findings.some((finding) => finding.direction === 'trend') ? 1 : 0,
    facts.affected.includes(entity) ? 1 : 0,
    strength('self_time') * strength('resource'), strength('self_time') * strength('change'), strength('error_origin') * strength('change'), strength('error_origin') * strength('log'),
    resourceBefore,
    ...mechanismEvidence(claims, mostMechanism), ...graphNetEvidence(claims, mostGraphNet),
  ];
}
