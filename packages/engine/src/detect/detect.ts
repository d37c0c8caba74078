import type { DetectionView, EntityId, EngineSettings, Finding, Graph, Notice, Observation, Pane, SeriesBand, TraceRef, TrainedModel } from '../model/index.ts';
import { barsOf, earn, makeBudget, spend, spentOf, weightOf } from './budget.ts';
import type { Bars, Budget } from './budget.ts';
import { basisVersion } from './catalogue.ts';
import { glanceExpected, openExpected } from './expected.ts';
import type { Expected } from './expected.ts';
import { endGrowth, trackGrowth } from './growth.ts';
import { weighSilence } from './heard.ts';
import { judge, pool } from './judge.ts';
import type { Judgement } from './judge.ts';
import { driftLevel, learn, remember, rememberRecent } from './learn.ts';
import { detectLimits as limits } from './limits.ts';
import { isLostTraffic } from './lost.ts';
import { judgePanel, learnPanel, makePanel } from './members/panel.ts';
import { findMissing, noteReport } from './missing.ts';
import type { Reports } from './missing.ts';
import { composeOf, isOfOthers, learnMixes } from './mix.ts';
import type { Composition, Mixes } from './mix.ts';
import { nearNodes } from './near.ts';
import { noises, untransform } from './noise.ts';
import { detectorViews, makePeople, noisiest, noteFinding, noteVerdict, trustOf } from './people.ts';
import type { People } from './people.ts';
import { isFeltOwnTime } from './own-time.ts';
import { forgetPast, keepPast, makePasts, pastOf } from './pasts.ts';
import type { Pasts } from './pasts.ts';
import { proportionOf } from './proportion.ts';
import { lookAt } from './look.ts';
import type { Found, Peek } from './look.ts';
import { giveRoom, makeRooms, takeRoom } from './rooms.ts';
import type { Rooms } from './rooms.ts';
import { levelCells, makeSeries, toFinding } from './series.ts';
import type { Active, Series } from './series.ts';
import { makeLines, trackTemplates } from './templates.ts';
import type { Lines } from './templates.ts';
import { openSequences } from './sequences/sequences.ts';
import { dropHeld } from './surprise.ts';
import { noteChanges } from './unsettled.ts';
import type { Unsettled } from './unsettled.ts';
import { openTogether } from './together.ts';
import { close, learnTails, track } from './track.ts';
import type { Demand } from './track.ts';

interface State {
  readonly series: Map<string, Series>;
  readonly lines: Lines;
  readonly budget: Budget;
  readonly people: People;
  readonly reports: Reports;
  readonly unsettled: Unsettled;
  readonly mixes: Mixes;
  /** Profiles and recent values of levels. */
  readonly levels: Rooms;
  readonly pasts: Pasts;
  together: unknown;
  sequences: unknown;
  atMs: number;
  refused: number;
}

export interface Detect {
  /** Takes the next pane, in order; gives the findings that are new, changed or ended. */
  step(pane: Pane, graph: Graph): Finding[];
  /** Would a look into the open panes find anything? Changes nothing. */
  wouldFind(peek: Peek, graph: Graph, nowMs: number): boolean;
  /** Findings of symptoms in panes that are not over; they go on when those panes close. `panes` have the traces to show. Nothing is learned. */
  look(peek: Peek, panes: readonly Glanced[], graph: Graph, nowMs: number): Finding[];
  /** Takes what a person said; true when it was about something that is known. */
  tell(notice: Notice): boolean;
  /** A series with what was expected of it over the last panes; null when it is not known (any more). */
  band(series: string): SeriesBand | null;
  /** What would be normal now, in the series' own unit; null when unknown. `high` is the upper edge of normal. */
  normal(series: string): { readonly mid: number; readonly high: number } | null;
  view(): DetectionView;
  counters(): Readonly<Record<string, number>>;
  save(): unknown;
}

type Glanced = Pick<Pane, 'startMs' | 'observations' | 'changes'>;

/** What holds for every series of a pane. */
interface Round {
  readonly pane: Pane;
  readonly paneMs: number;
  readonly settings: EngineSettings;
  readonly bars: Bars;
  readonly expected: Expected;
  readonly troubled: ReadonlySet<EntityId>;
  readonly near: ReadonlySet<EntityId>;
  readonly composition: Composition;
  readonly changed: Finding[];
  readonly seen: { weight: number; series: number; tests: number; near: number };
}

