import type { Instance } from '../system/system.ts';
import { encodeAttributes, encodeResource, encodeScope, encodeValue, type Attributes } from './attributes.ts';
import { Bytes, utf8, varintLength } from './bytes.ts';
import { processAttributes } from './dialect.ts';
import type { Shape } from './shapes.ts';

/** Exporters send what has ended every so often, each process at its own phase. */
export const exportMs = 5_000;
/** What ends later than so many exports from now goes with the last of them. */
const slotsMax = 32;

/** What one process has not sent yet, by the export that it will go with. */
interface Box {
  readonly instance: Instance;
  readonly phaseMs: number;
  readonly spans: Bytes[];
  readonly logs: Bytes[];
  /** Number of the next export. */
  next: number;
  version: string;
  resource: Uint8Array;
}

export interface Sent { readonly traces: Uint8Array | null; readonly logs: Uint8Array | null }

const spanScope = encodeScope('opentelemetry-instrumentation');
const logScope = encodeScope('app');
/** Sampled; the parent, where there is one, may be remote. */
const flags = 0x101;
const severityTexts: Readonly<Record<number, string>> = { 9: 'INFO', 13: 'WARN', 17: 'ERROR' };

/** Collects spans and logs of all processes, and hands out in each tick the requests of those whose turn it is. */
export class Outbox {
  readonly #boxes = new Map<Instance, Box>();
  readonly #body = new Bytes(1 << 16);
  readonly #record = new Bytes(512);

  span(instance: Instance, shape: Shape, trace: Uint32Array, spanHigh: number, spanLow: number, parentHigh: number, parentLow: number, startMs: number, endMs: number, link: readonly number[] | null): void {
    const out = this.#slot(instance, endMs, 'spans');
    const hasParent = parentHigh !== 0 || parentLow !== 0;
    const skewMs = instance.levers.skewMs;
    out.room(shape.length + 160);
    out.varint(2 * 8 + 2);
    out.varint(18 + 10 + (hasParent ? 10 : 0) + 18 + 6 + shape.length + (link === null ? 0 : 30));
    out.varint(0x0a);
    out.varint(16);
    for (let i = 0; i < 4; i++) out.word(trace[i]);
    id(out, 0x12, spanHigh, spanLow);
    if (hasParent) id(out, 0x22, parentHigh, parentLow);
    out.varint(0x39);
    out.nanos(startMs + skewMs);
    out.varint(0x41);
    out.nanos(endMs + skewMs);
    out.raw(shape);
    if (link !== null) {
      out.varint(13 * 8 + 2);
      out.varint(28);
      out.varint(0x0a);
      out.varint(16);
      for (let i = 0; i < 4; i++) out.word(link[i]);
      id(out, 0x12, link[4], link[5]);
    }
    out.varint(16 * 8 + 5);
    out.word(flags);
  }

  log(instance: Instance, atMs: number, severity: number, body: string, trace: Uint32Array | null, spanHigh: number, spanLow: number, event = '', attributes: Attributes | null = null): void {
    const record = this.#record;
    record.clear();
    record.varint(0x09);
    record.nanos(atMs + instance.levers.skewMs);
    record.varint(11 * 8 + 1);
    record.nanos(atMs + instance.levers.skewMs);
    record.varint(2 * 8);
    record.varint(severity);
    record.text(3, severityTexts[severity] ?? '');
    record.field(5, encodeValue(body));
    if (attributes !== null) record.raw(encodeAttributes(6, attributes));
    if (trace !== null) {
      record.varint(0x4a);
      record.varint(16);
      for (let i = 0; i < 4; i++) record.word(trace[i]);
      id(record, 0x52, spanHigh, spanLow);
    }
    if (event !== '') record.field(12, utf8(event));
    const out = this.#slot(instance, atMs, 'logs');
    out.varint(2 * 8 + 2);
    out.varint(record.length);
    out.append(record);
  }

  #slot(instance: Instance, endMs: number, what: 'spans' | 'logs'): Bytes {
    let box = this.#boxes.get(instance);
    if (box === undefined) {
      const phaseMs = ((instance.service.index * 7 + instance.index * 3) % 10) * 500;
      box = { instance, phaseMs, next: Math.floor((endMs - phaseMs) / exportMs), spans: slots(), logs: slots(), version: '', resource: new Uint8Array() };
      this.#boxes.set(instance, box);
    }
    const due = Math.floor((endMs - box.phaseMs) / exportMs) + 1;
    const number = Math.max(box.next, Math.min(due, box.next + slotsMax - 1));
    return box[what][number % slotsMax];
  }

  /** What is sent in (…, untilMs]: nothing of processes that are down, or whose telemetry is lost on the way. */
  send(untilMs: number): Sent {
    const due: Box[] = [];
    const taken: number[] = [];
    for (const box of this.#boxes.values()) {
      while (box.next * exportMs + box.phaseMs <= untilMs) {
        due.push(box);
        taken.push(box.next++ % slotsMax);
      }
    }
    const sent = { traces: this.#collect(due, taken, 'spans'), logs: this.#collect(due, taken, 'logs') };
    due.forEach((box, index) => {
      box.spans[taken[index]].clear();
      box.logs[taken[index]].clear();
    });
    return sent;
  }

  #collect(due: readonly Box[], taken: readonly number[], what: 'spans' | 'logs'): Uint8Array | null {
    const body = this.#body;
    body.clear();
    const scope = what === 'spans' ? spanScope : logScope;
    due.forEach((box, index) => {
      const items = box[what][taken[index]];
      const { service, levers } = box.instance;
      if (items.length === 0 || service.levers.spansLost || levers.downSinceMs !== Infinity) return;
      const resource = resourceOf(box);
      const scoped = scope.length + items.length;
      body.varint(0x0a);
      body.varint(resource.length + 1 + varintLength(scoped) + scoped);
      body.raw(resource);
      body.varint(0x12);
      body.varint(scoped);
      body.raw(scope);
      body.append(items);
    });
    return body.length === 0 ? null : body.taken();
  }
}

function slots(): Bytes[] {
  return Array.from({ length: slotsMax }, () => new Bytes(64));
}

function resourceOf(box: Box): Uint8Array {
  const { version } = box.instance;
  if (version !== box.version) {
    box.version = version;
    box.resource = encodeResource(processAttributes(box.instance.service, version, box.instance));
  }
  return box.resource;
}

function id(out: Bytes, tag: number, high: number, low: number): void {
  out.varint(tag);
  out.varint(8);
  out.word(high);
  out.word(low);
}
