import { SpanKind } from '../model/index.ts';
import type { Attribution, EntityId, ErrorOrigin, SelfTime, TraceRef } from '../model/index.ts';
import type { Assembly } from './assemble.ts';
import { isCall } from './assemble.ts';
import { attributionRowsMax, count } from './bounds.ts';
import type { Counters } from './bounds.ts';
import type { Callees } from './callees.ts';
import { coarse, quantileOf } from './histogram.ts';
import { rowWords, Word } from './span-buffer.ts';
import { isServed } from './spans.ts';
import type { PaneShape, Tally } from './state.ts';
import { isBefore, refOf } from './worst.ts';

/** Operation of time and errors at a service that a call names but whose own span was not seen (down, unsampled, still busy). */
export const unseenOperation = '(unseen)';

interface Place { readonly node: EntityId; readonly operation: string; readonly statement: string }

/** Sums for one served operation. */
interface Account {
  readonly operation: EntityId;
  readonly node: EntityId;
  requests: number;
  errors: number;
  totalNs: number;
  medianNs: number;
  /** Place number → own time and spans. */
  readonly self: Map<number, { ns: number; spans: number }>;
  readonly origins: Map<string, { readonly place: Place; readonly errorType: string; count: number; row: number }>;
  slowest: number;
  typical: number;
}

/** What is needed to place rows, and the tables that make it cheap. */
interface Ledger {
  readonly assembly: Assembly;
  readonly callees: Callees;
  readonly places: Place[];
  readonly placeIndex: Map<string, number>;
  /** Shape → place of its own time, -1 not looked up. For unanswered calls: the callee's. */
  readonly ofShape: Int32Array;
  /** calling shape · 2^20 + answering shape → place of the way between. */
  readonly ofPair: Map<number, number>;
  /** Nearest served span of this pane at or above a row, and the same above that one. */
  readonly nearest: Int32Array;
  readonly accounts: Account[];
  readonly accountIndex: Map<EntityId, number>;
  /** Row of a served span of this pane → its account, -1 for others. */
  readonly ofRow: Int32Array;
}

/**
 * Where the requests of each served operation spent their time and where their errors began, everything beneath them
 * included. Own time of a server, consumer or internal span is its service's; of a call to a virtual node (or to a service
 * whose span was not seen) the callee's; of an answered call it is the way there and back (network, queueing), told as the
 * caller's operation `→ callee`. `requestsOf` gives all requests of an operation: their median for the typical example, and how long they took.
 */
export function attribute(assembly: Assembly, callees: Callees, requestsOf: (operation: EntityId) => Tally | undefined, counters: Counters): Attribution[] {
  const ledger = openLedger(assembly, callees);
  const { rows: { ids, times }, selfNs, above, order } = assembly;
  for (const row of order) takeRequest(ledger, row);
  for (const account of ledger.accounts) {
    const durations = requestsOf(account.operation)?.durations;
    account.medianNs = durations === undefined ? 0 : quantileOf(durations, 0.5) * 1e6;
  }
  const { nearest, accounts, ofRow } = ledger;
  for (const row of order) {
    if (nearest[row] < 0) continue;
    const place = placeOf(ledger, row);
    const own = selfNs[row];
    for (let at = nearest[row]; at >= 0; at = above[at] < 0 ? -1 : nearest[above[at]]) {
      const { self } = accounts[ofRow[at]];
      const sum = self.get(place);
      if (sum === undefined) self.set(place, { ns: own, spans: 1 });
      else {
        sum.ns += own;
        sum.spans++;
      }
    }
    if (ofRow[row] >= 0) seeTypical(accounts[ofRow[row]], ids, times, row);
  }
  tellOrigins(ledger);
  return ledger.accounts.map((account) => close(ledger, account, requestsOf(account.operation), counters)).sort((left, right) => (left.operation < right.operation ? -1 : 1));
}

/** The request nearest to the operation's median, for people to compare with. */
function seeTypical(account: Account, ids: Uint32Array, times: Float64Array, row: number): void {
  const off = Math.abs(times[2 * row + 1] - account.medianNs);
  const best = Math.abs(times[2 * account.typical + 1] - account.medianNs);
  if (off < best || (off === best && isBefore(ids, row, account.typical))) account.typical = row;
}

