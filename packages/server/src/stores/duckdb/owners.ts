/**
 * What many rows share, written once a partition: resources, scopes, metrics, series, bucket bounds. Identity is the bytes
 * that were sent. Where the memory for identities is full the row is written again under a new code; readers join by
 * content, so that changes the size of the file and no answer.
 */
import { serviceIds } from '@clew/engine/tables';
import type { EntityId } from '@clew/engine';
import { AttributeRuns, attributesOfPoint, noRun, shapeOf } from '@clew/otlp';
import type { AttributeColumns, Batch, PointAttributes, PointBatch, Strings } from '@clew/otlp';
import { ListColumn, TextColumn } from './columns.ts';
import { atLeast, count, signalBits } from './dictionary.ts';
import type { Counters, Dictionary } from './dictionary.ts';
import { hashOf, TupleTable } from './intern.ts';
import type { StoreLimits } from './limits.ts';
import { metadataOf } from './metadata.ts';
import type { CodedTable } from './schema.ts';
import type { PartitionTables } from './tables.ts';

/** Which table an identity belongs to: resources and scopes can have the same bytes. */
const Slot = { resource: 1, scope: 2, metricName: 3, metric: 4, series: 5, seriesOwner: 6, bounds: 7, seriesRun: 8 } as const;

interface PointCodes { readonly series: Uint32Array; readonly bounds: Uint32Array }

export class Owners {
  private readonly tables: PartitionTables;
  private readonly dictionary: Dictionary;
  private readonly limits: StoreLimits;
  private readonly counters: Counters;
  private readonly next: Record<CodedTable, number>;
  private readonly identities: TupleTable;
  /** Attributes of points as they were sent; where there is no room, series are known by what they say. */
  private readonly runs: AttributeRuns;
  /** Of requests whose shape came before, by what all of them have in common: codes stay the same for as long as the file is written to. */
  private readonly shapes = new WeakMap<PointBatch, PointCodes>();
  private view: DataView = new DataView(new ArrayBuffer(0));
  private last = { metric: 0, resource: 0, scope: 0, owner: 0 };
  private codes = new Uint32Array(4096);
  /** Signals for which the attributes of a resource or scope were noted, by identity. */
  private noted = new Uint32Array(4096);
  /** Of the batch at hand, made when it has a new resource. */
  private services: readonly EntityId[] | null = null;
  private readonly scratchCodes = new ListColumn((length) => new Uint32Array(length));
  private readonly scratchWide = new TextColumn();

  constructor(tables: PartitionTables, dictionary: Dictionary, next: Record<CodedTable, number>, limits: StoreLimits, seed: number, counters: Counters) {
    this.tables = tables;
    this.dictionary = dictionary;
    this.limits = limits;
    this.counters = counters;
    this.next = next;
    this.identities = new TupleTable({ countMax: limits.seriesMax * 3, seed });
    this.runs = new AttributeRuns({ countMax: limits.seriesMax, bytesMax: limits.runBytesMax, seed });
  }

  /** Code of every resource of the batch. */
  resources(batch: Batch, signal: number): Uint32Array {
    const { resources } = batch;
    this.services = null;
    return Uint32Array.from({ length: resources.count }, (_, owner) => {
      const id = this.identity(Slot.resource, resources.starts[owner], resources.lengths[owner], resources.schemaUrl[owner]);
      return this.coded('resources', id, () => this.writeResource(batch, owner), () => this.note(id, signal, resources.attributes, owner));
    });
  }

  scopes(batch: Batch, signal: number): Uint32Array {
    const { scopes } = batch;
    return Uint32Array.from({ length: scopes.count }, (_, owner) => {
      const id = this.identity(Slot.scope, scopes.starts[owner], scopes.lengths[owner], scopes.schemaUrl[owner]);
      return this.coded('scopes', id, () => this.writeScope(batch, owner), () => this.note(id, signal, scopes.attributes, owner));
    });
  }

  private metrics(batch: PointBatch): Uint32Array {
    const { metrics, strings } = batch;
    return Uint32Array.from({ length: metrics.count }, (_, i) => {
      const metadata = metadataOf(strings.bytes, metrics.starts[i], metrics.lengths[i]);
      const flags = metrics.type[i] | (metrics.temporality[i] << 8) | (metrics.monotonic[i] << 16);
      const [name, unit, description] = [metrics.name[i], metrics.unit[i], metrics.description[i]].map((code) => this.textId(strings.lengths[code], code));
      const words = this.dictionary.sliceId(0, metadata.length, metadata);
      const named = [name, unit, description, words].includes(0) ? 0 : this.identities.find(Slot.metricName | (flags << 3), name, unit, description, true);
      return this.coded('metrics', named === 0 ? 0 : this.identities.find(Slot.metric, named, words, 0, true), () => this.writeMetric(batch, i, metadata));
    });
  }

