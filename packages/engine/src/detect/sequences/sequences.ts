import type { EngineSettings, EntityId, Finding, LogSession, Pane } from '../../model/index.ts';
import { addEvidence, meanEvidence } from '../evidence.ts';
import type { Evidence } from '../evidence.ts';
import { detectLimits as limits } from '../limits.ts';
import { openFinding, worsen } from './finding.ts';
import type { Seen, Words } from './finding.ts';
import { openSequenceWatch, sequenceMembers } from './watch.ts';
import type { SequenceState, SequenceWatch, SessionVerdict } from './watch.ts';

/** Sessions of one kind: what one service writes for the traces that ask one operation of it. Plain data. */
export interface Kind {
  /** The operation, or the service where no span told which. */
  readonly entity: EntityId;
  readonly service: EntityId;
  readonly watch: SequenceState;
  /** Share of its sessions that are called unusual while nothing is wrong, and the sessions that it rests on. */
  share: number;
  sessions: number;
  readonly evidence: Evidence;
  /** Unusual sessions since the evidence was last at nothing: noise is learnt, the begin of a fault is not. */
  readonly pending: (readonly string[])[];
  /** Sessions since then, and how many were unusual. */
  runSessions: number;
  runUnusual: number;
  finding: Finding | null;
  /** Panes since the finding began. */
  panes: number;
  lastMs: number;
}

interface State { readonly kinds: Map<string, Kind>; readonly words: Map<string, string>; refused: number }

export interface Ask {
  readonly bar: (entity: EntityId, node: EntityId) => number;
  readonly trust: (detector: string, entity: EntityId) => number;
  /** Hears of every kind that is judged: it shares the one budget. */
  readonly count: (entity: EntityId, node: EntityId) => void;
}

/**
 * Every line possible, what a trace wrote as a whole not: a line is missing, one comes too often or where it never came. A single
 * such trace is nothing; the share of a kind's sessions that are unusual is judged like any share of failures, against the budget.
 * It wakes nobody: it says what the service no longer does, or does besides.
 */
export interface Sequences {
  step(pane: Pane, ask: Ask): Finding[];
  counters(): Readonly<Record<string, number>>;
  save(): unknown;
}

/** Shares of unusual sessions that evidence is sought for, beside what is usual. */
const alternatives = [0.1, 0.4, 0.9] as const;
/** What the members call unusual (watch.ts), and the least that is taken for usual. */
const unusualBelow = 0.01;
/** Beyond so many sessions the usual share forgets. */
const memorySessions = 2_000;
/** Sessions held back at most; the oldest is learnt beyond that. */
const pendingMost = 64;
/** Where more are unusual than this, unusual says nothing. */
const usualMost = 0.3;

export function openSequences(settings: EngineSettings, saved?: unknown): Sequences {
  const state: State = (saved as State | undefined) ?? { kinds: new Map(), words: new Map(), refused: 0 };
  const { detectors } = settings.detection;
  const members = sequenceMembers.filter((id) => detectors === null || detectors.includes(id));
  const watches = new Map<string, SequenceWatch>();
  const watchOf = (key: string, kind: Kind): SequenceWatch => {
    const watch = watches.get(key) ?? openSequenceWatch({ members }, kind.watch);
    watches.set(key, watch);
    return watch;
  };
  return {
    step(pane, ask) {
      if (members.length === 0) return [];
      noteWords(state.words, pane);
      const changed: Finding[] = [];
      for (const [key, sessions] of byKind(pane.sessions ?? [])) {
        const kind = state.kinds.get(key) ?? makeKind(state, key, sessions[0]);
        if (kind === null) continue;
        const watch = watchOf(key, kind);
        const seen = look(watch, kind, sessions);
        kind.lastMs = pane.endMs;
        const finding = judge(kind, seen, pane, state.words, ask);
        if (finding !== null) changed.push(finding);
        if (kind.finding === null && kind.evidence.log === 0) learnPending(watch, kind);
      }
      for (const [key, kind] of state.kinds) {
        const silentMs = pane.endMs - kind.lastMs;
        if (kind.finding !== null && silentMs > limits.lostPanes * settings.paneMs) changed.push(end(kind));
        if (silentMs <= limits.forgetMs) continue;
        state.kinds.delete(key);
        watches.delete(key);
      }
      return changed;
    },
    counters: () => ({ detect_sequences: state.kinds.size, detect_sequences_refused: state.refused }),
    save: () => state,
  };
}

function byKind(sessions: readonly LogSession[]): Map<string, LogSession[]> {
  const kinds = new Map<string, LogSession[]>();
  for (const session of sessions) {
    const key = `${session.service} ${session.operation}`;
    const known = kinds.get(key);
    if (known === undefined) kinds.set(key, [session]);
    else known.push(session);
  }
  return kinds;
}