function makeState({ detection, limits: { historyPanes } }: EngineSettings): State {
  return {
    series: new Map(), lines: makeLines(), budget: makeBudget(detection.falseAlarmsPerDay), people: makePeople(), reports: new Map(), unsettled: new Map(), mixes: new Map(),
    levels: makeRooms(levelCells), pasts: makePasts(historyPanes), together: undefined, sequences: undefined, atMs: 0, refused: 0,
  };
}

/** `model`: what computes the autoencoder, where it is not the engine's own arrays. */
export function openDetect(settings: EngineSettings, saved?: unknown, model?: TrainedModel): Detect {
  const perDay = settings.detection.falseAlarmsPerDay;
  const state = (saved ?? makeState(settings)) as State;
  if (state.levels === undefined || state.mixes === undefined) throw new Error('it keeps its series in another way than this version');
  const { paneMs } = settings;
  const together = openTogether(settings, basisVersion, state.together, model);
  const sequences = openSequences(settings, state.sequences);
  return {
    wouldFind: (peek, graph, nowMs) => lookAround(state, settings, peek, [], graph, nowMs, true).length > 0,
    look(peek, panes, graph, nowMs) {
      const findings = lookAround(state, settings, peek, panes, graph, nowMs, false).map(({ series, active }) => {
        active.exemplars = exemplarsOf(panes, series.key);
        series.active = active;
        for (const side of [series.up, series.down]) dropHeld(side.surprise);
        return toFinding(series, active, true);
      });
      for (const finding of findings) noteFinding(state.people, finding);
      return findings;
    },
    step(pane, graph) {
      const round = openRound(state, settings, pane, graph);
      const watched: Series[] = [];
      for (const observation of pane.observations) {
        noteReport(state.reports, observation, pane, paneMs);
        const series = state.series.get(observation.series) ?? admit(state, observation);
        if (series === null) continue;
        observe(state, series, observation, round);
        if (series.active !== null && (series.feature === 'request_rate' || series.feature === 'self_time')) watched.push(series);
      }
      learnMixes(state.mixes, round.composition);
      weighFelt(state, watched, pane, graph, round.changed);
      if (isAsked(settings, 'template')) round.changed.push(...trackTemplates(state.lines, pane));
      if (isAsked(settings, 'missing')) round.changed.push(...findMissing(state.reports, pane, paneMs));
      rest(state, pane, paneMs, round.changed);
      round.changed.push(...together.step(pane, {
        bar: (entity) => round.bars.pane(weightOf(false, entity, entity)), isTroubled: (entity) => round.troubled.has(entity) || round.expected.isChanged(entity),
        trust: (detector, entity) => trustOf(state.people, detector, entity),
      }));
      round.changed.push(...sequences.step(pane, {
        bar: (entity, node) => round.bars.pane(weightOf(false, entity, node)), trust: (detector, entity) => trustOf(state.people, detector, entity),
        count: (entity, node) => { round.seen.weight += weightOf(false, entity, node); },
      }));
      spend(state.budget, perDay, paneMs, pane.endMs, round.seen);
      for (const finding of round.changed) noteFinding(state.people, finding);
      state.atMs = pane.endMs;
      return round.changed;
    },
    tell(notice) {
      if (notice.kind !== 'finding_verdict' || !noteVerdict(state.people, notice)) return false;
      if (notice.verdict === 'real') earn(state.budget);
      const told = state.people.told.get(notice.finding);
      const series = told === undefined ? undefined : state.series.get(told.series);
      for (const active of [series?.active, series?.trend]) if (active?.id === notice.finding) active.verdict = notice.verdict;
      return true;
    },
    band: (key) => pastOf(state.series.get(key), paneMs),
    normal: (key) => normalOf(state.series.get(key), paneMs / 1000),
    view: () => viewOf(state, settings, together.version),
    counters: () => ({
      ...together.counters(), ...sequences.counters(), detect_series: state.series.size, detect_series_refused: state.refused,
      detect_bands_refused: state.pasts.refused, detect_templates: state.lines.lines.size, detect_templates_refused: state.lines.refused,
    }),
    save: () => ({ ...state, together: together.save(), sequences: sequences.save() }),
  };
}

