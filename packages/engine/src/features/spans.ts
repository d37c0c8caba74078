import { momentMs } from '../base/moment.ts';
import { SpanKind } from '../model/index.ts';
import type { EngineSettings, Source, SpanRows, SpanShape } from '../model/index.ts';
import { count, errorTypesMax, shapesMax, statementsMax } from './bounds.ts';
import { addDistinct } from './distinct.ts';
import { addToHistogram, makeHistogram } from './histogram.ts';
import { paneAt } from './panes.ts';
import { admitService, hearSource } from './sources.ts';
import { isKept, newRow, rowWords, thin, Word } from './span-buffer.ts';
import { addToSpanSet, isFull, mix } from './span-set.ts';
import type { FeaturesState, PaneShape, PaneState, ServiceState, Tally } from './state.ts';
import { addValues } from './values.ts';
import type { ValueCursor } from './values.ts';

const unresolved = -1;
const dropped = -2;

/** One request's view of one pane: its shapes and error types by the pane's numbers. */
interface Part {
  readonly pane: PaneState;
  readonly shapes: Int32Array;
  readonly errorTypes: Int32Array;
  /** By the request's number of a source; null where there is no room for its service. */
  readonly heard: (Heard | null | undefined)[];
  /** By the pane's number of a shape: the users of its service. */
  readonly users: (number[] | undefined)[];
  readonly cursor: ValueCursor;
  readonly baseLow: number;
  readonly baseHigh: number;
}

/** A source that was heard in the pane, and the pane's shapes of it. */
interface Heard { readonly source: Source; readonly service: ServiceState; readonly shapes: Map<string, number> }

/** Adds spans to the panes in which they ended. A span that a pane has seen already is counted as `duplicate_spans`. */
export function addSpans(state: FeaturesState, settings: EngineSettings, rows: SpanRows): void {
  const parts = new Map<number, Part | null>();
  const { paneMs } = settings;
  let part: Part | null = null;
  let partStart = Number.NaN;
  for (let row = 0; row < rows.count; row++) {
    const startMs = Math.floor(rows.endMs[row] / paneMs) * paneMs;
    if (startMs !== partStart) {
      part = partAt(state, settings, rows, parts, startMs);
      partStart = startMs;
    } else if (part === null) paneAt(state, settings, rows, startMs);
    if (part !== null) addSpan(state, settings, rows, part, row);
  }
}

function partAt(state: FeaturesState, settings: EngineSettings, rows: SpanRows, parts: Map<number, Part | null>, startMs: number): Part | null {
  const pane = paneAt(state, settings, rows, startMs);
  const known = parts.get(startMs);
  if (known !== undefined || pane === null) return known ?? null;
  const base = BigInt(startMs) * 1_000_000n;
  const part: Part = {
    pane,
    shapes: new Int32Array(rows.shapes.length).fill(unresolved),
    errorTypes: new Int32Array(rows.errorTypes.length).fill(unresolved),
    heard: [],
    users: [],
    cursor: { at: 0 },
    baseLow: Number(base & 0xffffffffn),
    baseHigh: Number(base >> 32n),
  };
  parts.set(startMs, part);
  return part;
}

function addSpan(state: FeaturesState, settings: EngineSettings, rows: SpanRows, part: Part, row: number): void {
  const { pane } = part;
  const sent = rows.shape[row];
  let index = part.shapes[sent];
  if (index === unresolved) index = part.shapes[sent] = resolveShape(state, settings, rows, part, sent);
  if (index === dropped) {
    count(state.counters, 'spans_over_limit');
    return;
  }
  const low = 2 * row;
  const high = low + 1;
  const shape = pane.shapes[index];
  const traceLow = rows.traceLo[low];
  const traceHigh = rows.traceLo[high];
  const seed = mix(traceLow ^ rows.traceHi[low], traceHigh) ^ (shape.kind === SpanKind.server ? 0x5bd1e995 : 0);
  if (!addToSpanSet(pane.seen, (rows.spanId[low] ^ seed) >>> 0, (rows.spanId[high] ^ Math.imul(seed, 0x9e3779b1)) >>> 0)) {
    count(state.counters, 'duplicate_spans');
    return;
  }
  if (isFull(pane.seen)) count(state.counters, 'dedup_overflow');
  const failed = rows.failed[row] === 1;
  const durationMs = rows.durationNs[row] / 1e6;
  const isRoot = rows.parentId[low] === 0 && rows.parentId[high] === 0;
  shape.spans++;
  if (rows.user[row] !== 0) addDistinct(part.users[index] ??= usersOf(pane, shape.service), rows.user[row]);
  if (isServed(shape.kind, isRoot)) {
    tallyServed(shape, settings.paneMs, rows.endMs[row] - pane.startMs, durationMs, failed);
    if (rows.values !== undefined) addValues(pane.values ??= new Map(), shape.service, rows.values, row, { failed, ms: durationMs }, part.cursor, state.counters);
  }
  if (!isKept(pane.spans.level, traceLow, traceHigh)) {
    count(state.counters, 'spans_not_assembled');
    if (makesEdge(shape.kind, isRoot)) tally(shape.apart ??= makeTally(), durationMs, failed);
    return;
  }
  keepSpan(rows, part, row, index, failed ? 1 + errorTypeOf(state, rows, part, row) : 0);
  if (pane.spans.count > settings.limits.assembledSpansPerPane) thinPane(state, settings, pane);
}