function makeKind(state: State, key: string, { service, operation }: LogSession): Kind | null {
  if (state.kinds.size >= limits.sequenceKinds) {
    state.refused++;
    return null;
  }
  const kind: Kind = {
    entity: operation === '' ? service : operation, service, watch: openSequenceWatch().save(), share: unusualBelow, sessions: 0, evidence: { log: 0 }, pending: [], runSessions: 0, runUnusual: 0, finding: null, panes: 0, lastMs: 0,
  };
  state.kinds.set(key, kind);
  return kind;
}

/** Words of the lines that came up lately, the newest wording: what a missing line says is not in the pane that misses it. */
function noteWords(words: Map<string, string>, { templates }: Pane): void {
  for (const { service, template, text } of templates) {
    const key = `${service} ${template}`;
    if (words.get(key) === text) continue;
    words.delete(key);
    words.set(key, text);
    if (words.size <= limits.sequenceWords) continue;
    const [oldest] = words.keys();
    if (oldest !== undefined) words.delete(oldest);
  }
}

/** While a finding lasts nothing is learnt: what is wrong must not become what is usual. What is unusual waits until it is known what it was. */
function look(watch: SequenceWatch, kind: Kind, sessions: readonly LogSession[]): Seen {
  let known = 0;
  let unusual = 0;
  let worst: Seen['worst'] = null;
  for (const session of sessions) {
    const verdict = watch.step(session.templates, (each) => kind.finding === null && !isUnusual(each));
    if (verdict.p === null) continue;
    known++;
    if (!isUnusual(verdict)) continue;
    unusual++;
    if (kind.finding === null) kind.pending.push(session.templates);
    if (worst === null || verdict.score > worst.verdict.score) worst = { verdict, session };
  }
  while (kind.pending.length > pendingMost) watch.step(kind.pending.shift() ?? []);
  return { known, unusual, worst };
}

function isUnusual({ p, contributors }: SessionVerdict): boolean {
  return p !== null && p < unusualBelow && contributors.length > 0;
}

/** Nothing came of it, or it has become usual: what was held back is learnt. */
function learnPending(watch: SequenceWatch, { pending }: Kind): void {
  for (const templates of pending) watch.step(templates);
  pending.length = 0;
}

function judge(kind: Kind, seen: Seen, pane: Pane, words: Words, ask: Ask): Finding | null {
  const { known, unusual, worst } = seen;
  if (known === 0) return null;
  const usual = Math.max(unusualBelow, 2 * kind.share);
  if (kind.sessions >= limits.sequenceWarm && usual <= usualMost) {
    const { entity, service } = kind;
    ask.count(entity, service);
    const bar = ask.bar(entity, service);
    const trust = worst === null ? 1 : Math.max(0, ...worst.verdict.votes.filter(({ agrees }) => agrees).map(({ detector }) => ask.trust(detector, entity)));
    const log = evidenceOf(unusual, known, usual);
    addEvidence(kind.evidence, log > 0 ? log * trust : log, bar / 2, bar + limits.evidenceRoom);
    kind.runSessions = kind.evidence.log === 0 ? 0 : kind.runSessions + known;
    kind.runUnusual = kind.evidence.log === 0 ? 0 : kind.runUnusual + unusual;
    if (kind.finding === null && worst !== null && kind.runUnusual >= limits.sequenceLeast && kind.evidence.log >= bar) {
      kind.finding = openFinding(kind, seen, pane, words, usual);
      kind.panes = 0;
      return kind.finding;
    }
  }
  if (kind.finding !== null) return follow(kind, kind.finding, seen, pane, words, usual);
  if (kind.evidence.log === 0) learnShare(kind, unusual, known);
  return null;
}

/** It ends when sessions as usual have taken the evidence away, or when what it tells of has become usual: that is learnt from then on. */
function follow(kind: Kind, finding: Finding, seen: Seen, pane: Pane, words: Words, usual: number): Finding | null {
  kind.panes++;
  if (kind.evidence.log === 0) return end(kind);
  if (kind.panes >= limits.adoptOtherPanes) {
    kind.share = kind.runUnusual / Math.max(1, kind.runSessions);
    return end(kind);
  }
  if (seen.unusual <= usual * seen.known) return null;
  kind.finding = worsen(finding, kind, seen, pane, words);
  return kind.finding;
}

function end(kind: Kind): Finding {
  const { finding } = kind;
  if (finding === null) throw new Error('BUG: a finding ends that never began');
  kind.finding = null;
  kind.evidence.log = 0;
  kind.runSessions = 0;
  kind.runUnusual = 0;
  return { ...finding, active: false };
}

/** Likelihood ratio of so many unusual sessions, mixed over the alternatives that lie clearly above what is usual: an e-value while the share is no larger than that. */
function evidenceOf(unusual: number, known: number, usual: number): number {
  const above = alternatives.filter((share) => share > 2 * usual);
  return meanEvidence(above.map((share) => unusual * Math.log(share / usual) + (known - unusual) * Math.log((1 - share) / (1 - usual))), above.map(() => 1));
}

function learnShare(kind: Kind, unusual: number, known: number): void {
  const before = Math.min(memorySessions, kind.sessions + limits.sequenceWarm);
  kind.share += (known / (before + known)) * (unusual / known - kind.share);
  kind.sessions += known;
}