/** Where a disturbance is expected nothing is looked at before its pane is over: how long it lasts is what is asked there. */
function lookAround(state: State, settings: EngineSettings, peek: Peek, panes: readonly Glanced[], graph: Graph, nowMs: number, isEnough: boolean): Found[] {
  const bars = barsOf(state.budget, settings.detection.falseAlarmsPerDay, settings.paneMs);
  // Most looks find no suspect, and then nobody need know who is near to what.
  let known: ReadonlySet<EntityId> | null = null;
  const isNear = (node: EntityId): boolean => (known ??= nearNodes(troubledNodes(state), witnessedNodes(state), graph, nowMs)).has(node);
  const expected = glanceExpected(state.unsettled, settings.calendar, panes, nowMs);
  const demandOf = (elsewhere: Bars['look']) => (series: Series): Demand => {
    const { symptom, entity, node } = series;
    const bar = (isNear(node) ? bars.near : elsewhere)(weightOf(symptom, entity, node));
    return { ...expected.of(series), disturbance: null, bar, high: bar, isNear: isNear(node), trust: trustIn(state, settings, entity) };
  };
  const isAskedOf = (series: Series): boolean => expected.of(series).disturbance === null || isNear(series.node);
  return lookAt(peek, nowMs, settings, { series: (key) => state.series.get(key), mixes: state.mixes, isAsked: isAskedOf, look: demandOf(bars.look), failing: demandOf(bars.failing) }, isEnough);
}

/** The newest. */
function exemplarsOf(panes: readonly Glanced[], key: string): readonly TraceRef[] {
  return panes.flatMap(({ observations }) => observations.filter(({ series, exemplars }) => series === key && exemplars.length > 0)).at(-1)?.exemplars ?? [];
}

function openRound(state: State, settings: EngineSettings, pane: Pane, graph: Graph): Round {
  const { paneMs, calendar, detection } = settings;
  noteChanges(state.unsettled, pane.changes, pane.startMs, calendar);
  const troubled = troubledNodes(state);
  return {
    pane, paneMs, settings, bars: barsOf(state.budget, detection.falseAlarmsPerDay, paneMs), expected: openExpected(state.unsettled, calendar, pane), troubled,
    near: nearNodes(troubled, witnessedNodes(state), graph, pane.endMs),
    composition: composeOf(pane.observations, (key) => state.series.get(key)), changed: [], seen: { weight: 0, series: 0, tests: 0, near: 0 },
  };
}

function viewOf(state: State, settings: EngineSettings, version: string): DetectionView {
  const perDay = settings.detection.falseAlarmsPerDay;
  return {
    budgetPerDay: perDay, spent: spentOf(state.budget, perDay), series: state.budget.series, tests: state.budget.tests,
    threshold: Math.exp(-barsOf(state.budget, perDay, settings.paneMs).pane(1)),
    detectors: detectorViews(state.people, (id) => (isAsked(settings, id) ? 'ready' : 'off')), noisiest: noisiest(state.people, state.atMs), maintenance: [], version,
  };
}

function admit(state: State, observation: Observation): Series | null {
  if (state.series.size >= limits.series) {
    state.refused++;
    return null;
  }
  const series = makeSeries(observation, () => takeRoom(state.levels));
  state.series.set(observation.series, series);
  return series;
}

/** Nodes with a symptom: what fails fast also looks quick and idle, so nothing about them is learned meanwhile. */
function troubledNodes(state: State): Set<EntityId> {
  const nodes = new Set<EntityId>();
  for (const series of state.series.values()) if (series.active?.symptom === true) nodes.add(series.node);
  return nodes;
}

/** Nodes about which requests tell something: own time and edges, from the callers' side too. */
function witnessedNodes(state: State): Set<EntityId> {
  const nodes = new Set<EntityId>();
  for (const { active, feature, entity, node } of state.series.values()) {
    if (active === null || active.symptom || active.direction === 'down' || !witnessFeatures.has(feature)) continue;
    nodes.add(node);
    if (entity.startsWith('edge:')) nodes.add(entity.slice(entity.indexOf('→') + 1));
  }
  return nodes;
}

