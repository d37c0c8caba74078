import type { EngineSettings, Source } from '../model/index.ts';
import { count, labelsPerServiceMax } from './bounds.ts';
import type { FeaturesState, PaneState, ServiceState } from './state.ts';
import { openMiner } from './templates.ts';

/** The service of a source, admitted when it is new and there is room; null (counted as `services_over_limit`) when not. */
export function admitService(state: FeaturesState, settings: EngineSettings, source: Source, atMs: number): ServiceState | null {
  const known = state.services.get(source.service);
  if (known !== undefined) {
    if (atMs < known.firstSeenMs) known.firstSeenMs = atMs;
    return known;
  }
  if (state.services.size >= settings.limits.services) {
    count(state.counters, 'services_over_limit');
    return null;
  }
  const service: ServiceState = {
    id: source.service, name: source.name, namespace: source.namespace, environment: source.environment, language: source.language,
    firstSeenMs: atMs, lastSeenMs: atMs, served: new Map(), inner: new Map(), miner: openMiner(), logsSinceMs: Infinity, versions: new Map(), regions: new Map(), tenants: new Map(),
  };
  state.services.set(service.id, service);
  return service;
}

/** Takes down that the source was heard in this pane: version, instance, process, place. Idempotent, and the same in any order. */
export function hearSource(state: FeaturesState, settings: EngineSettings, pane: PaneState, source: Source, atMs: number): void {
  if (source.named) {
    if (source.version !== '') {
      const versions = pane.versions.get(source.service) ?? new Map<string, number>();
      versions.set(source.version, Math.min(atMs, versions.get(source.version) ?? Infinity));
      pane.versions.set(source.service, versions);
    }
    const service = state.services.get(source.service);
    if (service !== undefined) {
      if (service.language === '') service.language = source.language;
      hearLabel(state, service.regions, source.region, pane.startMs);
      hearLabel(state, service.tenants, source.tenant, pane.startMs);
    }
  }
  if (source.named && source.instance !== '') hearInstance(state, settings, pane, source, atMs);
  for (const place of source.named ? source.places : []) {
    const known = state.places.get(place);
    if (known !== undefined && known.instance === source.instance) known.lastMs = Math.max(known.lastMs, pane.startMs);
    else if (known !== undefined || state.places.size < settings.limits.instances) {
      state.places.set(place, { service: source.service, instance: source.instance, host: source.host, lastMs: pane.startMs });
    } else count(state.counters, 'places_over_limit');
  }
}

function hearLabel(state: FeaturesState, labels: Map<string, number>, label: string, startMs: number): void {
  if (label === '') return;
  const last = labels.get(label);
  if (last === undefined && labels.size >= labelsPerServiceMax) count(state.counters, 'labels_over_limit');
  else if (last === undefined || last < startMs) labels.set(label, startMs);
}

function hearInstance(state: FeaturesState, settings: EngineSettings, pane: PaneState, source: Source, atMs: number): void {
  const heard = pane.instances.get(source.instance);
  if (heard === undefined) {
    if (pane.instances.size >= settings.limits.instances) count(state.counters, 'instances_over_limit');
    else pane.instances.set(source.instance, { service: source.service, host: source.host, firstMs: atMs, process: source.process });
    return;
  }
  heard.firstMs = Math.min(heard.firstMs, atMs);
  if (source.process > heard.process) heard.process = source.process;
}

/** A source without service.name is looked up by the place it names: pod, container, host. */
export function joinPlace(state: FeaturesState, source: Source): Pick<Source, 'service' | 'instance' | 'host'> | null {
  if (source.named) return source;
  for (const place of source.places) {
    const known = state.places.get(place);
    if (known !== undefined) return known;
  }
  return null;
}
