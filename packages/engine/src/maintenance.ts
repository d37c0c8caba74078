import type { EntityId, Graph, Maintenance, MaintenanceEnd } from './model/index.ts';

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
  if (kept.length === 0) return false;
  const open = new Set(kept.filter((each) => each.fromMs <= atMs && atMs < each.toMs).map((each) => each.entity));
  if (open.size === 0) return false;
  if (open.has(null) || open.has(entity)) return true;
  const hosts = graph.nodes.get(entity)?.hosts ?? [];
  return hosts.length > 0 && hosts.every((host) => open.has(host));
}
