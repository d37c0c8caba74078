import { PointShapes, readRequest, shapeOf, writeRequest } from '@clew/otlp';
import type { PointBatch } from '@clew/otlp';
import { MessageChannel, receiveMessageOnPort } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { makePacker, makeUnpacker } from './parcel.ts';
import type { Parcel } from './parcel.ts';
import type { ViewRecord } from './view.ts';

const shapes = new PointShapes({ countMax: 100, bytesMax: 1 << 20, seed: 1 });

function batchOf(name: string, value: number): PointBatch {
  const bytes = writeRequest('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name, gauge: { dataPoints: [{ timeUnixNano: 5n, asDouble: value, attributes: [{ key: 'a', value: { stringValue: 'x' } }] }] } }] }] }] });
  const known = shapes.read(bytes);
  if (known !== null) return known;
  const batch = readRequest('metrics', bytes);
  shapes.learn(bytes, batch);
  return batch;
}

/** As a thread gets it. */
function post(parcel: Parcel): Parcel {
  const { port1, port2 } = new MessageChannel();
  port1.postMessage(parcel);
  const { message } = receiveMessageOnPort(port2) as { message: Parcel };
  port1.close();
  return message;
}

const told = (records: readonly ViewRecord[]): unknown[] => records.map(({ position, batch }) => [position, batch?.signal === 'metrics' ? [...batch.value] : null]);

test('What a thread takes out is what was put in, and a shape is told once', () => {
  const [pack, unpack] = [makePacker(), makeUnpacker()];
  const records = [1, 2, 3, 4].map((position): ViewRecord => ({ position, receivedMs: 9, batch: batchOf('m1', position) }));
  records.push({ position: 5, receivedMs: 9, batch: null });
  const first = pack(records);
  expect(first.shapes).toHaveLength(1);
  const unpacked = unpack(post(first));
  expect(told(unpacked)).toEqual([[1, [1]], [2, [2]], [3, [3]], [4, [4]], [5, null]]);
  expect(unpacked.map(({ batch }) => batch !== null && shapeOf(batch as PointBatch) !== null)).toEqual([false, false, true, true, false]);
  expect(unpacked[2].batch?.strings).toBe(unpacked[3].batch?.strings);
  const second = pack([{ position: 6, receivedMs: 9, batch: batchOf('m1', 6) }]);
  expect(second.shapes).toEqual([]);
  expect(told(unpack(post(second)))).toEqual([[6, [6]]]);
});

test('No room for more shapes: the oldest is forgotten and told again', () => {
  const [pack, unpack] = [makePacker({ shapesMax: 1, bytesMax: 1 << 20 }), makeUnpacker()];
  const named = (name: string, position: number): ViewRecord => ({ position, receivedMs: 9, batch: batchOf(name, position) });
  for (const name of ['n1', 'n1', 'n22', 'n22']) batchOf(name, 0);
  const parcel = pack([named('n1', 1), named('n22', 2), named('n1', 3)]);
  expect([parcel.shapes.map(([id]) => id), parcel.forgotten]).toEqual([[1, 2, 3], [1, 2]]);
  expect(told(unpack(post(parcel)))).toEqual([[1, [1]], [2, [2]], [3, [3]]]);
  expect(told(unpack(post(pack([named('n1', 4)]))))).toEqual([[4, [4]]]);
});