function openLedger(assembly: Assembly, callees: Callees): Ledger {
  const { rows: { count: rowCount }, shapes } = assembly;
  return {
    assembly, callees, places: [], placeIndex: new Map(), ofShape: new Int32Array(shapes.length).fill(-1), ofPair: new Map(),
    nearest: new Int32Array(rowCount).fill(-1), accounts: [], accountIndex: new Map(), ofRow: new Int32Array(rowCount).fill(-1),
  };
}

/** In order of rows (parents first): finds whose request a row belongs to, and opens the account of a served span. */
function takeRequest(ledger: Ledger, row: number): void {
  const { assembly: { rows: { ids, times }, shapes, above }, nearest, accounts, accountIndex, ofRow } = ledger;
  const at = row * rowWords;
  const shape = shapes[ids[at + Word.shape]];
  const isRoot = ids[at + Word.parent] === 0 && ids[at + Word.parent + 1] === 0;
  if (ids[at + Word.age] !== 0 || !isServed(shape.kind, isRoot)) {
    nearest[row] = above[row] < 0 ? -1 : nearest[above[row]];
    return;
  }
  nearest[row] = row;
  let index = accountIndex.get(shape.operationId);
  if (index === undefined) {
    index = accounts.push({
      operation: shape.operationId, node: shape.service, requests: 0, errors: 0, totalNs: 0, medianNs: 0,
      self: new Map(), origins: new Map(), slowest: row, typical: row,
    }) - 1;
    accountIndex.set(shape.operationId, index);
  }
  const account = accounts[index];
  ofRow[row] = index;
  const duration = times[2 * row + 1];
  account.requests++;
  account.totalNs += duration;
  if (ids[at + Word.error] !== 0) account.errors++;
  const slowest = times[2 * account.slowest + 1];
  if (duration > slowest || (duration === slowest && isBefore(ids, row, account.slowest))) account.slowest = row;
}

function shapeAt({ rows: { ids }, shapes }: Assembly, row: number): PaneShape {
  return shapes[ids[row * rowWords + Word.shape]];
}

function placeOf(ledger: Ledger, row: number): number {
  const { assembly, ofShape, ofPair } = ledger;
  const { rows: { ids }, answer, shapes } = assembly;
  const index = ids[row * rowWords + Word.shape];
  const shape = shapes[index];
  if (!isCall(shape.kind) || answer[row] < 0 || shape.peer?.kind === 'queue') {
    if (ofShape[index] < 0) ofShape[index] = enter(ledger, isCall(shape.kind) ? calleePlace(ledger, shape) : ownPlace(shape));
    return ofShape[index];
  }
  const answering = ids[answer[row] * rowWords + Word.shape];
  const pair = index * 1_048_576 + answering;
  let place = ofPair.get(pair);
  if (place === undefined) {
    place = enter(ledger, { node: shape.service, operation: `→ ${nameOf(shapes[answering].service)}`, statement: '' });
    ofPair.set(pair, place);
  }
  return place;
}

function nameOf(node: EntityId): string {
  return node.slice(node.indexOf(':') + 1);
}

function ownPlace(shape: PaneShape): Place {
  return { node: shape.service, operation: shape.operation, statement: '' };
}

/** Where an unanswered call spends its time: at the virtual node or service that it names, else at home. */
function calleePlace({ callees }: Ledger, shape: PaneShape): Place {
  const callee = callees.ofShape(shape);
  if (callee === null) return ownPlace(shape);
  if (callee.kind === 'call') return { node: callee.node, operation: unseenOperation, statement: '' };
  return { node: callee.node, operation: callee.peer?.operation || shape.operation, statement: callee.kind === 'database' ? shape.statement : '' };
}

function enter(ledger: Ledger, place: Place): number {
  const key = `${place.node}\u0001${place.operation}\u0001${place.statement}`;
  let index = ledger.placeIndex.get(key);
  if (index === undefined) {
    index = ledger.places.push(place) - 1;
    ledger.placeIndex.set(key, index);
  }
  return index;
}

