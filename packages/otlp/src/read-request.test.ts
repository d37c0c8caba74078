import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { anyRequest, signals } from './fixture/arbitrary.ts';
import { canonical, expected, rebuild } from './fixture/rebuild.ts';
import { oracleDecode, oracleEncode, requestNames } from './fixture/oracle.ts';
import { fromJson } from './from-json.ts';
import { readMessage, toJson } from './read-message.ts';
import type { Batch } from './batch.ts';
import type { Memory } from './memory.ts';
import { buffersOf, readRequest } from './read-request.ts';
import { writeRequest } from './write-request.ts';

/** Every column by name, as numbers: also what `rebuild` does not look at. */
function columnsOf(batch: Batch): [string, unknown][] {
  const found: [string, unknown][] = [];
  const walk = (name: string, value: unknown): void => {
    if (ArrayBuffer.isView(value)) found.push([name, Array.from(value as unknown as ArrayLike<unknown>)]);
    else if (typeof value === 'object' && value !== null && !(value instanceof Map)) for (const [key, member] of Object.entries(value)) walk(`${name}.${key}`, member);
  };
  walk('', batch);
  return found;
}

const runs = { numRuns: 250, seed: 20261122 };

describe.each(signals)('%s', (signal) => {
  test('columns and rest of what protobufjs encodes are what was sent', () => {
    fc.assert(fc.property(anyRequest[signal], (request) => {
      const batch = readRequest(signal, oracleEncode(requestNames[signal], request));
      expect(batch.refusals.count).toBe(0);
      expect(rebuild(batch)).toEqual(expected(request));
    }), runs);
  });

  test('protobufjs decodes what writeRequest writes to the same', () => {
    fc.assert(fc.property(anyRequest[signal], (request) => {
      const theirs = oracleDecode(requestNames[signal], oracleEncode(requestNames[signal], request));
      expect(canonical(oracleDecode(requestNames[signal], writeRequest(signal, request)))).toBe(canonical(theirs));
    }), runs);
  });

  test('readMessage gives back what protobufjs encoded', () => {
    fc.assert(fc.property(anyRequest[signal], (request) => {
      expect(canonical(readMessage(signal, oracleEncode(requestNames[signal], request)))).toBe(canonical(request));
    }), runs);
  });

  test('protobuf → JSON → protobuf changes nothing', () => {
    fc.assert(fc.property(anyRequest[signal], (request) => {
      const bytes = writeRequest(signal, request);
      expect(Buffer.from(fromJson(signal, toJson(signal, bytes))).equals(bytes)).toBe(true);
    }), runs);
  });

  test('what stood in the memory before is no part of a batch', () => {
    const used: Memory = { take: (bytes) => { const memory = new SharedArrayBuffer(bytes + 64); new Uint8Array(memory).fill(0xa7); return memory; }, holds: () => false };
    fc.assert(fc.property(anyRequest[signal], (request) => {
      const bytes = writeRequest(signal, request);
      const [fresh, again] = [readRequest(signal, bytes), readRequest(signal, bytes, undefined, undefined, used)];
      expect(rebuild(again)).toEqual(rebuild(fresh));
      expect(columnsOf(again)).toEqual(columnsOf(fresh));
    }), runs);
  });

  test('a batch is made of two shared buffers and can be sent to threads without being copied', () => {
    const [request] = fc.sample(anyRequest[signal].filter((r) => expected(r).length > 2), { numRuns: 1, seed: 7 });
    const batch = readRequest(signal, writeRequest(signal, request));
    const before = rebuild(batch);
    const [bytes, columns] = buffersOf(batch);
    const seen = new Set<unknown>();
    const walk = (value: unknown): void => {
      if (ArrayBuffer.isView(value)) seen.add(value.buffer);
      else if (typeof value === 'object' && value !== null && !(value instanceof Map)) for (const member of Object.values(value)) walk(member);
    };
    walk(batch);
    expect(seen).toEqual(new Set([bytes, columns]));
    expect([...seen].every((buffer) => buffer instanceof SharedArrayBuffer)).toBe(true);
    expect(rebuild(structuredClone(batch))).toEqual(before);
  });
});

test('a batch does not change when the input or the next request does', () => {
  const [first, second] = fc.sample(anyRequest.traces.filter((r) => expected(r).length > 1), { numRuns: 2, seed: 9 });
  const input = writeRequest('traces', first);
  const batch = readRequest('traces', input);
  const before = rebuild(batch);
  input.fill(0xff);
  readRequest('traces', writeRequest('traces', second));
  expect(rebuild(batch)).toEqual(before);
});
