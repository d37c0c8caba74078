import type { Change, ChangeKind, EntityId, Finding, NodeKind } from '../../model/index.ts';
import type { Gain } from '../contrast.ts';
import type { Traffic } from '../memory.ts';

/** Features that speak of the same thing, and how the sizes of their findings are told. */
const families = {
  latency: /^latency_/, errors: /^error_share$/, rate: /^request_rate$/, 'self time': /^self_time$/, cpu: /^(?:cpu_|eventloop_)/, memory: /^(?:memory_|heap_|gc_)/, pool: /^pool_/,
  queue: /^queue_lag$/, life: /^(?:restarts|instance_count)$/, logs: /^(?:log_|error_log_rate|new_template_rate)/, disk: /^(?:disk_|network_)/, retries: /^retry_share$/, other: /^(?:metric|active_requests)/,
} as const;
type Family = keyof typeof families;
const familyNames = Object.keys(families) as Family[];
const resources: ReadonlySet<Family> = new Set(['cpu', 'memory', 'pool', 'queue', 'life', 'disk', 'other']);
const leads = ['any', 'latency', 'errors', 'resource', 'logs'] as const;
const kinds: readonly (NodeKind | 'host')[] = ['service', 'database', 'queue', 'external', 'user', 'host'];
const changeKinds = ['deployment', 'flag', 'config', 'other'] as const;
const changeKindOf: Readonly<Partial<Record<ChangeKind, (typeof changeKinds)[number]>>> = { deployment: 'deployment', version: 'deployment', feature_flag: 'flag', config: 'config' };

/** What is told of each node, in this order: no names, and nothing that depends on the size of the system but the degrees. */
export const nodeColumns: readonly string[] = [
  ...kinds.map((kind) => `is ${kind}`), 'affected', ...familyNames.map((family) => `${family} up`), ...familyNames.map((family) => `${family} down`), ...leads.map((lead) => `lead ${lead}`),
  'gone', 'trend', 'joint', 'log line is new', 'fullest', 'only some instances', 'steps up',
  'share of added time', 'times as slow', 'on the way', 'share of new errors', 'times as many errors',
  'traffic known', 'requests after ÷ before', 'errors before', 'errors after', 'time after ÷ before', ...changeKinds.map((kind) => `change ${kind}`), 'callers', 'callees', 'on this machine',
  'age', 'requests traced', 'nodes affected',
];

/** What is known of one node. Absent is absent: all of it is 0 then. */
export interface NodeFacts {
  readonly kind: NodeKind | 'host';
  readonly isAffected: boolean;
  readonly findings: readonly Finding[];
  readonly time: Gain | undefined;
  /** Added on the way from it to its callees. */
  readonly isOnTheWay: boolean;
  readonly errors: Gain | undefined;
  readonly before: Traffic | undefined;
  readonly after: Traffic | undefined;
  readonly changes: readonly Change[];
  readonly callers: number;
  readonly callees: number;
  readonly sharing: number;
}

/** The same for all nodes. */
export interface Moment { readonly onsetMs: number; readonly ageMs: number; readonly beforePanes: number; readonly afterPanes: number; readonly tracedRequests: number; readonly affected: number }

const leadMsMax = 300_000;
const hourMs = 3_600_000;
const tenMinutesMs = 600_000;

/** Half at `half`, 1 far beyond. */
export function squash(value: number, half: number): number {
  return value <= 0 ? 0 : value / (value + half);
}

/** −1 … 1; twice as much is a third. */
export function ratio(after: number, before: number): number {
  return Math.max(-1, Math.min(1, Math.log2((after + 1e-3) / (before + 1e-3)) / 3));
}

export function writeNode(row: Float32Array, facts: NodeFacts, moment: Moment): void {
  let at = 0;
  const put = (value: number): void => { row[at++] = value; };
  for (const kind of kinds) put(facts.kind === kind ? 1 : 0);
  put(facts.isAffected ? 1 : 0);
  const told = tellFindings(facts.findings, moment.onsetMs);
  for (const family of familyNames) put(told.up.get(family) ?? 0);
  for (const family of familyNames) put(told.down.get(family) ?? 0);
  for (const lead of leads) put(told.lead.get(lead) ?? 0);
  for (const value of marks(facts.findings)) put(value);
  put(facts.time?.share ?? 0);
  put(facts.time === undefined ? 0 : ratio(facts.time.after, facts.time.before));
  put(facts.isOnTheWay ? 1 : 0);
  put(facts.errors?.share ?? 0);
  put(facts.errors === undefined ? 0 : ratio(facts.errors.after, facts.errors.before));
  const { before, after } = facts;
  const mean = (traffic: Traffic): number => traffic.totalMs / Math.max(1, traffic.requests);
  put(before !== undefined || after !== undefined ? 1 : 0);
  put(before === undefined ? 0 : ratio((after?.requests ?? 0) / moment.afterPanes, before.requests / moment.beforePanes));
  put(before === undefined ? 0 : before.errors / Math.max(1, before.requests));
  put(after === undefined ? 0 : after.errors / Math.max(1, after.requests));
  put(before === undefined || after === undefined ? 0 : ratio(mean(after), mean(before)));
  for (const kind of changeKinds) put(nearness(facts.changes, kind, moment.onsetMs));
  put(squash(facts.callers, 4));
  put(squash(facts.callees, 4));
  put(squash(facts.sharing, 4));
  put(squash(moment.ageMs, 120_000));
  put(squash(moment.tracedRequests, 50));
  put(squash(moment.affected, 4));
}

