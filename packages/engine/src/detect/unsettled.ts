import type { Calendar, Change, ChangeKind, EntityId } from '../model/index.ts';
import { deployWindowAt } from './calendar.ts';
import type { Moment } from './calendar.ts';
import { detectLimits as limits } from './limits.ts';

/**
 * Nodes that were changed a moment ago. A restart, cold caches and a few failed calls are then expected: a second null beside "nothing
 * is wrong", under which any distance is ordinary and only its *length* is not. So a finding has to refute both: its evidence must reach
 * the height that is always asked, and be there for some more panes out of range (a disturbance that lasts k panes with probability qᵏ).
 * It is no mute: what lasts is found, at most `heldPanes` panes later than it would have been.
 */
export type Unsettled = Map<EntityId, { readonly atMs: number; readonly untilMs: number; readonly what: string }>;

/** Why more is asked of what leaves its range on an entity now. */
export interface Disturbance {
  readonly heldPanes: number;
  readonly change: { readonly what: string; readonly atMs: number } | null;
}

/** A release is one wherever it is seen; the others may be faults themselves, and are expected within an announced window only. */
const releases: ReadonlySet<ChangeKind> = new Set(['deployment', 'version']);
const inWindow: ReadonlySet<ChangeKind> = new Set(['deployment', 'version', 'restart', 'scale', 'config']);

/** Takes the changes of a pane that begins at `startMs`, and forgets those whose time was over long ago. What goes on restarting is not renewed: the first time is expected, the rest is not. */
export function noteChanges(unsettled: Unsettled, changes: readonly Change[], startMs: number, calendar: Calendar): void {
  if (calendar.deployWindows.length === 0 && calendar.deploySettleMs === 0) return;
  for (const [entity, { untilMs }] of unsettled) if (startMs > untilMs + limits.restartAgainMs) unsettled.delete(entity);
  for (const { kind, entity, atMs, what } of changes) {
    if (entity === null) continue;
    const isAnnounced = deployWindowAt(atMs, calendar) !== null;
    if (!(isAnnounced ? inWindow : releases).has(kind)) continue;
    const settleMs = Math.max(calendar.deploySettleMs, isAnnounced ? limits.windowSettleMs : 0);
    const known = unsettled.get(entity);
    if (settleMs === 0 || (known !== undefined && atMs < known.untilMs + (releases.has(kind) ? 0 : limits.restartAgainMs))) continue;
    unsettled.set(entity, { atMs, untilMs: atMs + settleMs, what });
  }
}

/** Null, and always while no calendar is set: nothing is expected to shake. Calls to a node shake with it; its callers do not. */
export function disturbanceOf(unsettled: Unsettled, moment: Moment | null, { entity, node }: { readonly entity: EntityId; readonly node: EntityId }, pane: { readonly startMs: number; readonly endMs: number }): Disturbance | null {
  if (moment === null) return null;
  const asked = entity.startsWith('edge:') ? entity.slice(entity.indexOf('→') + 1) : node;
  for (const each of asked === node ? [node] : [asked, node]) {
    const change = unsettled.get(each);
    if (change !== undefined && change.atMs < pane.endMs && pane.startMs < change.untilMs) return { heldPanes: limits.changeHeldPanes, change: { what: change.what, atMs: change.atMs } };
  }
  return moment.deployWindow === null ? null : { heldPanes: limits.windowHeldPanes, change: null };
}