/**
 * An error begins at the deepest failed span of its branch, and is told to every failed request above it. Inner spans
 * often carry no status, so errors pass through them; a span that succeeded over a failed child has dealt with it.
 */
function tellOrigins(ledger: Ledger): void {
  const { assembly, ofRow } = ledger;
  const { rows: { ids, count: rowCount }, above, order, kind } = assembly;
  const failedBelow = new Uint8Array(rowCount);
  const isFailed = (row: number): boolean => ids[row * rowWords + Word.error] !== 0;
  const passes = (row: number): boolean => isFailed(row) || kind[row] <= SpanKind.internal;
  for (let at = rowCount - 1; at >= 0; at--) {
    const row = order[at];
    if (above[row] >= 0 && (isFailed(row) || (passes(row) && failedBelow[row] === 1))) failedBelow[above[row]] = 1;
  }
  for (const row of order) {
    if (!isFailed(row) || failedBelow[row] === 1) continue;
    for (let at = row; at >= 0 && passes(at); at = above[at]) {
      if (ofRow[at] >= 0 && isFailed(at)) tellOrigin(ledger, ledger.accounts[ofRow[at]], row);
    }
  }
}

function tellOrigin(ledger: Ledger, account: Account, row: number): void {
  const { assembly } = ledger;
  const errorType = assembly.errorTypes[assembly.rows.ids[row * rowWords + Word.error] - 1] ?? '';
  const place = originPlace(ledger, row, errorType);
  const key = `${place.node}\u0001${place.operation}\u0001${errorType}`;
  const known = account.origins.get(key);
  if (known === undefined) account.origins.set(key, { place, errorType, count: 1, row });
  else {
    known.count++;
    if (isBefore(assembly.rows.ids, row, known.row)) known.row = row;
  }
}

/** A failed call blames whom it calls; an answer that succeeded is to blame all the same (too late, unreadable), but not for a 4xx. */
function originPlace(ledger: Ledger, row: number, errorType: string): Place {
  const { assembly } = ledger;
  const shape = shapeAt(assembly, row);
  if (!isCall(shape.kind)) return ownPlace(shape);
  if (assembly.answer[row] < 0 || shape.peer?.kind === 'queue') return calleePlace(ledger, shape);
  return /^4\d\d$/.test(errorType) ? ownPlace(shape) : ownPlace(shapeAt(assembly, assembly.answer[row]));
}

function close(ledger: Ledger, account: Account, all: Tally | undefined, counters: Counters): Attribution {
  const { assembly, places } = ledger;
  const self: SelfTime[] = [...account.self].map(([place, { ns, spans }]) => ({ ...places[place], selfMs: ns / 1e6, spans }));
  self.sort((left, right) => right.selfMs - left.selfMs || compare(left, right) || (left.statement < right.statement ? -1 : 1));
  const origins: ErrorOrigin[] = [...account.origins.values()].map(({ place, errorType, count: errors, row }) =>
    ({ node: place.node, operation: place.operation, errorType, count: errors, exemplar: refOf(assembly, row) }));
  origins.sort((left, right) => right.count - left.count || compare(left, right) || (left.errorType < right.errorType ? -1 : 1));
  const dropped = Math.max(0, self.length - attributionRowsMax) + Math.max(0, origins.length - attributionRowsMax);
  if (dropped > 0) count(counters, 'attribution_rows_dropped', dropped);
  const ref = (row: number): TraceRef => refOf(assembly, row);
  return {
    operation: account.operation, node: account.node, requests: account.requests, errors: account.errors, totalMs: account.totalNs / 1e6,
    self: self.slice(0, attributionRowsMax), origins: origins.slice(0, attributionRowsMax), slowest: ref(account.slowest), typical: ref(account.typical), durations: all === undefined ? [] : coarse(all.durations),
  };
}

function compare(left: Pick<SelfTime, 'node' | 'operation'>, right: Pick<SelfTime, 'node' | 'operation'>): number {
  return left.node === right.node ? (left.operation < right.operation ? -1 : left.operation > right.operation ? 1 : 0) : left.node < right.node ? -1 : 1;
}
