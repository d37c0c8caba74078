import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { toJson } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { signals } from '../../packages/otlp/src/fixture/arbitrary.ts';
import { canonical } from '../../packages/otlp/src/fixture/rebuild.ts';
import { decode } from '../../packages/server/src/intake/decode.ts';
import { readFrame, writeFrame } from '../../packages/server/src/intake/grpc-message.ts';
import { inflate } from '../../packages/server/src/intake/inflate.ts';
import { readNotice, writeNotice } from '../../packages/server/src/intake/notice.ts';
import { openSegmentLog, readLogFolder } from '../../packages/server/src/log/segment-log.ts';
import { requestsOf as requestsOfLine } from '../../packages/server/src/replay/json-lines.ts';
import { readCheckpoint, writeCheckpoint } from '../../packages/server/src/views/checkpoint.ts';
import { about, attempt, refusal } from './ends.ts';
import { changeBytes } from './mutate-bytes.ts';
import { changeText } from './mutate-text.ts';
import { changeWire } from './mutate-wire.ts';
import { checkSize, requestsOf } from './otlp-targets.ts';
import type { Target } from './target.ts';

const inflatedBytesMax = 64 * 1024;
const limits = { requestBytesMax: inflatedBytesMax, requestItemsMax: 10_000 };
const textOf = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** A whole call as the gRPC port reads it: frame, compression, message. */
function grpcTarget(signal: Signal, seed: number): Target {
  const plain = requestsOf(signal, seed).slice(0, 12).map((bytes) => new Uint8Array(writeFrame(bytes)));
  const compressed = requestsOf(signal, seed).slice(0, 12).map((bytes) => { const frame = writeFrame(gzipSync(bytes)); frame[0] = 1; return new Uint8Array(frame); });
  return {
    name: `${signal} gRPC call`, weight: 2, seeds: [...plain, ...compressed],
    // Sometimes the message is changed and framed truly, so that what is behind the frame is reached.
    change: (random, input, other) => (input[0] === 0 && random.chance(0.6) ? new Uint8Array(writeFrame(changeWire(random, input.subarray(5), other.subarray(5)))) : changeBytes(random, input)),
    run: (input) => attempt(() => {
      const { isCompressed, message } = readFrame(Buffer.from(input));
      const bytes = inflate(message, isCompressed ? 'gzip' : 'identity', inflatedBytesMax);
      if (bytes.length > inflatedBytesMax && isCompressed) throw new Error(`BUG: ${bytes.length} bytes came out of a limit of ${inflatedBytesMax}`);
      return `ok ${about(decode(signal, 'protobuf', bytes, limits).count)}`;
    }),
  };
}

const compressors = { gzip: gzipSync, deflate: deflateSync, zstd: zstdCompressSync } as const;

/** A compressed body: bytes of the stream changed, or another body, and bombs. What comes out never exceeds the limit. */
function inflateTarget(compression: keyof typeof compressors, seed: number): Target {
  const compress = (bytes: Uint8Array): Uint8Array => new Uint8Array(compressors[compression](bytes));
  const bodies = signals.flatMap((signal) => requestsOf(signal, seed).slice(0, 6));
  const bombs = [new Uint8Array(inflatedBytesMax), new Uint8Array(inflatedBytesMax + 1), new Uint8Array(4_000_000)];
  return {
    name: `${compression} body`, weight: 2, seeds: [...bodies, ...bombs].map(compress),
    change: (random, input, other) => (random.chance(0.1) ? compress(random.pick(bodies)) : random.chance(0.1) ? Uint8Array.from([...input, ...other]) : changeBytes(random, input)),
    run: (input) => attempt(() => {
      const bytes = inflate(input, compression, inflatedBytesMax);
      if (bytes.length > inflatedBytesMax) throw new Error(`BUG: ${bytes.length} bytes came out of a limit of ${inflatedBytesMax}`);
      const batch = decode('traces', 'protobuf', bytes, limits);
      checkSize(batch, bytes.length);
      return `ok ${about(batch.count)}`;
    }),
  };
}

