import type { EntityId, Finding, Graph, Incident, Pane, Red, Severity } from '../model/index.ts';
import type { Case } from './case.ts';
import { decideLimits as limits, severities } from './limits.ts';
import type { Reach } from './reach.ts';

/** Requests of people in one pane. */
export interface EntryPane { readonly startMs: number; readonly requests: number; readonly failed: number; readonly slow: number }

export type NormalHigh = (series: string) => number | null;

/** Entries are the edges from `user`; without any, services that nobody calls. */
export function countEntries(pane: Pane, graph: Graph, normalHigh: NormalHigh): EntryPane {
  let requests = 0;
  let failed = 0;
  let slow = 0;
  const entries = entryNodes(graph, pane.endMs);
  const operations = servedBy(new Set(entries), pane);
  for (const node of entries) {
    const edge = `edge:user→${node}`;
    const red = pane.red.get(edge) ?? pane.red.get(node);
    if (red === undefined) continue;
    requests += red.count;
    failed += red.errors;
    const judged = (operations.get(node) ?? []).flatMap((operation) => slowOf(pane.red.get(operation), normalHigh(`${operation} latency_p95 `)) ?? []);
    const sum = judged.length > 0 ? judged.reduce((total, each) => total + each, 0) : slowOf(red, normalHigh(`${edge} latency_p95 `) ?? normalHigh(`${node} latency_p95 `));
    slow += Math.min(red.count, sum ?? 0);
  }
  return { startMs: pane.startMs, requests, failed, slow };
}

/**
 * Requests beyond normal's high edge, of those of one kind: what a front door serves is a mixture, and between the quantiles of a
 * mixture nothing is known. Null where nothing is normal yet.
 */
function slowOf(red: Red | undefined, high: number | null): number | null {
  return red === undefined || high === null ? null : red.count * Math.max(0, shareAbove(red, high) - usualShare) / (1 - usualShare);
}

const served = 'operation:';
function servedBy(nodes: ReadonlySet<EntityId>, pane: Pane): Map<EntityId, EntityId[]> {
  const operations = new Map<EntityId, EntityId[]>();
  for (const entity of pane.red.keys()) {
    if (!entity.startsWith(served)) continue;
    const node = `service:${entity.slice(served.length, entity.indexOf('|'))}`;
    if (!nodes.has(node)) continue;
    const own = operations.get(node);
    if (own === undefined) operations.set(node, [entity]);
    else own.push(entity);
  }
  return operations;
}

/** One in twenty is above the 95th percentile on any day. */
const usualShare = 0.05;

export function entryNodes(graph: Graph, atMs: number): EntityId[] {
  const called = graph.callees('user', atMs);
  if (called.length > 0) return [...called];
  return [...graph.nodes.values()].filter((node) => node.kind === 'service' && graph.callers(node.id, atMs).length === 0).map((node) => node.id).sort();
}

/** Share of requests slower than `ms`, straight lines between the quantiles that are known. */
export function shareAbove(red: Red, ms: number): number {
  const points = [[0, 0], [0.5, red.p50Ms], [0.95, red.p95Ms], [0.99, red.p99Ms]];
  for (let i = 1; i < points.length; i++) {
    const [fromShare, fromMs] = points[i - 1];
    const [toShare, toMs] = points[i];
    if (ms > toMs) continue;
    const part = toMs > fromMs ? (ms - fromMs) / (toMs - fromMs) : 0;
    return 1 - (fromShare + part * (toShare - fromShare));
  }
  return 0;
}

/** Sums the entry requests since onset into the case; true when its severity changed. */
export function weighImpact(one: Case, entries: readonly EntryPane[], untilMs: number): boolean {
  let requests = 0;
  let failed = 0;
  let slow = 0;
  for (const each of entries) {
    if (each.startMs < one.onsetMs || each.startMs >= untilMs) continue;
    requests += each.requests;
    failed += each.failed;
    slow += each.slow;
  }
  one.failedShare = requests === 0 ? 0 : failed / requests;
  one.slowShare = requests === 0 ? 0 : slow / requests;
  const severity = severityOf(one);
  if (severity === one.severity) return false;
  one.severity = severity;
  return true;
}

function severityOf(one: Case): Severity {
  const row = severities.find((each) => one.failedShare >= each.failedShare || one.slowShare >= each.slowShare);
  if (row !== undefined) return row.severity;
  // Nobody at the front door feels it yet. A service that is gone or work that piles up will be felt.
  return [...one.findings.values()].some((finding) => finding.symptom && (finding.direction === 'absent' || finding.feature === 'queue_lag')) ? 'medium' : 'low';
}

/** The symptom nearest to people: errors before slowness, whole services before operations, worst first. */
export function headlineOf(findings: readonly Finding[], reach: Reach): Incident['headline'] {
  const [first] = [...findings].sort((a, b) => reach.depth(a.node) - reach.depth(b.node) || order(a) - order(b) || b.score - a.score || (a.id < b.id ? -1 : 1));
  return { entity: first.entity, feature: first.feature, observed: first.observed, expected: first.expected.mid, unit: first.unit };
}

function order(finding: Finding): number {
  const feature = ['error_share', 'request_rate', 'latency_p95', 'latency_p50'].indexOf(finding.feature);
  const entity = finding.entity.startsWith('service:') ? 0 : finding.entity.startsWith('operation:') ? 1 : 2;
  return (feature < 0 ? 9 : feature) * 3 + entity;
}

/** Nodes with symptoms, worst first. */
export function affectedOf(findings: Iterable<Finding>): EntityId[] {
  const worst = new Map<EntityId, number>();
  for (const finding of findings) if (finding.symptom && finding.node !== 'user') worst.set(finding.node, Math.max(worst.get(finding.node) ?? 0, finding.score));
  return [...worst].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([node]) => node);
}

export function keepEntries(entries: EntryPane[], one: EntryPane): void {
  entries.push(one);
  if (entries.length > limits.entryPanes) entries.shift();
}