function usersOf({ users }: PaneState, service: string): number[] {
  let hashes = users.get(service);
  if (hashes === undefined) users.set(service, hashes = []);
  return hashes;
}

export function makeTally(): Tally {
  return { count: 0, errors: 0, totalNs: 0, durations: makeHistogram() };
}

export function tally(into: Tally, durationMs: number, failed: boolean): void {
  into.count++;
  if (failed) into.errors++;
  into.totalNs += Math.round(durationMs * 1e6);
  addToHistogram(into.durations, durationMs);
}

/** `atMs`: since the pane began. */
function tallyServed(shape: PaneShape, paneMs: number, atMs: number, durationMs: number, failed: boolean): void {
  if (shape.served === null) {
    shape.served = makeTally();
    shape.moments = Array.from({ length: 2 * Math.ceil(paneMs / momentMs) }, () => 0);
  }
  tally(shape.served, durationMs, failed);
  if (2 * atMs >= paneMs) tally(shape.late ??= makeTally(), durationMs, failed);
  const at = 2 * Math.floor(atMs / momentMs);
  shape.moments[at]++;
  if (failed) shape.moments[at + 1]++;
}

/** Spans that are requests of their service: server, consumer, and the root of a job. */
export function isServed(kind: SpanKind, isRoot: boolean): boolean {
  return kind === SpanKind.server || kind === SpanKind.consumer || (isRoot && kind <= SpanKind.internal);
}

function makesEdge(kind: SpanKind, isRoot: boolean): boolean {
  return kind >= SpanKind.client || (kind === SpanKind.server && isRoot);
}

function keepSpan(rows: SpanRows, part: Part, row: number, shape: number, error: number): void {
  const { spans } = part.pane;
  const at = newRow(spans);
  const base = at * rowWords;
  const { ids, times } = spans;
  const low = 2 * row;
  const high = low + 1;
  ids[base + Word.traceHi] = rows.traceHi[low];
  ids[base + Word.traceHi + 1] = rows.traceHi[high];
  ids[base + Word.traceLo] = rows.traceLo[low];
  ids[base + Word.traceLo + 1] = rows.traceLo[high];
  ids[base + Word.span] = rows.spanId[low];
  ids[base + Word.span + 1] = rows.spanId[high];
  ids[base + Word.parent] = rows.parentId[low];
  ids[base + Word.parent + 1] = rows.parentId[high];
  ids[base + Word.shape] = shape;
  ids[base + Word.error] = error;
  ids[base + Word.age] = 0;
  const link = rows.linkOffsets[row];
  if (link < rows.linkOffsets[row + 1]) {
    spans.links.push(rows.linkTraceLo[2 * link], rows.linkTraceLo[2 * link + 1], rows.linkSpanId[2 * link], rows.linkSpanId[2 * link + 1]);
    ids[base + Word.link] = spans.links.length / 4;
  } else ids[base + Word.link] = 0;
  const endLow = rows.endNs[low];
  const endHigh = rows.endNs[high];
  const neverEnded = endLow === 0 && endHigh === 0;
  times[2 * at] = neverEnded
    ? Math.round((rows.endMs[row] - part.pane.startMs) * 1e6)
    : (endHigh - part.baseHigh) * 4_294_967_296 + (endLow - part.baseLow);
  times[2 * at + 1] = rows.durationNs[row];
}

function thinPane(state: FeaturesState, settings: EngineSettings, pane: PaneState): void {
  const { ids, times } = pane.spans;
  thin(pane.spans, settings.limits.assembledSpansPerPane, (row) => {
    const base = row * rowWords;
    const shape = pane.shapes[ids[base + Word.shape]];
    const isRoot = ids[base + Word.parent] === 0 && ids[base + Word.parent + 1] === 0;
    if (makesEdge(shape.kind, isRoot)) tally(shape.apart ??= makeTally(), times[2 * row + 1] / 1e6, ids[base + Word.error] !== 0);
    count(state.counters, 'spans_not_assembled');
  });
}

