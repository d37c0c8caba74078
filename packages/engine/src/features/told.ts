import type { CalendarPart, EngineSettings, EntityId, Feature, FeatureValue, FeatureWindow, Observation } from '../model/index.ts';
import { labelMs } from './bounds.ts';
import { calendarOf } from '../base/calendar.ts';
import { featureOf, features } from './catalogue.ts';
import { countDistinct } from './distinct.ts';
import { evaluate } from './evaluate.ts';
import type { Scope } from './evaluate.ts';
import { viewGraph } from './graph.ts';
import { kindOf, observe } from './observe.ts';
import { levelKey, levelWords, partsOf, sumOf } from './partials.ts';
import type { Slice } from './partials.ts';
import type { FeaturesState } from './state.ts';
import { minuteOf, sliceOf, windowStartMs } from './windows.ts';
import type { Followed } from './windows.ts';

const nobody: Followed = { sinceMs: 0, lastMs: 0, levelIndex: new Map(), panes: new Map(), minutes: new Map() };

/** What is asked of, and where to look. */
interface Asked {
  readonly state: FeaturesState;
  readonly settings: EngineSettings;
  readonly entity: EntityId;
  readonly followed: Followed;
  readonly subject: string;
}

/** Every feature of the catalogue that the entity's kind has, as of the last closed pane; empty for one that is not followed. */
export function tellFeatures(state: FeaturesState, settings: EngineSettings, entity: EntityId): FeatureValue[] {
  const followed = state.windows.followed.get(entity);
  if (followed === undefined) return [];
  const endMs = state.closedMs;
  const kind = kindOf(entity);
  const slices = new Map<FeatureWindow, Slice>();
  const scopeOf = (window: FeatureWindow, subject: string): Scope => {
    let slice = slices.get(window);
    if (slice === undefined) slices.set(window, slice = sliceOf(followed, window, endMs, settings.paneMs));
    const startMs = Math.max(windowStartMs(window, endMs, settings.paneMs), followed.sinceMs);
    return openScope({ state, settings, entity, followed, subject }, slice, startMs, endMs);
  };
  const found: FeatureValue[] = [];
  for (const row of features) {
    if (!row.entities.includes(kind) || row.subject === 'metric name') continue;
    for (const subject of subjectsOf(row, followed)) {
      const { id, window, unit, expression } = row;
      const scope = scopeOf(window, subject);
      const texts = 'texts' in expression ? textsOf(state, entity, expression.texts, endMs) : [];
      found.push({ id, subject, window, value: evaluate(expression, scope), unit, texts });
    }
  }
  return found;
}

/** Of a feature with subjects (pools, consumer groups) those that were heard; of all others the empty one. */
function subjectsOf({ id, subject }: Feature, followed: Followed): string[] {
  if (subject === '') return [''];
  const prefix = levelKey(id, '');
  return [...followed.levelIndex.keys()].filter((key) => key.startsWith(prefix)).map((key) => key.slice(prefix.length)).sort();
}

function openScope(asked: Asked, slice: Slice, startMs: number, endMs: number): Scope {
  const { state, settings, entity, followed, subject } = asked;
  return {
    seconds: (endMs - startMs) / 1_000,
    sum: (name) => sumOf(slice, name),
    sketch: () => slice.durations,
    level: (how, name) => levelOf(followed, slice, how, name, subject),
    calendar: (part: CalendarPart) => calendarOf(settings.calendar, part, endMs),
    distinct: (name) => (name !== 'users' ? textsOf(state, entity, name, endMs).length : slice.users === null ? null : countDistinct(slice.users)),
    minute(back) {
      const minute = minuteOf(followed, endMs, back);
      return minute === null ? null : openScope(asked, minute.slice, minute.endMs - 60_000, minute.endMs);
    },
  };
}

function levelOf({ levelIndex }: Followed, { levels }: Slice, how: 'mean' | 'max', name: string, subject: string): number | null {
  const at = levelIndex.get(levelKey(name, subject));
  if (at === undefined || !(levels[at * levelWords] > 0)) return null;
  const { unit } = featureOf(name);
  return how === 'max' ? levels[at * levelWords + 2] : levels[at * levelWords + 1] / partsOf(unit) / levels[at * levelWords];
}

function textsOf(state: FeaturesState, entity: EntityId, name: string, endMs: number): readonly string[] {
  const service = state.services.get(entity);
  const heard = (labels: ReadonlyMap<string, number> | undefined): string[] => [...labels ?? []].filter(([, lastMs]) => endMs - lastMs <= labelMs).map(([label]) => label).sort();
  switch (name) {
    case 'upstream': return viewGraph(state.graph).callers(entity, endMs);
    case 'downstream': return viewGraph(state.graph).callees(entity, endMs);
    case 'regions': return heard(service?.regions);
    case 'tenants': return heard(service?.tenants);
    case 'versions': return [...service?.versions.keys() ?? []];
    default: throw new Error(`BUG: there are no texts ${name}`);
  }
}

/** Judged features that come of assembled traces, and the partial that says on how many events each rests. */
const traceFeatures: readonly (readonly [id: string, weight: string])[] = [['self_time', 'traced'], ['retry_share', 'tracedCalls']];

/** Their observations, by their expressions alone. */
export function observeTraces(state: FeaturesState, settings: EngineSettings, slices: ReadonlyMap<EntityId, Slice>, endMs: number): Observation[] {
  const found: Observation[] = [];
  for (const [entity, slice] of slices) {
    if (kindOf(entity) !== 'service') continue;
    const scope = openScope({ state, settings, entity, followed: nobody, subject: '' }, slice, endMs - settings.paneMs, endMs);
    for (const [feature, weighed] of traceFeatures) {
      const weight = sumOf(slice, weighed);
      const value = weight === 0 ? null : evaluate(featureOf(feature).expression, scope);
      if (value !== null) found.push(observe({ entity, node: entity, feature, value, weight }));
    }
  }
  return found;
}