  /** Codes of the series and of the bucket bounds of every point. */
  points(batch: PointBatch): PointCodes {
    const shape = shapeOf(batch)?.batch ?? null;
    const before = shape === null ? undefined : this.shapes.get(shape);
    if (before !== undefined) return before;
    const { bytes } = batch.strings;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.dictionary.begin(batch.strings, signalBits.metrics);
    const resources = this.resources(batch, signalBits.metrics);
    const scopes = this.scopes(batch, signalBits.metrics);
    const metrics = this.metrics(batch);
    const codes = { series: new Uint32Array(batch.count), bounds: new Uint32Array(batch.count) };
    for (let row = 0; row < batch.count; row++) {
      codes.series[row] = this.series(batch, row, metrics[batch.metric[row]], resources[batch.resource[row]], scopes[batch.scope[row]]);
      codes.bounds[row] = this.bounds(batch, row);
    }
    if (shape !== null) this.shapes.set(shape, codes);
    return codes;
  }

  /** Code of the series of a point: its metric, resource and scope (by code) and its attributes. */
  private series(batch: PointBatch, row: number, metric: number, resource: number, scope: number): number {
    const owner = this.ownerOf(metric, resource, scope);
    const length = batch.runLength[row];
    const run = length === noRun || length === 0 || owner === 0 ? 0 : this.runs.find(this.view, batch.runStart[row], length, 0);
    const id = run === 0 ? 0 : this.identities.find(Slot.seriesRun, owner, run, 0, true);
    if (id !== 0) {
      this.codes = atLeast(this.codes, id);
      if (this.codes[id] !== 0) return this.codes[id];
      return this.codes[id] = this.readSeries(batch, row, owner, metric, resource, scope);
    }
    return this.readSeries(batch, row, owner, metric, resource, scope);
  }

  /** Points of one metric follow one another. */
  private ownerOf(metric: number, resource: number, scope: number): number {
    const { last } = this;
    if (last.metric === metric && last.resource === resource && last.scope === scope) return last.owner;
    this.last = { metric, resource, scope, owner: this.identities.find(Slot.seriesOwner, metric, resource, scope, true) };
    return this.last.owner;
  }

  /** The series by what its attributes say, however they were sent. */
  private readSeries(batch: PointBatch, row: number, owner: number, metric: number, resource: number, scope: number): number {
    const { scratchCodes, scratchWide } = this;
    const point = attributesOfPoint(batch, row);
    const isApart = point.strings !== batch.strings;
    if (isApart) this.dictionary.begin(point.strings, signalBits.metrics);
    scratchCodes.reset();
    scratchWide.reset();
    this.dictionary.write(point.attributes, point.owner, scratchCodes, scratchWide);
    if (isApart) this.dictionary.begin(batch.strings, signalBits.metrics);
    const { values, size } = scratchCodes;
    const codesId = this.dictionary.sliceId(values.byteOffset, size * 4, new Uint8Array(values.buffer));
    const wideId = this.dictionary.sliceId(0, scratchWide.size, scratchWide.bytes);
    const id = codesId === 0 || wideId === 0 || owner === 0 ? 0 : this.identities.find(Slot.series, owner, codesId, wideId, true);
    return this.coded('series', id, () => {
      const { series } = this.tables;
      const at = series.at();
      series.columns.code[at] = this.next.series;
      series.columns.metric[at] = metric;
      series.columns.resource[at] = resource;
      series.columns.scope[at] = scope;
      for (let i = 0; i < size; i++) series.columns.codes.push(values[i]);
      series.columns.codes.end();
      series.columns.wide.put(scratchWide.bytes, 0, scratchWide.size);
      series.columns.wide.end();
      const [low, high] = hashOf(identityOf(batch, row, point));
      series.columns.identity[at] = (BigInt(high) << 32n) | BigInt(low);
      series.took(1);
    });
  }

  /** Code of the bucket bounds of row `row`, 0 where it has no buckets. */
  private bounds(batch: PointBatch, row: number): number {
    const start = batch.bucketOffsets[row];
    const end = batch.bucketOffsets[row + 1];
    if (start === end) return 0;
    const slice = batch.bucketBounds.subarray(start, end);
    const bytes = this.dictionary.sliceId(slice.byteOffset, slice.byteLength, new Uint8Array(slice.buffer));
    const id = bytes === 0 ? 0 : this.identities.find(Slot.bounds, bytes, 0, 0, true);
    return this.coded('bounds', id, () => {
      const { bounds } = this.tables;
      bounds.columns.code[bounds.at()] = this.next.bounds;
      for (const bound of slice) bounds.columns.bounds.push(bound);
      bounds.columns.bounds.end();
      bounds.took(1);
    });
  }