function errorTypeOf(state: FeaturesState, rows: SpanRows, part: Part, row: number): number {
  const sent = rows.errorType[row];
  const known = part.errorTypes[sent];
  if (known !== unresolved) return known;
  const { pane } = part;
  const text = rows.errorTypes[sent];
  let index = pane.errorTypeIndex.get(text);
  if (index === undefined) {
    if (pane.errorTypes.length >= errorTypesMax) {
      count(state.counters, 'error_types_over_limit');
      index = 0;
    } else {
      index = pane.errorTypes.length;
      pane.errorTypes.push(text);
      pane.errorTypeIndex.set(text, index);
    }
  }
  return part.errorTypes[sent] = index;
}

/** What is known in the pane under the name that was sent needs no second look at any limit. */
function resolveShape(state: FeaturesState, settings: EngineSettings, rows: SpanRows, part: Part, sent: number): number {
  const shape = rows.shapes[sent];
  let heard = part.heard[shape.source];
  if (heard === undefined) heard = part.heard[shape.source] = hear(state, settings, rows, part.pane, shape.source);
  if (heard === null) return dropped;
  return heard.shapes.get(keyOf(shape, shape.operation, shape.statement)) ?? admitShape(state, settings, part.pane, heard, shape);
}

function hear(state: FeaturesState, settings: EngineSettings, rows: SpanRows, pane: PaneState, index: number): Heard | null {
  const source = rows.sources[index];
  const service = admitService(state, settings, source, pane.startMs);
  if (service === null) return null;
  hearSource(state, settings, pane, source, Math.max(pane.startMs, rows.firstMs[index]));
  const key = `${service.id}\u0001${source.instance}\u0001${labelsKey(source)}`;
  let shapes = pane.shapeIndex.get(key);
  if (shapes === undefined) pane.shapeIndex.set(key, shapes = new Map());
  return { source, service, shapes };
}

function keyOf({ kind, peer }: SpanShape, operation: string, statement: string): string {
  return peer === null ? `${kind}\u0001${operation}` : `${kind}\u0001${operation}\u0001${peer.id}\u0001${peer.operation}\u0001${statement}`;
}

function admitShape(state: FeaturesState, settings: EngineSettings, pane: PaneState, { source, service, shapes }: Heard, shape: SpanShape): number {
  let { statement } = shape;
  if (statement !== '' && !pane.statements.has(statement)) {
    if (pane.statements.size < statementsMax) pane.statements.add(statement);
    else {
      count(state.counters, 'statements_over_limit');
      statement = '';
    }
  }
  const operation = admitOperation(state, settings, pane, service, shape.kind, shape.operation);
  const key = keyOf(shape, operation, statement);
  const known = shapes.get(key);
  if (known !== undefined) return known;
  if (pane.shapes.length >= shapesMax) {
    count(state.counters, 'shapes_over_limit');
    return dropped;
  }
  const made: PaneShape = {
    service: service.id, kind: shape.kind, operation, operationId: operationId(service.id, shape.kind, operation),
    instance: source.named ? source.instance : '', labels: source.labels ?? [], peer: shape.peer, statement, spans: 0, served: null, late: null, moments: [], apart: null,
  };
  shapes.set(key, pane.shapes.push(made) - 1);
  return pane.shapes.length - 1;
}

/** An instance that says something else of itself, a new version, is told apart. */
function labelsKey({ labels }: Source): string {
  return labels === undefined ? '' : labels.map(([key, value]) => `${key}=${value}`).join(' ');
}

const kindNames = ['internal', 'internal', 'server', 'client', 'producer', 'consumer'];

function operationId(service: string, kind: SpanKind, operation: string): string {
  return `operation:${service.slice('service:'.length)}|${kindNames[kind]}|${operation}`;
}

/** The operation's name, or `other` when its service has as many as the limit allows. Requests and inner work are capped apart. */
function admitOperation(state: FeaturesState, settings: EngineSettings, pane: PaneState, service: ServiceState, kind: SpanKind, operation: string): string {
  const names = kind === SpanKind.server || kind === SpanKind.consumer ? service.served : service.inner;
  const key = `${kind}|${operation}`;
  const last = names.get(key);
  if (last === undefined && names.size >= settings.limits.operationsPerService) {
    count(state.counters, 'operations_over_limit');
    return 'other';
  }
  if (last === undefined || last < pane.startMs) names.set(key, pane.startMs);
  return operation;
}
