import { joinShape, shapeOf } from '@clew/otlp';
import type { PointBatch, ShapedBatch } from '@clew/otlp';
import type { ViewRecord } from './view.ts';

/**
 * Records on their way to a thread. Of batches of a known shape (point-shapes.ts) a thread is told once what they have in
 * common, and then their numbers alone: copying forty columns into a message and out again costs more than all else done with them.
 */
export interface Parcel {
  readonly records: readonly (ViewRecord | ShapedRecord)[];
  readonly shapes: readonly (readonly [number, PointBatch])[];
  /** Shapes that will not come any more. */
  readonly forgotten: readonly number[];
}

interface ShapedRecord { readonly position: number; readonly receivedMs: number; readonly shape: number; readonly numbers: SharedArrayBuffer }

/** What a thread remembers; beyond it the oldest is forgotten, and told again if it comes again. */
export const parcelLimits = { shapesMax: 2_048, bytesMax: 96 * 1024 * 1024 };

/** For one thread that takes every parcel, in order. */
export function makePacker({ shapesMax, bytesMax }: typeof parcelLimits = parcelLimits): (records: readonly ViewRecord[]) => Parcel {
  const told = new Map<PointBatch, { readonly id: number; readonly bytes: number }>();
  let nextId = 1;
  let bytes = 0;

  function tell({ batch }: ShapedBatch, shapes: [number, PointBatch][], forgotten: number[]): number {
    const before = told.get(batch);
    if (before !== undefined) return before.id;
    const made = { id: nextId++, bytes: batch.strings.bytes.byteLength };
    for (const [each, oldest] of told) {
      if (told.size < shapesMax && bytes + made.bytes <= bytesMax) break;
      told.delete(each);
      bytes -= oldest.bytes;
      forgotten.push(oldest.id);
    }
    told.set(batch, made);
    bytes += made.bytes;
    shapes.push([made.id, batch]);
    return made.id;
  }

  return (records) => {
    const shapes: [number, PointBatch][] = [];
    const forgotten: number[] = [];
    const packed = records.map((record): ViewRecord | ShapedRecord => {
      const { batch, position, receivedMs } = record;
      const shaped = batch?.signal === 'metrics' ? shapeOf(batch) : null;
      return shaped === null ? record : { position, receivedMs, shape: tell(shaped, shapes, forgotten), numbers: shaped.numbers };
    });
    return { records: packed, shapes, forgotten };
  };
}

export function makeUnpacker(): (parcel: Parcel) => ViewRecord[] {
  const known = new Map<number, PointBatch>();
  return ({ records, shapes, forgotten }) => {
    for (const [id, batch] of shapes) known.set(id, batch);
    const unpacked = records.map((record): ViewRecord => {
      if (!('shape' in record)) return record;
      const { position, receivedMs, shape, numbers } = record;
      const batch = known.get(shape);
      if (batch === undefined) throw new Error(`BUG: shape ${shape} was not told`);
      return { position, receivedMs, batch: joinShape({ batch, numbers }) };
    });
    // One that was forgotten for a later record of this parcel may belong to an earlier one.
    for (const id of forgotten) known.delete(id);
    return unpacked;
  };
}