interface Told { readonly up: Map<Family, number>; readonly down: Map<Family, number>; readonly lead: Map<string, number> }

function tellFindings(findings: readonly Finding[], onsetMs: number): Told {
  const told: Told = { up: new Map(), down: new Map(), lead: new Map() };
  const raise = (to: Map<string, number>, key: string, value: number): void => { to.set(key, Math.max(to.get(key) ?? -Infinity, value)); };
  for (const finding of findings) {
    // What a caller sees of its callee is told at the edge.
    if (finding.entity.startsWith('edge:')) continue;
    const family = familyOf(finding.feature);
    const size = sizeOf(finding);
    raise(finding.direction === 'down' || finding.direction === 'absent' ? told.down : told.up, family, size);
    // What grows for an hour began before everything; that says nothing of what came first.
    if (finding.direction === 'trend') continue;
    const lead = Math.max(-1, Math.min(1, (onsetMs - finding.onsetMs) / leadMsMax)) + 1.5;
    raise(told.lead, 'any', lead);
    if (family === 'latency' || family === 'errors' || family === 'logs') raise(told.lead, family, lead);
    if (resources.has(family)) raise(told.lead, 'resource', lead);
  }
  return told;
}

/** Of features that were seen; they are those of the catalogue, so they are few. */
const familyByFeature = new Map<string, Family>();

function familyOf(feature: string): Family {
  let family = familyByFeature.get(feature);
  if (family === undefined) familyByFeature.set(feature, family = familyNames.find((name) => families[name].test(feature)) ?? 'other');
  return family;
}

/** How unusual, and how much: half each. A finding of an instance counts like one of the whole. */
export function sizeOf(finding: Finding): number {
  const unusual = squash(finding.score, 8);
  const { observed, expected } = finding;
  const much = finding.unit === '1' ? Math.min(1, Math.abs(observed - expected.mid)) : Math.abs(ratio(Math.abs(observed), Math.abs(expected.mid)));
  return 0.1 + 0.45 * unusual + 0.45 * much;
}

function marks(findings: readonly Finding[]): number[] {
  const own = findings.filter((finding) => !finding.entity.startsWith('edge:'));
  const instances = new Set(own.filter((finding) => finding.entity.startsWith('instance:') && finding.symptom === false && finding.direction !== 'trend').map(({ entity }) => entity));
  const suffering = own.filter((finding) => finding.entity.startsWith('instance:') && (finding.feature === 'error_share' || finding.feature.startsWith('latency_')));
  const byInstance = new Map<EntityId, number>();
  for (const { entity, score } of suffering) byInstance.set(entity, Math.max(byInstance.get(entity) ?? 0, score));
  const scores = [...byInstance.values()].sort((a, b) => b - a);
  return [
    own.some((finding) => finding.feature === 'request_rate' && finding.direction !== 'up' && (finding.direction === 'absent' || finding.observed <= 0.1 * finding.expected.mid)) ? 1 : 0,
    own.some((finding) => finding.direction === 'trend') ? 1 : 0, own.some((finding) => finding.direction === 'joint' || finding.direction === 'shape') ? 1 : 0,
    own.some((finding) => finding.direction === 'new') ? 1 : 0,
    Math.max(0, ...own.filter((finding) => finding.unit === '1' && finding.feature.endsWith('_utilization')).map(({ observed }) => Math.min(1, observed))),
    scores.length === 0 ? 0 : 1 - squash(scores.length - 1, 1) * (scores[1] ?? 0) / scores[0], squash(instances.size, 2),
  ];
}

function nearness(changes: readonly Change[], kind: (typeof changeKinds)[number], onsetMs: number): number {
  let nearest = 0;
  for (const change of changes) {
    if ((changeKindOf[change.kind] ?? 'other') !== kind || change.atMs > onsetMs + 20_000 || change.atMs < onsetMs - hourMs / 2) continue;
    nearest = Math.max(nearest, Math.exp(-Math.max(0, onsetMs - change.atMs) / tenMinutesMs));
  }
  return nearest;
}
