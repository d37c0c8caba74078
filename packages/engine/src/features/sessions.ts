import type { EntityId, LogRows, LogSession } from '../model/index.ts';
import { SpanKind } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { count, forgetMs, openSessionsMax, sessionLinesMax, sessionPanesMax, sessionsPerPaneMax } from './bounds.ts';
import type { Counters } from './bounds.ts';
import { isKept, rowWords, Word } from './span-buffer.ts';

/**
 * What a service wrote for one trace, gathered until it falls silent: the lines that belong together, which the sequence detectors
 * read. Only a sample of a service's traces is followed, chosen by a hash of the trace id, so that every line of a trace is seen or
 * none: a session with holes in it would look like trouble.
 */
export interface SessionsState {
  /** service, trace → its lines so far. */
  readonly open: Map<string, OpenSession>;
  readonly followed: Map<EntityId, Followed>;
}

interface OpenSession {
  readonly service: EntityId;
  /** The served operation, once a span of it was seen; else empty. */
  operation: EntityId | '';
  /** Trace id, four words, low first; and the span of the first line that names one. */
  readonly trace: readonly number[];
  span: readonly number[];
  firstMs: number;
  lastMs: number;
  readonly timesMs: number[];
  readonly templates: string[];
}

/** How many of a service's traces are followed: all at level 0, half of them at level 1, and so on. */
interface Followed {
  level: number;
  /** Traces begun before this may have been followed in part only: they are not told. */
  wholeMs: number;
  begun: number;
  calmPanes: number;
  lastMs: number;
  /** Operations that have written for a trace → when last. What is asked of one of them and writes nothing is a session without lines. */
  readonly writing: Map<EntityId, number>;
}

/** A service is followed more closely again after so many panes with few sessions. */
const calmPanes = 30;
/** Operations of a service whose sessions without lines are told; beyond it they are not. */
const writingMax = 64;

export function openSessions(): SessionsState {
  return { open: new Map(), followed: new Map() };
}

/** Takes one log line up. `template`: its id within the service. Lines without a trace belong to no session. */
export function addToSession(state: SessionsState, service: EntityId, rows: LogRows, row: number, template: string, paneMs: number, counters: Counters): void {
  const low = rows.traceLo[2 * row];
  const high = rows.traceLo[2 * row + 1];
  if (low === 0 && high === 0) return;
  const timeMs = rows.timeMs[row];
  let followed = state.followed.get(service);
  if (followed === undefined) {
    followed = { level: 0, wholeMs: timeMs + 2 * paneMs, begun: 0, calmPanes: 0, lastMs: timeMs, writing: new Map() };
    state.followed.set(service, followed);
  }
  followed.lastMs = Math.max(followed.lastMs, timeMs);
  if (!isKept(followed.level, low, high)) return;
  const trace = [low, high, rows.traceHi[2 * row], rows.traceHi[2 * row + 1]];
  const session = state.open.get(keyOf(service, trace)) ?? begin(state, service, followed, trace, timeMs, counters);
  if (session === null) return;
  session.firstMs = Math.min(session.firstMs, timeMs);
  session.lastMs = Math.max(session.lastMs, timeMs);
  if (session.span[0] === 0 && session.span[1] === 0) session.span = [rows.spanId[2 * row], rows.spanId[2 * row + 1]];
  if (session.templates.length >= sessionLinesMax) return;
  session.timesMs.push(timeMs);
  session.templates.push(template);
}

/** Null: there is no room for it. */
function begin(state: SessionsState, service: EntityId, followed: Followed, trace: readonly number[], timeMs: number, counters: Counters): OpenSession | null {
  followed.begun++;
  if (followed.begun > sessionsPerPaneMax || state.open.size >= openSessionsMax) {
    thin(state, service, followed);
    count(counters, 'sessions_thinned');
    if (!isKept(followed.level, trace[0], trace[1])) return null;
  }
  const session: OpenSession = { service, operation: '', trace, span: [0, 0], firstMs: timeMs, lastMs: timeMs, timesMs: [], templates: [] };
  state.open.set(keyOf(service, trace), session);
  return session;
}