  private identity(slot: number, start: number, length: number, schemaUrl: number): number {
    const slice = this.dictionary.sliceId(start, length);
    const url = this.dictionary.stringId(schemaUrl, true);
    return slice === 0 || url === 0 ? 0 : this.identities.find(slot, slice, url, 0, true);
  }

  private textId(lengthBytes: number, code: number): number {
    return lengthBytes > this.limits.ownerBytesMax ? 0 : this.dictionary.stringId(code, true);
  }

  /** The code that the identity has, or a new one whose row `write` adds. */
  private coded(table: CodedTable, id: number, write: () => void, again: () => void = () => undefined): number {
    if (id === 0) count(this.counters, `${table}_again`);
    else {
      this.codes = atLeast(this.codes, id);
      if (this.codes[id] !== 0) {
        again();
        return this.codes[id];
      }
    }
    write();
    if (id !== 0) this.codes[id] = this.next[table];
    return this.next[table]++;
  }

  /** The first time that a signal has a known resource or scope, its attributes are noted as used by that signal. */
  private note(id: number, signal: number, attributes: AttributeColumns, owner: number): void {
    this.noted = atLeast(this.noted, id);
    if ((this.noted[id] & signal) !== 0) return;
    this.noted[id] |= signal;
    this.scratchCodes.reset();
    this.scratchWide.reset();
    this.dictionary.write(attributes, owner, this.scratchCodes, this.scratchWide);
  }

  private writeResource(batch: Batch, owner: number): void {
    const { resources: table } = this.tables;
    const { resources, strings: { bytes } } = batch;
    table.columns.code[table.at()] = this.next.resources;
    this.services ??= serviceIds(batch);
    table.columns.service.putText(this.services[owner]);
    table.columns.service.end();
    this.dictionary.write(resources.attributes, owner, table.columns.codes, table.columns.wide);
    putString(table.columns.schema_url, batch, resources.schemaUrl[owner]);
    table.columns.raw.put(bytes, resources.starts[owner], resources.starts[owner] + resources.lengths[owner]);
    table.columns.raw.end();
    table.took(1);
  }

  private writeScope(batch: Batch, owner: number): void {
    const { scopes: table } = this.tables;
    const { scopes, strings: { bytes } } = batch;
    table.columns.code[table.at()] = this.next.scopes;
    putString(table.columns.name, batch, scopes.name[owner]);
    putString(table.columns.version, batch, scopes.version[owner]);
    this.dictionary.write(scopes.attributes, owner, table.columns.codes, table.columns.wide);
    putString(table.columns.schema_url, batch, scopes.schemaUrl[owner]);
    table.columns.raw.put(bytes, scopes.starts[owner], scopes.starts[owner] + scopes.lengths[owner]);
    table.columns.raw.end();
    table.took(1);
  }

  private writeMetric(batch: PointBatch, i: number, metadata: Uint8Array): void {
    const { metrics: table } = this.tables;
    const { metrics } = batch;
    const at = table.at();
    table.columns.code[at] = this.next.metrics;
    table.columns.type[at] = metrics.type[i];
    table.columns.temporality[at] = metrics.temporality[i];
    table.columns.monotonic[at] = metrics.monotonic[i];
    putString(table.columns.name, batch, metrics.name[i]);
    putString(table.columns.unit, batch, metrics.unit[i]);
    putString(table.columns.description, batch, metrics.description[i]);
    table.columns.metadata.put(metadata, 0, metadata.length);
    table.columns.metadata.end();
    table.took(1);
  }
}

function putString(column: TextColumn, { strings: { bytes, starts, lengths } }: Batch, code: number): void {
  column.put(bytes, starts[code], starts[code] + lengths[code]);
  column.end();
}

/** What makes the series of a point that series, as it was sent: the same in every file. */
function identityOf({ strings, metrics, metric, resources, resource, scopes, scope }: PointBatch, row: number, point: PointAttributes): Uint8Array[] {
  const slice = ({ bytes }: Strings, start: number, length: number): Uint8Array => bytes.subarray(start, start + length);
  const name = metrics.name[metric[row]];
  const parts = [
    slice(strings, strings.starts[name], strings.lengths[name]), slice(strings, resources.starts[resource[row]], resources.lengths[resource[row]]),
    slice(strings, scopes.starts[scope[row]], scopes.lengths[scope[row]]),
  ];
  const { attributes, owner, strings: own } = point;
  for (let entry = attributes.offsets[owner]; entry < attributes.offsets[owner + 1]; entry++) {
    const key = attributes.keys[entry];
    parts.push(slice(own, own.starts[key], own.lengths[key]), slice(own, attributes.starts[entry], attributes.lengths[entry]));
  }
  return parts;
}