/** JSON with the checks that stand before the parser, among them UTF-8; what is accepted means the same when it is written again. */
function jsonBodyTarget(signal: Signal, seed: number): Target {
  const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
  return {
    name: `${signal} JSON body`, weight: 1, seeds: requestsOf(signal, seed).map((bytes) => encode(toJson(signal, bytes))), change: changeText,
    run: (input) => attempt(() => `ok ${about(decode(signal, 'json', input, limits).count)}`),
  };
}

const lineTarget = (seed: number): Target => ({
  name: 'JSON line', weight: 1, change: changeText,
  seeds: signals.flatMap((signal) => requestsOf(signal, seed).slice(0, 8).map((bytes) => new TextEncoder().encode(toJson(signal, bytes)))),
  run: (input) => attempt(() => `ok ${requestsOfLine({ number: 1, text: textOf(input), bytesRead: input.length }).map(({ signal }) => signal).join()}`),
});

/** It is written by ourselves and checked before, so damage is our own mistake and says so; nothing else may come out. */
const noticeTarget = (): Target => ({
  name: 'notice', weight: 1, change: changeText,
  seeds: [
    writeNotice({ kind: 'finding_verdict', finding: 'f', verdict: 'real', by: 'me', atMs: 5 }),
    writeNotice({ kind: 'incident_verdict', incident: 'i', cause: 'service:a', by: 'me', atMs: 5 }),
    writeNotice({ kind: 'maintenance', id: 'm', entity: null, fromMs: 1, toMs: 9, reason: 'disk', by: 'me', atMs: 5 }),
  ].map(({ body }) => body),
  run(input) {
    try {
      return `ok ${readNotice({ body: input }).kind}`;
    } catch (error) {
      if (error instanceof Error && error.message.startsWith('BUG: a notice in the log cannot be read')) return 'refused';
      throw error;
    }
  },
});

/** A segment as a file: what is read is a beginning of what was written, or a clear refusal; never anything else. */
async function segmentTarget(folder: string): Promise<Target> {
  const texts = Array.from({ length: 6 }, (_, i) => `record ${i} `.repeat(1 + i));
  const log = await openSegmentLog({ folder, segmentBytes: 1e6, bytesMax: 1e6, pendingBytesMax: 1e6, nowMs: () => 1_000 });
  for (const text of texts) await log.append({ kind: 'logs', encoding: 'json', compression: 'identity', receivedMs: 1_000, body: new TextEncoder().encode(text) });
  await log.close();
  const path = join(folder, '0000000000000001.log');
  const seeds = [new Uint8Array(readFileSync(path))];
  return {
    name: 'log segment', weight: 1, seeds, change: changeBytes,
    async run(input) {
      writeFileSync(path, input);
      try {
        const found: string[] = [];
        const { read, first } = await readLogFolder(folder);
        for await (const record of read(first)) found.push(textOf(record.body));
        if (canonical(found) !== canonical(texts.slice(0, found.length))) throw new Error(`BUG: a damaged segment gave ${JSON.stringify(found)}`);
        return `ok ${found.length}`;
      } catch (error) {
        return refusal(error);
      }
    },
  };
}

async function checkpointTarget(folder: string): Promise<Target> {
  const path = join(folder, 'checkpoint');
  const state = { version: '1', position: 7, state: { map: new Map([['a', new Float64Array(8)]]), set: new Set([1]) } };
  await writeCheckpoint(path, state);
  return {
    name: 'checkpoint', weight: 1, seeds: [new Uint8Array(readFileSync(path))], change: changeBytes,
    async run(input) {
      writeFileSync(path, input);
      const read = await readCheckpoint(path);
      if (read === null || read === 'damaged') return String(read);
      if (canonical(read.value) !== canonical(state)) throw new Error('BUG: a damaged checkpoint was taken for whole');
      return 'ok';
    },
  };
}

/** The files lie in memory where there is such a folder. */
export async function serverTargets(seed: number): Promise<Target[]> {
  const folder = mkdtempSync(join(tmpdir(), 'clew-fuzz-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  return [
    ...signals.flatMap((signal) => [grpcTarget(signal, seed), jsonBodyTarget(signal, seed)]),
    ...(['gzip', 'deflate', 'zstd'] as const).map((each) => inflateTarget(each, seed)),
    lineTarget(seed), noticeTarget(), await segmentTarget(join(folder, 'log')), await checkpointTarget(folder),
  ];
}
