import { doors, stableSignals, Unmet } from '../case.ts';
import type { Case, Door } from '../case.ts';
import { own } from '../define.ts';
import { canonical } from '../oracle.ts';
import type { Message } from '../oracle.ts';
import { markKey } from '../read-back/read-back.ts';
import { fillRequest } from '../telemetry/fill.ts';
import { newName, newTraceId } from '../telemetry/ids.ts';
import { profile, withDictionary } from '../telemetry/profile.ts';
import { attribute, exponential, exponentialPoint, gauge, histogram, histogramPoint, log, point, request, span, text } from '../telemetry/request.ts';
import { takenPerhapsWarned } from '../want.ts';

const turns = 7;
const stable = doors(stableSignals, ['json', 'protobuf', 'grpc']);
type Keyed = readonly [key: string, message: Message];

/** A request with every field, and the key under which it is found again. */
function filled({ signal }: Door, turn: number): Keyed {
  const [traceId, name] = [newTraceId(), newName()];
  if (signal === 'traces') return [traceId, fillRequest(signal, turn, { 'Span.traceId': traceId })];
  if (signal === 'metrics') return [name, fillRequest(signal, turn, { 'Metric.name': name })];
  return [name, fillRequest(signal, turn, { 'LogRecord.attributes': [text(markKey, name), attribute('key', { kvlistValue: { values: [attribute('a', { bytesValue: 'AAEC' })] } })] })];
}

const exact = (item: number, name: string, at: readonly Door[], make: (door: Door) => Keyed): Case => own(item, 'POLICY', name, at, 'the request that is read back means the same', async (t) => {
  const [key, message] = make(t.door);
  t.expect(await t.send(message), takenPerhapsWarned);
  const found = await t.readBack().exact(t.door.signal, key);
  if (found === null) throw new Unmet('nothing is stored');
  const [sent, got] = [canonical(t.door.signal, message), readable(t.door, found)];
  const differsAt = [...sent].findIndex((char, index) => char !== got[index]);
  t.demand(sent === got, `sent …${sent.slice(Math.max(0, differsAt - 120), differsAt + 120)}…, stored is …${got.slice(Math.max(0, differsAt - 120), differsAt + 120)}…`);
}, { needs: ['read-back'] });

/** What is stored may have fields that the published messages have not. */
function readable({ signal }: Door, found: Message): string {
  try {
    return canonical(signal, found);
  } catch (error) {
    throw new Unmet(`what is stored is no ${signal} request: ${(error as Error).message}`);
  }
}

const ofSpan = (change: Message): Keyed => { const item = span(change); return [String(item.traceId), request('traces', [item])]; };
const ofMetric = (build: (name: string) => Message): Keyed => { const name = newName(); return [name, request('metrics', [build(name)])]; };
const [traces, metrics, logs, profiles] = (['traces', 'metrics', 'logs', 'profiles'] as const).map((signal) => doors([signal], ['json', 'protobuf', 'grpc']));

export const exactCases: readonly Case[] = [
  ...Array.from({ length: turns }, (_, turn) => exact(85, `every field is stored as sent, turn ${turn}`, stable, (door) => filled(door, turn))),
  exact(92, 'a map that looks like bytes', traces, () => ofSpan({ attributes: [attribute('bytes', { bytesValue: 'AAEC' }), attribute('map', { kvlistValue: { values: [text('bytesValue', 'AAEC')] } })] })),
  exact(92, 'a whole number is told from a double', traces, () => ofSpan({ attributes: [attribute('a', { intValue: '1' }), attribute('b', { doubleValue: 1 }), attribute('c', { intValue: '9007199254740993' })] })),
  exact(123, 'an integer point beyond 2^53', metrics, () => ofMetric((name) => gauge([point({ asDouble: undefined, asInt: '9007199254740993' })], { name }))),
  exact(123, 'the smallest integer point', metrics, () => ofMetric((name) => gauge([point({ asDouble: undefined, asInt: '-9223372036854775808' })], { name }))),
  exact(131, 'a histogram of large counts', metrics, () => ofMetric((name) => histogram([histogramPoint({ count: '9007199254740993', bucketCounts: ['9007199254740993', '0', '0'] })], { name }))),
  exact(135, 'an exponential histogram with all of its members', metrics, () => ofMetric((name) => exponential([exponentialPoint({ min: -1, max: 9, zeroThreshold: 0.25 })], { name }))),
  exact(147, 'a log record with nothing in it but a mark', logs, () => { const mark = newName(); return [mark, request('logs', [{ attributes: [text(markKey, mark)] }])]; }),
  exact(149, 'a log record with all flag bits and half an id', logs, () => { const mark = newName(); return [mark, request('logs', [log({ flags: 0xffffffff, spanId: 'c101020304050607', attributes: [text(markKey, mark)] })])]; }),
  exact(153, 'a profile with its dictionary', profiles, () => { const service = newName(); return [service, request('profiles', [profile({ profileId: 'wQECAwQFBgcICQoLDA0ODw==' })], { ...withDictionary(), resource: { attributes: [text('service.name', service)] } })]; }),
];
