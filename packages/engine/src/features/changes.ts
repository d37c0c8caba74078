import type { Change, ChangeEvent, EntityId, Source } from '../model/index.ts';
import { changesPerPaneMax, count, flagsPerServiceMax, forgetWhenFullMs, presencePanes, templateWarmUpPanes } from './bounds.ts';
import type { FeaturesState, PaneState } from './state.ts';

/** A change that a record tells of outright. The same subject and value again within ten minutes is the same change. */
export function noteChange(state: FeaturesState, pane: PaneState, source: Source, { kind, atMs, target, subject, value, what }: ChangeEvent): void {
  const entity = entityOf(state, source, target);
  const key = `${kind}\u0001${entity ?? ''}\u0001${subject}\u0001${value}`;
  const told = state.told.get(key);
  if (told !== undefined && atMs >= told && atMs - told <= forgetWhenFullMs) return;
  state.told.set(key, atMs);
  tell(state, pane, { kind, entity, atMs, what, from: '', to: value });
}

export function noteFlag(state: FeaturesState, pane: PaneState, source: Source, { atMs, subject, value, target }: ChangeEvent): void {
  const service = target === '' ? source.service : entityOf(state, source, target) ?? source.service;
  const key = `${service}\u0001${subject}`;
  const heard = pane.flags.get(key) ?? new Map<string, number>();
  heard.set(value, Math.min(atMs, heard.get(value) ?? Infinity));
  pane.flags.set(key, heard);
}

/** The service, or the service that runs at the pod, of that name; else who sent the record. */
function entityOf(state: FeaturesState, source: Source, target: string): EntityId | null {
  if (target !== '') {
    for (const service of state.services.values()) if (service.name === target && service.namespace === source.namespace) return service.id;
    for (const service of state.services.values()) if (service.name === target) return service.id;
    const place = state.places.get(`k8s.pod.name=${target}`) ?? state.places.get(`k8s.pod.uid=${target}`);
    if (place !== undefined) return place.service;
  }
  return source.named ? source.service : null;
}

export function tell(state: FeaturesState, pane: PaneState, change: Omit<Change, 'id'>): void {
  const atMs = Math.floor(change.atMs);
  const id = `${change.kind}:${change.entity ?? ''}:${atMs}:${change.from}→${change.to || change.what}`;
  if (pane.changes.has(id)) return;
  if (pane.changes.size >= changesPerPaneMax) count(state.counters, 'changes_over_limit');
  else pane.changes.set(id, { ...change, id, atMs });
}

/** What was heard in the pane against what was heard before: versions and flag variants that came up. */
export function noteAppearances(state: FeaturesState, pane: PaneState, paneMs: number, versionsMax: number): void {
  for (const [id, heard] of pane.versions) {
    const service = state.services.get(id);
    if (service === undefined) continue;
    for (const { value, from, atMs } of appearances(service.versions, heard, pane.startMs, paneMs, false)) {
      tell(state, pane, { kind: 'version', entity: id, atMs, what: `${from} → ${value}`, from, to: value });
    }
    while (service.versions.size > versionsMax) dropOldest(service.versions);
  }
  const flagsOf = new Map<EntityId, number>();
  for (const key of state.flags.keys()) flagsOf.set(key.split('\u0001')[0], (flagsOf.get(key.split('\u0001')[0]) ?? 0) + 1);
  for (const [key, heard] of pane.flags) {
    const [id, flag] = key.split('\u0001');
    let known = state.flags.get(key);
    if (known === undefined) {
      if ((flagsOf.get(id) ?? 0) >= flagsPerServiceMax) {
        count(state.counters, 'flags_over_limit');
        continue;
      }
      known = new Map();
      state.flags.set(key, known);
    }
    // A flag that comes up in a service that has long been writing logs was not there before: that is a change.
    const since = state.services.get(id)?.logsSinceMs ?? Infinity;
    const isOld = pane.startMs - since >= templateWarmUpPanes * paneMs;
    for (const { value, from, atMs } of appearances(known, heard, pane.startMs, paneMs, isOld)) {
      tell(state, pane, { kind: 'feature_flag', entity: id, atMs, what: `flag ${flag} = ${value}`, from, to: value });
    }
  }
}

interface Appearance { readonly value: string; readonly from: string; readonly atMs: number }

/**
 * Values heard now that were not heard for `presencePanes` while another was: they came up. The very first values are
 * where the story begins and no change, unless `tellFirst`. Moves `known` on.
 */
function appearances(known: Map<string, number>, heard: ReadonlyMap<string, number>, startMs: number, paneMs: number, tellFirst: boolean): Appearance[] {
  const found: Appearance[] = [];
  const before = [...known].sort(([left, leftMs], [right, rightMs]) => rightMs - leftMs || (left < right ? -1 : 1));
  for (const value of [...heard.keys()].sort()) {
    const last = known.get(value);
    const other = before.find(([each]) => each !== value);
    const isBack = last !== undefined && startMs - last > presencePanes * paneMs && other !== undefined && other[1] > last;
    const isNew = last === undefined && (before.length > 0 || tellFirst);
    if (isBack || isNew) found.push({ value, from: other?.[0] ?? '', atMs: heard.get(value) ?? startMs });
    known.delete(value);
    known.set(value, startMs);
  }
  return found;
}

function dropOldest(values: Map<string, number>): void {
  const [oldest] = [...values].sort(([, left], [, right]) => left - right);
  values.delete(oldest[0]);
}
