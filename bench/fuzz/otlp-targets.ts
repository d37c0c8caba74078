import * as fc from 'fast-check';
import { buffersOf, fromJson, readMessage, readMetric, readRequest, readResource, readRest, readScope, readValue, toJson, writeRequest } from '@clew/otlp';
import type { Batch, Signal } from '@clew/otlp';
import { anyRequest, signals } from '../../packages/otlp/src/fixture/arbitrary.ts';
import { canonical, rebuild } from '../../packages/otlp/src/fixture/rebuild.ts';
import { about, attempt } from './ends.ts';
import { changeBytes } from './mutate-bytes.ts';
import { changeText } from './mutate-text.ts';
import { changeWire } from './mutate-wire.ts';
import { compareWithOracle } from './oracle.ts';
import type { Target } from './target.ts';

const seedBytesMax = 1_200;
const seedsOfSignal = 40;
/** Columns take at most this many bytes for a byte received (the worst: attributes of two bytes), and some to start with. */
const columnBytesPerByte = 40;
const columnBytesAtLeast = 4_096;

/** Small valid requests with every field of every message somewhere. */
export function requestsOf(signal: Signal, seed: number): readonly Uint8Array[] {
  const key = `${signal} ${seed}`;
  const made = requests.get(key) ?? fc.sample(anyRequest[signal], { seed, numRuns: 200 })
    .map((request) => writeRequest(signal, request))
    .filter((bytes) => bytes.length > 40 && bytes.length <= seedBytesMax)
    .slice(0, seedsOfSignal);
  requests.set(key, made);
  return made;
}
const requests = new Map<string, readonly Uint8Array[]>();

/** The bytes that a batch holds follow the bytes that came in, whatever lengths and counts they claim. */
export function checkSize(batch: Batch, inputBytes: number): void {
  const bytes = buffersOf(batch).reduce((sum, buffer) => sum + buffer.byteLength, 0);
  if (bytes > inputBytes * columnBytesPerByte + columnBytesAtLeast) throw new Error(`BUG: ${inputBytes} bytes became columns of ${bytes} bytes`);
}

const wordsOf = ({ count, refusals, resources, scopes, attributes, rest }: Batch): string =>
  `ok ${about(count)} ${about(refusals.count)} ${[...refusals.reasons.keys()].join()} ${about(resources.schemaUrl.length)} ${about(scopes.name.length)} ${about(attributes.keys.length)} ${about(rest.bytes.length)}`;

function wireTarget(signal: Signal, seed: number): Target {
  return {
    name: `${signal} protobuf`, weight: 16, seeds: requestsOf(signal, seed), change: changeWire,
    run: (input, thorough) => attempt(() => {
      const batch = readRequest(signal, input);
      checkSize(batch, input.length);
      // What the column reader takes, the object reader takes too.
      const message = readMessage(signal, input);
      if (!thorough) return wordsOf(batch);
      if (rebuild(batch).length !== batch.count) throw new Error('BUG: rows were lost between columns and objects');
      return `${wordsOf(batch)} ${compareWithOracle(signal, input, message)}`;
    }),
  };
}

function jsonTarget(signal: Signal, seed: number): Target {
  return {
    name: `${signal} JSON`, weight: 6, seeds: requestsOf(signal, seed).map((bytes) => new TextEncoder().encode(toJson(signal, bytes))), change: changeText,
    run: (input, thorough) => attempt(() => {
      const bytes = fromJson(signal, new TextDecoder().decode(input));
      const batch = readRequest(signal, bytes);
      checkSize(batch, input.length + bytes.length);
      if (thorough) {
        const again = fromJson(signal, toJson(signal, bytes));
        if (canonical(readMessage(signal, again)) !== canonical(readMessage(signal, bytes))) throw new Error('BUG: JSON of the message means another message');
      }
      return wordsOf(batch);
    }),
  };
}

const parts: Readonly<Record<string, (bytes: Uint8Array) => unknown>> = {
  value: (bytes) => readValue(bytes, 0, bytes.length),
  resource: (bytes) => readResource(bytes, 0, bytes.length),
  scope: (bytes) => readScope(bytes, 0, bytes.length),
  metric: (bytes) => readMetric(bytes, 0, bytes.length),
  'rest of a span': (bytes) => readRest('traces', bytes),
  'rest of a log record': (bytes) => readRest('logs', bytes),
};

/** The readers of slices see only what was checked when it came in; they must stand anything all the same. */
function partTargets(seed: number): Target[] {
  const seeds = signals.flatMap((signal) => requestsOf(signal, seed).slice(0, 8));
  return Object.entries(parts).map(([name, read]) => ({
    name: `slice: ${name}`, weight: 1, seeds, change: (random, input, other) => (random.chance(0.2) ? changeBytes(random, input) : changeWire(random, input, other)),
    run: (input) => attempt(() => `ok ${about(JSON.stringify(read(input)).length)}`),
  }));
}

export const otlpTargets = (seed: number): Target[] => [...signals.flatMap((signal) => [wireTarget(signal, seed), jsonTarget(signal, seed)]), ...partTargets(seed)];
