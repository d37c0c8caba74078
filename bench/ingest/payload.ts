import { writeRequest } from '@clew/otlp';
import type { KeyValue, LogsData, MetricsData, Signal, TracesData } from '@clew/otlp';

/**
 * A pre-encoded export request. Ids, times, numbers and the digits inside texts are overwritten in place before each send,
 * so that no two requests are the same and nothing on the way can live from having seen the bytes before.
 */
export interface Payload {
  readonly signal: Signal;
  readonly bytes: Buffer;
  /** Spans, log records or data points. */
  readonly items: number;
  readonly view: DataView;
  /** Pairs of place and number: trace ids (8 of their 16 bytes are overwritten), and span ids; equal numbers are the same trace or span. */
  readonly traces: Uint32Array;
  readonly spans: Uint32Array;
  /** Places of fixed64 times, and what they lie behind the base. */
  readonly timeAt: Uint32Array;
  readonly timeOffsetNs: Float64Array;
  /** Pairs of place and length: runs of decimal digits in texts. */
  readonly digits: Uint32Array;
  /** Places of fixed64 counters that only rise, and where they begin: of whole ones the low word. */
  readonly ints: Uint32Array;
  readonly intsFrom: Uint32Array;
  readonly doubles: Uint32Array;
  readonly doublesFrom: Float64Array;
}

/** Stands in an encoded text where digits go: `@@@@@@` for six of them. Never sent. */
export const digitMark = '@';
/** Times are encoded as this and a distance. */
export const baseNs = 1_000_000_000_000_000_000n;
/** Counters begin with whole numbers from here on, which nothing else has. */
export const counterBase = 2 ** 40;

interface Marks {
  readonly traceIds?: readonly string[];
  readonly spanIds?: readonly string[];
  readonly offsetsNs: readonly number[];
  /** In the order of the encoding. */
  readonly counters?: readonly { readonly value: number; readonly isInt: boolean }[];
  readonly digitsBelow?: number;
}

/** Encodes the message and finds what is overwritten; the lists of `marks` are in the order in which they are encoded. */
export function makePayload(signal: Signal, message: TracesData | LogsData | MetricsData, items: number, marks: Marks): Payload {
  const bytes = Buffer.from(writeRequest(signal, message));
  const [traceIds, spanIds] = [marks.traceIds ?? [], marks.spanIds ?? []];
  const counters = marks.counters ?? [];
  const counterAt = inOrder(bytes, counters.map(({ value, isInt }) => (isInt ? fixed64(BigInt(value)) : double(value))));
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const [ints, doubles] = [true, false].map((isInt) => Uint32Array.from(counterAt.filter((_, i) => counters[i].isInt === isInt)));
  return {
    signal, bytes, items, view,
    traces: numbered(bytes, traceIds), spans: numbered(bytes, spanIds),
    timeAt: Uint32Array.from(inOrder(bytes, marks.offsetsNs.map((offsetNs) => fixed64(baseNs + BigInt(offsetNs))))),
    timeOffsetNs: Float64Array.from(marks.offsetsNs),
    digits: digitRuns(bytes),
    ints, intsFrom: ints.map((at) => view.getUint32(at, true)), doubles, doublesFrom: Float64Array.from(doubles, (at) => view.getFloat64(at, true)),
  };
}

/** The same request in memory of its own: what one connection sends another may overwrite. */
export function copyOf(payload: Payload): Payload {
  const bytes = Buffer.from(payload.bytes);
  return { ...payload, bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.length) };
}

function numbered(bytes: Buffer, ids: readonly string[]): Uint32Array {
  const numberOf = new Map([...new Set(ids)].map((id, i) => [id, i]));
  return Uint32Array.from(inOrder(bytes, ids.map((id) => Buffer.from(id, 'hex'))).flatMap((at, i) => [at, numberOf.get(ids[i]) ?? 0]));
}

function fixed64(value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(value);
  return bytes;
}

function double(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

function inOrder(bytes: Buffer, needles: readonly Buffer[]): number[] {
  let from = 0;
  return needles.map((needle) => {
    const at = bytes.indexOf(needle, from);
    if (at < 0) throw new Error(`BUG: ${needle.toString('hex')} does not follow byte ${from}`);
    from = at + 1;
    return at;
  });
}

function digitRuns(bytes: Buffer): Uint32Array {
  const mark = digitMark.charCodeAt(0);
  const runs: number[] = [];
  for (let i = 0; i < bytes.length; i++) {
    let count = 0;
    while (bytes[i + count] === mark) count++;
    // A lone @ may be a length.
    if (count >= 3) runs.push(i, count);
    i += count;
  }
  return Uint32Array.from(runs);
}

export const text = (key: string, value: string): KeyValue => ({ key, value: { stringValue: value } });
export const whole = (key: string, value: number): KeyValue => ({ key, value: { intValue: value } });
export const ratio = (key: string, value: number): KeyValue => ({ key, value: { doubleValue: value } });

/** Makes the payload one that was never sent: `serial` is the number of this send, `nowMs` the clock. */
export function refresh(payload: Payload, serial: number, nowMs: number): Buffer {
  const { bytes, view, traces, spans } = payload;
  const low = Math.imul(serial, 0x9e3779b1) >>> 0;
  for (let i = 0; i < traces.length; i += 2) {
    view.setUint32(traces[i], low ^ Math.imul(traces[i + 1] + 1, 0x85ebca6b), true);
    view.setUint32(traces[i] + 4, serial, true);
  }
  for (let i = 0; i < spans.length; i += 2) view.setUint32(spans[i], low ^ Math.imul(spans[i + 1] + 1, 0xc2b2ae35), true);
  setTimes(payload, nowMs);
  raise(payload, serial, setDigits(payload, low | 1));
  return bytes;
}

/** The newest time lies a little behind the clock. Two words: a BigInt a time would cost more than sending it. */
function setTimes({ view, timeAt, timeOffsetNs }: Payload, nowMs: number): void {
  const newestNs = (nowMs - 1_200) * 1e6;
  for (let i = 0; i < timeAt.length; i++) {
    const ns = newestNs + timeOffsetNs[i];
    const high = Math.floor(ns / 4_294_967_296);
    view.setUint32(timeAt[i], ns - high * 4_294_967_296, true);
    view.setUint32(timeAt[i] + 4, high, true);
  }
}

function setDigits({ bytes, digits }: Payload, seed: number): number {
  let state = seed;
  for (let i = 0; i < digits.length; i += 2) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    let rest = state >>> 2;
    for (let at = digits[i] + digits[i + 1] - 1; at >= digits[i]; at--) {
      const tenth = (rest / 10) | 0;
      bytes[at] = 48 + rest - tenth * 10;
      rest = tenth;
    }
  }
  return state;
}

/** By the number of the send, so that copies of one payload count on together. */
function raise({ view, ints, intsFrom, doubles, doublesFrom }: Payload, serial: number, seed: number): void {
  let state = seed;
  for (let i = 0; i < ints.length; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    view.setUint32(ints[i], intsFrom[i] + serial * 16 + (state >>> 28), true);
  }
  for (let i = 0; i < doubles.length; i++) {
    state = Math.imul(state, 1664525) + 1013904223 | 0;
    view.setFloat64(doubles[i], doublesFrom[i] + serial * 4 + (state >>> 28) / 4, true);
  }
}

export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** Lower-case hex of `digits` digits, the first of which is not 0. */
export function hex(random: () => number, digits: number): string {
  return Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('').replace(/^0/, '1');
}