const witnessFeatures: ReadonlySet<string> = new Set(['self_time', 'error_share', 'latency_p50', 'latency_p95', 'retry_share']);

function observe(state: State, series: Series, observation: Observation, round: Round): void {
  if (!Number.isFinite(observation.value)) return;
  const { pane, paneMs, settings, changed } = round;
  const seconds = paneMs / 1000;
  driftLevel(series, pane.startMs, settings.calendar, round.expected.moment);
  if (isOfOthers(state.mixes, round.composition, series)) {
    series.lastMs = pane.startMs;
    keepPast(state.pasts, series, Math.round(pane.startMs / paneMs), observation.value, null);
    return;
  }
  remember(series, observation.value, observation.weight, pane.startMs, paneMs);
  series.lastMs = pane.startMs;
  const pooled = pool(series, seconds);
  if (pooled === null) {
    if (series.active !== null && isOutOfSight(series, series.active, pane.endMs, paneMs)) changed.push(close(series, series.active));
    return;
  }
  rememberRecent(series, pooled.y);
  const judgement = judge(series, pooled, seconds);
  hear(series, pooled.y, round);
  const finding = judgement === null ? null : decide(state, series, judgement, observation, round);
  if (finding !== null) changed.push(finding);
  keepPast(state.pasts, series, Math.round(pane.startMs / paneMs), observation.value, judgement);
  if (round.troubled.has(series.node) && judgement !== null) series.reliefPanes = 0;
  else if (series.active === null && series.held === 0) {
    learn(series, pooled, pane.startMs, paneMs, settings.calendar);
    if (judgement !== null) learnTails(series, judgement);
    if (series.panel !== null && series.said !== null) learnPanel(series.panel, pane.startMs, pooled.y, series.said);
  }
  const growth = isAsked(settings, 'trend') ? trackGrowth(series, observation.value, pane) : null;
  if (growth !== null) changed.push(growth);
}

/** Nothing while it is switched off; else what people's words have left of it. */
function trustIn(state: State, settings: EngineSettings, entity: EntityId): (detector: string) => number {
  return (detector) => (isAsked(settings, detector) ? trustOf(state.people, detector, entity) : 0);
}

function isAsked({ detection }: EngineSettings, detector: string): boolean {
  return detection.detectors === null || detection.detectors.includes(detector);
}

/** The panel costs as much as all the rest, and thirteen kilobytes, so it sits only over how fast whole services answer. */
function hear(series: Series, y: number, { pane, settings }: Round): void {
  if (!panelFeatures.has(series.feature) || series.entity !== series.node || !series.node.startsWith('service:')) return;
  series.panel ??= makePanel(panelSeed, panelIds.filter((id) => isAsked(settings, id)));
  series.said = judgePanel(series.panel, pane.startMs, y);
}

const panelFeatures: ReadonlySet<string> = new Set(['latency_p50']);
const panelSeed = 20_261_122;
/** Those whose state is small; `habit` stays with the watch of single series. */
const panelIds = ['seasonal', 'shift', 'spread', 'roughness', 'change', 'forecast', 'shape'];