/** Half as many traces of the service from here on; those that would not have been followed are let go. */
function thin(state: SessionsState, service: EntityId, followed: Followed): void {
  followed.level = Math.min(31, followed.level + 1);
  followed.calmPanes = 0;
  followed.begun = 0;
  for (const [key, session] of state.open) {
    if (session.service !== service) continue;
    if (isKept(followed.level, session.trace[0], session.trace[1])) followed.begun++;
    else state.open.delete(key);
  }
}

/**
 * Sessions without a line in the pane that ends at `endMs`, and those that went on for too long, begin first. `assembly` tells
 * which operation a trace asked of the service.
 */
export function closeSessions(state: SessionsState, assembly: Assembly, startMs: number, endMs: number, counters: Counters): LogSession[] {
  meetSpans(state, assembly, startMs, endMs, counters);
  const closed: LogSession[] = [];
  const paneMs = endMs - startMs;
  for (const [key, session] of state.open) {
    if (session.lastMs >= startMs && endMs - session.firstMs < sessionPanesMax * paneMs) continue;
    state.open.delete(key);
    const followed = state.followed.get(session.service);
    if (followed === undefined) continue;
    if (session.operation !== '' && session.templates.length > 0 && (followed.writing.has(session.operation) || followed.writing.size < writingMax)) followed.writing.set(session.operation, endMs);
    if (session.firstMs >= followed.wholeMs) closed.push(toSession(session));
  }
  for (const [service, followed] of state.followed) {
    followed.calmPanes = followed.begun * 4 < sessionsPerPaneMax ? followed.calmPanes + 1 : 0;
    followed.begun = 0;
    if (followed.level > 0 && followed.calmPanes >= calmPanes) {
      followed.level--;
      followed.calmPanes = 0;
      followed.wholeMs = endMs + 2 * paneMs;
    }
    if (followed.lastMs < endMs - forgetMs) state.followed.delete(service);
    else for (const [operation, lastMs] of followed.writing) if (lastMs < endMs - forgetMs) followed.writing.delete(operation);
  }
  return closed.sort((left, right) => left.firstMs - right.firstMs || (left.trace.traceId < right.trace.traceId ? -1 : 1));
}

/** Served spans name the session of their trace, or begin one without lines where their operation usually writes some. */
function meetSpans(state: SessionsState, { rows, kind, shapes }: Assembly, startMs: number, endMs: number, counters: Counters): void {
  if (state.followed.size === 0) return;
  for (let row = 0; row < rows.count; row++) {
    if (kind[row] !== SpanKind.server && kind[row] !== SpanKind.consumer) continue;
    const at = row * rowWords;
    const { service, operationId } = shapes[rows.ids[at + Word.shape]];
    const followed = state.followed.get(service);
    const [low, high] = [rows.ids[at + Word.traceLo], rows.ids[at + Word.traceLo + 1]];
    if (followed === undefined || !isKept(followed.level, low, high)) continue;
    const trace = [low, high, rows.ids[at + Word.traceHi], rows.ids[at + Word.traceHi + 1]];
    const known = state.open.get(keyOf(service, trace));
    if (known !== undefined) {
      // Of several the first by name, so that the order of arrival does not matter.
      if (known.operation === '' || operationId < known.operation) known.operation = operationId;
      continue;
    }
    // What began in an earlier pane may have written there, and was told.
    if (!followed.writing.has(operationId) || rows.ids[at + Word.age] !== 0 || rows.times[2 * row + 1] > (endMs - startMs) * 1e6) continue;
    const made = begin(state, service, followed, trace, startMs, counters);
    if (made === null) continue;
    made.operation = operationId;
    made.span = [rows.ids[at + Word.span], rows.ids[at + Word.span + 1]];
  }
}

/** `trace`: low words first. */
function keyOf(service: EntityId, trace: readonly number[]): string {
  return `${service} ${trace.join(' ')}`;
}

/** Lines in the order of their times; those of one moment as they came. */
function toSession({ service, operation, trace: [low, high, low2, high2], span, firstMs, timesMs, templates }: OpenSession): LogSession {
  const order = Array.from(timesMs.keys()).sort((a, b) => timesMs[a] - timesMs[b] || a - b);
  return { service, operation, trace: { traceId: hex(high2) + hex(low2) + hex(high) + hex(low), spanId: hex(span[1]) + hex(span[0]) }, firstMs, templates: order.map((at) => templates[at]) };
}

function hex(word: number): string {
  return word.toString(16).padStart(8, '0');
}
