import type { EntityId, Finding, Graph, Maintenance, MaintenanceEnd } from './model/index.ts';

/** Announcements kept; those that ended longest ago go first. */
const maintenanceMax = 200;
/** One that is over is still shown for a day. */
const shownMs = 86_400_000;

export function keepNotice(kept: Maintenance[], notice: Maintenance | MaintenanceEnd, atMs: number): void {
  const at = kept.findIndex((each) => each.id === notice.id);
  if (notice.kind === 'maintenance') {
    if (at >= 0) kept[at] = notice;
    else kept.push(notice);
  } else if (at >= 0) kept[at] = { ...kept[at], toMs: Math.min(kept[at].toMs, Math.max(kept[at].fromMs, notice.atMs)) };
  for (let i = kept.length - 1; i >= 0; i--) if (kept[i].toMs < atMs - shownMs) kept.splice(i, 1);
  while (kept.length > maintenanceMax) kept.splice(kept.reduce((oldest, each, i) => (each.toMs < kept[oldest].toMs ? i : oldest), 0), 1);
}

/** Is work announced on the entity at that moment: on itself, on everything, or on the only machines it runs on? */
export function isUnder(kept: readonly Maintenance[], entity: EntityId, atMs: number, graph: Graph): boolean {
  return workOn(kept, entity, atMs, graph) !== null;
}

/** The same, by name: the announcement of the entity itself before that of its machines, and that before one of everything. */
export function workOn(kept: readonly Maintenance[], entity: EntityId, atMs: number, graph: Graph): Maintenance | null {
  const open = kept.filter((each) => each.fromMs <= atMs && atMs < each.toMs);
  if (open.length === 0) return null;
  const of = (asked: EntityId | null): Maintenance | undefined => open.find((each) => each.entity === asked);
  const hosts = graph.nodes.get(entity)?.hosts ?? [];
  return of(entity) ?? (hosts.length > 0 && hosts.every((host) => of(host) !== undefined) ? of(hosts[0]) : undefined) ?? of(null) ?? null;
}

/**
 * The finding with the work that covers it. One that is over keeps the mark that it ended with; one that was there before the work, or
 * goes on behind it, has none: then it is no part of what was announced.
 */
export function markMaintenance(kept: readonly Maintenance[], finding: Finding, atMs: number, graph: Graph): Finding {
  if (!finding.active) return finding;
  const work = workOn(kept, finding.node, atMs, graph) ?? (finding.entity === finding.node ? null : workOn(kept, finding.entity, atMs, graph));
  const maintenance = work === null || finding.detectedMs < work.fromMs ? null : work.id;
  return maintenance === finding.maintenance ? finding : { ...finding, maintenance };
}