function decide(state: State, series: Series, judgement: Judgement, observation: Observation, round: Round): Finding | null {
  const weight = weightOf(series.symptom, series.entity, series.node);
  const isNear = round.near.has(series.node) || round.near.has(series.entity);
  const isNote = series.noise === 'event';
  if (!isNote) {
    round.seen.weight += weight;
    round.seen.series++;
    round.seen.tests += noises[series.noise].sides === 'both' ? 2 : 1;
    if (isNear) round.seen.near++;
  }
  const bar = isNote ? limits.noteEvidence : isNear ? round.bars.near(weight) : round.bars.pane(weight);
  const finding = track(series, judgement, round.pane, observation.exemplars, {
    bar, high: isNote || isNear ? bar : round.bars.look(weight), isNear, trust: trustIn(state, round.settings, series.entity),
    ...round.expected.of(series), ...(isNote ? { disturbance: null } : {}),
  });
  if (series.active?.symptom === true && series.active.panes === limits.confirmPanes) earn(state.budget);
  return finding;
}
/** Falls of traffic become symptoms, or stop being some, by what the callers do, and own time by what latency is usual; that takes the whole pane to know. */
function weighFelt(state: State, watched: readonly Series[], pane: Pane, graph: Graph, changed: Finding[]): void {
  const rateOf = (entity: EntityId): { now: number; usual: number } | null => {
    const series = state.series.get(`${entity} request_rate `);
    if (series === undefined || series.lastMs < pane.startMs || series.level === null) return null;
    const mid = untransform(noises[series.noise], series.level.mid, (pane.endMs - pane.startMs) / 1000);
    const pooled = pool(series, (pane.endMs - pane.startMs) / 1000);
    return mid <= 0 || pooled === null ? null : { now: pooled.value, usual: mid };
  };
  for (const series of watched) {
    const { active } = series;
    if (active === null || active.symptom) continue;
    if (series.feature === 'self_time') {
      if (!isFeltOwnTime(series, normalOf(state.series.get(`${series.entity} latency_p50 `), (pane.endMs - pane.startMs) / 1000)?.mid ?? null)) continue;
      active.symptom = true;
      tellAgain(series, active, changed);
      continue;
    }
    if (!isLostTraffic(series, graph, pane.endMs, rateOf)) continue;
    const silence = weighSilence(state.series, series, active, pane, graph, rateOf);
    if (silence === 'undecided') continue;
    if (silence === 'gone') {
      active.symptom = true;
      if (active.direction === 'missing') active.direction = 'absent';
    } else active.direction = 'missing';
    tellAgain(series, active, changed);
  }
}

function tellAgain(series: Series, active: Active, changed: Finding[]): void {
  const index = changed.findIndex((finding) => finding.id === active.id);
  if (index >= 0) changed.splice(index, 1);
  changed.push(toFinding(series, active, true));
}

/** Series that were not reported in this pane: findings do not outlive their data for long, and old series are forgotten. */
function rest(state: State, pane: Pane, paneMs: number, changed: Finding[]): void {
  for (const series of state.series.values()) {
    if (series.lastMs >= pane.startMs) continue;
    const silentMs = pane.startMs - series.lastMs;
    if (series.active?.direction === 'absent' || series.active?.direction === 'missing') {
      keepAbsent(series, series.active, pane, changed);
    } else if (isLost(series, silentMs, paneMs)) {
      if (series.active !== null) changed.push(close(series, series.active));
      if (series.trend !== null) changed.push(endGrowth(series, series.trend));
    }
    if (silentMs <= limits.forgetMs) continue;
    forget(state, series);
  }
}

function isLost({ gapPanes }: Series, silentMs: number, paneMs: number): boolean {
  return silentMs > limits.lostPanes * paneMs * Math.max(1, gapPanes);
}

/** Reported still, of too few events to say anything: a finding goes on no longer than if nothing came. */
function isOutOfSight(series: Series, active: Active, nowMs: number, paneMs: number): boolean {
  return isLost(series, nowMs - active.lastMs, paneMs);
}

function forget(state: State, series: Series): void {
  forgetPast(state.pasts, series);
  if (series.profile !== null) giveRoom(state.levels, series.profile);
  if (series.entity === series.node && series.feature === 'latency_p50') state.mixes.delete(series.node);
  state.series.delete(series.key);
}

/** What is gone stays a finding, though nothing is reported of it any more, until its absence has become normal. */
function keepAbsent(series: Series, active: Active, pane: Pane, changed: Finding[]): void {
  active.panes++;
  if (active.panes >= (active.symptom ? limits.adoptSymptomPanes : limits.adoptOtherPanes)) {
    changed.push(close(series, active));
    return;
  }
  // A pane without any observation at all says that nobody reports, not that this service is gone.
  if (pane.observations.length > 0) active.lastMs = pane.endMs;
}

function normalOf(series: Series | undefined, seconds: number): { mid: number; high: number } | null {
  if (series === undefined) return null;
  if (series.proportion !== null) return { mid: proportionOf(series.proportion), high: proportionOf(series.proportion) };
  if (series.level === null) return null;
  const noise = noises[series.noise];
  const deviation = Math.max(Math.sqrt(series.level.variance), noise.floor) * series.level.tail;
  return { mid: untransform(noise, series.level.mid, seconds), high: untransform(noise, series.level.mid + 3 * deviation, seconds) };
}
