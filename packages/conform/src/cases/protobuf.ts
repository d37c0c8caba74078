import { randomBytes } from 'node:crypto';
import { answerWords } from '../answer.ts';
import { doors, signals, stableSignals } from '../case.ts';
import type { Case, Level } from '../case.ts';
import { one, own } from '../define.ts';
import { encodeRequest } from '../oracle.ts';
import type { Message } from '../oracle.ts';
import { fillRequest } from '../telemetry/fill.ts';
import { newName, newSpanId, newTraceId, nowNs } from '../telemetry/ids.ts';
import { attribute, log } from '../telemetry/request.ts';
import type { Trial } from '../trial.ts';
import { bytesField, envelope, fixed32Field, fixed64Field, join, tag, textField, varint, varintField } from '../wire.ts';
import { answered, badData, either, settled, taken, takenPerhapsWarned, turnedDown } from '../want.ts';
import type { Want } from '../want.ts';

const binary = doors(signals, ['protobuf', 'grpc']);
const traces = doors(['traces'], ['protobuf', 'grpc']);
const metrics = doors(['metrics'], ['protobuf', 'grpc']);
const everyField = 4095;
const unknownFields: readonly (readonly [name: string, bytes: Buffer])[] = [
  ['a varint', varintField(everyField, 300)], ['a 64-bit number', fixed64Field(everyField, 5n)], ['bytes', bytesField(everyField, [1, 2, 3])], ['a 32-bit number', fixed32Field(everyField, 5)],
];
const group = join(tag(everyField, 3), varintField(1, 1), tag(everyField, 4));

const ids = (): Buffer => join(bytesField(1, Buffer.from(newTraceId(), 'hex')), bytesField(2, Buffer.from(newSpanId(), 'hex')));
/** A good span by hand, with more fields after it. */
const spanBytes = (...more: readonly Uint8Array[]): Buffer => join(ids(), textField(5, 'by hand'), varintField(6, 2), fixed64Field(7, 1_700_000_000_000_000_000n), fixed64Field(8, 1_700_000_000_100_000_000n), ...more);
const spanOf = (item: number, level: Level, name: string, more: () => readonly Uint8Array[], want: Want): Case => one(item, level, name, traces, () => envelope(spanBytes(...more())), want);

const histogramBytes = (counts: Uint8Array, bounds: Uint8Array): Buffer => {
  const count = fixed64Field(4, 6n);
  const at = join(fixed64Field(2, BigInt(nowNs(-60_000))), fixed64Field(3, BigInt(nowNs(-500))));
  return envelope(join(textField(1, newName()), bytesField(9, bytesField(1, at, count, counts, bounds), varintField(2, 2))));
};
const fixed64s = (...values: readonly bigint[]): Buffer => join(...values.map((value) => fixed64Field(0, value).subarray(1)));
const oneDouble = (value: number): Buffer => { const bytes = Buffer.alloc(8); bytes.writeDoubleLE(value); return bytes; };

const unknown: readonly Case[] = [
  ...unknownFields.map(([name, bytes]) => one(87, 'MUST', `an unknown field: ${name}`, binary, (t) => join(encodeRequest(t.door.signal, t.good()), bytes), taken)),
  one(87, 'MUST', 'unknown fields before the first known one', binary, (t) => join(...unknownFields.map(([, bytes]) => bytes), encodeRequest(t.door.signal, t.good())), taken),
  one(87, 'POLICY', 'a group in an unknown field', binary, (t) => join(encodeRequest(t.door.signal, t.good()), group), taken),
  spanOf(87, 'MUST', 'unknown fields in a span', () => [...unknownFields.map(([, bytes]) => bytes), bytesField(everyField - 1, Buffer.alloc(1_000))], taken),
  one(87, 'MUST', 'an unknown field of the largest number', binary, (t) => join(encodeRequest(t.door.signal, t.good()), varint((BigInt(2 ** 29 - 1) << 3n) | 0n), varint(1)), taken),
  one(91, 'MUST', 'the reserved field 1000 of a resource\'s envelope', binary, () => bytesField(1, bytesField(1), bytesField(1000, bytesField(1, textField(1, 'old library')))), answered),
  one(91, 'MUST', 'the reserved field 1 of a status', traces, () => envelope(spanBytes(bytesField(15, varintField(1, 2), varintField(3, 1)))), taken),
];

const merged: readonly Case[] = [
  one(88, 'MUST', 'bucket counts packed', metrics, () => histogramBytes(bytesField(6, fixed64s(1n, 2n, 3n)), bytesField(7, oneDouble(1), oneDouble(2))), taken),
  one(88, 'MUST', 'bucket counts unpacked', metrics, () => histogramBytes(join(fixed64Field(6, 1n), fixed64Field(6, 2n), fixed64Field(6, 3n)), join(tag(7, 1), oneDouble(1), tag(7, 1), oneDouble(2))), taken),
  one(88, 'MUST', 'bucket counts packed in two pieces', metrics, () => histogramBytes(join(bytesField(6, fixed64s(1n)), fixed64Field(6, 2n), bytesField(6, fixed64s(3n))), bytesField(7, oneDouble(1), oneDouble(2))), taken),
  spanOf(88, 'MUST', 'a status in two pieces', () => [bytesField(15, textField(2, 'why')), bytesField(15, varintField(3, 2))], taken),
  own(88, 'MUST', 'a status in two pieces is merged', traces, 'code and message are both stored', async (t) => {
    const bytes = spanBytes(bytesField(15, textField(2, 'why')), bytesField(15, varintField(3, 2)));
    t.expect(await t.send(envelope(bytes)), taken);
    const [found] = await t.readBack().spans(bytes.subarray(2, 18).toString('hex'), 1);
    t.demand(found?.status === 'error' && found.statusMessage === 'why', `stored is ${JSON.stringify(found?.status)} ${JSON.stringify(found?.statusMessage)}`);
  }, { needs: ['read-back'] }),
  own(88, 'MUST', 'a name given twice', traces, 'the last counts', async (t) => {
    const bytes = spanBytes(textField(5, 'last'));
    t.expect(await t.send(envelope(bytes)), taken);
    const [found] = await t.readBack().spans(bytes.subarray(2, 18).toString('hex'), 1);
    t.demand(found?.name === 'last', `stored is ${String(found?.name)}`);
  }, { needs: ['read-back'] }),
  one(88, 'MUST', 'a resource in two pieces', binary, () => bytesField(1, bytesField(1, bytesField(1, textField(1, 'a'), bytesField(2, textField(1, 'x')))), bytesField(1, bytesField(1, textField(1, 'b'), bytesField(2, textField(1, 'y'))))), answered),
  one(88, 'MUST', 'fields in any order', traces, () => envelope(join(fixed64Field(8, 1_700_000_000_100_000_000n), textField(5, 'backwards'), fixed64Field(7, 1_700_000_000_000_000_000n), ids())), taken),
  one(89, 'POLICY', 'string_value_strindex outside of profiles', doors(stableSignals, ['protobuf', 'grpc', 'json']), (t) => t.request([t.item()], { resource: { attributes: [attribute('conform', { stringValueStrindex: 3 })] } }), takenPerhapsWarned),
  one(89, 'POLICY', 'key_strindex outside of profiles', doors(stableSignals, ['protobuf', 'grpc', 'json']), (t) => t.request([t.item()], { resource: { attributes: [{ keyStrindex: 3, value: { stringValue: 'x' } }] } }), takenPerhapsWarned),
];

/** A list in a list in a list: only the headers grow, so they are collected from the inside out and turned round. */
function deepBytes(depth: number): Buffer {
  const leaf = varintField(3, 1);
  const headers: Buffer[] = [];
  let size = leaf.length;
  for (let at = 0; at < depth * 2; at++) {
    const header = join(tag(at % 2 === 0 ? 1 : 5, 2), varint(size));
    headers.push(header);
    size += header.length;
  }
  return Buffer.concat([...headers.toReversed(), leaf]);
}
const broken: readonly (readonly [name: string, bytes: () => Uint8Array])[] = [
  ['a group that is not ended', () => tag(everyField, 3)], ['an end of a group alone', () => tag(everyField, 4)], ['field number 0', () => Buffer.from([0, 0])], ['wire type 7', () => Buffer.from([0x0f, 1])],
  ['a varint of eleven bytes', () => Buffer.from('08ffffffffffffffffffff01', 'hex')], ['a tag of eleven bytes', () => Buffer.from('ffffffffffffffffffff01', 'hex')],
  ['a negative length', () => Buffer.from('0affffffffffffffffff01', 'hex')], ['a length of 2^31', () => join(tag(1, 2), varint(2 ** 31))], ['half a 64-bit number', () => join(tag(everyField, 1), Buffer.alloc(3))], ['half a 32-bit number', () => join(tag(everyField, 5), Buffer.alloc(2))],
];

const fuzzRounds = 400;
/** A linear congruence, so that a run can be repeated from its seed. */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
function mutate(bytes: Buffer, random: () => number): Buffer {
  const copy = Buffer.from(bytes);
  const changes = 1 + Math.floor(random() * 8);
  for (let i = 0; i < changes; i++) copy[Math.floor(random() * copy.length)] = Math.floor(random() * 256);
  return random() < 0.2 ? copy.subarray(0, Math.floor(random() * copy.length)) : copy;
}

const hostile: readonly Case[] = [
  ...broken.map(([name, bytes]) => one(90, 'MUST', name, doors(signals, ['protobuf']), (t) => join(encodeRequest(t.door.signal, t.good()), bytes()), badData)),
  one(90, 'POLICY', 'zeros', doors(signals, ['protobuf']), () => Buffer.alloc(100), badData),
  spanOf(90, 'POLICY', 'values 10,000 deep', () => [bytesField(9, textField(1, 'deep'), bytesField(2, deepBytes(10_000)))], turnedDown()),
  spanOf(83, 'MUST', 'text that is not UTF-8', () => [textField(3, 'ok'), bytesField(3, [0xff, 0xfe, 0xfd])], either(badData, turnedDown(), taken)),
  spanOf(83, 'POLICY', 'text that is not UTF-8 is refused', () => [bytesField(3, [0xff, 0xfe, 0xfd])], either(badData, turnedDown())),
  own(90, 'MUST', `${fuzzRounds} mutated requests`, doors(signals, ['protobuf', 'json']), 'success or a permanent refusal each time, and a good request is taken at the end', async (t) => {
    const random = seeded(90);
    for (let round = 0; round < fuzzRounds; round++) {
      const whole = fillRequest(t.door.signal, round);
      const bytes = mutate(t.door.encoding === 'json' ? Buffer.from(JSON.stringify(whole)) : encodeRequest(t.door.signal, whole), random);
      const answer = await t.send(bytes);
      const complaint = settled.judge(answer);
      t.demand(complaint === null, `round ${round} (${bytes.length <= 400 ? bytes.toString('base64') : `${bytes.length} bytes`}): ${complaint ?? ''}`);
    }
    t.expect(await t.send(t.good()), taken);
  }),
  own(90, 'POLICY', 'random bytes, 100 times', doors(signals, ['protobuf']), 'an answer each time', async (t) => {
    for (let round = 0; round < 100; round++) t.expect(await t.send(randomBytes(1 + round * 7)), settled);
  }),
];

/** Members of a stored span that both encodings have to give alike. */
const asStored = async (t: Trial, traceId: string): Promise<string> => JSON.stringify((await t.readBack().spans(traceId, 1)).map((each) => ({ ...each, traceId: '', id: '' })));

const whole: readonly Case[] = [
  ...[0, 1, 2, 3, 4, 5, 6].map((turn) => one(85, 'SHOULD', `every field of every message, turn ${turn}`, doors(stableSignals, ['json', 'protobuf', 'grpc']), (t) => fillRequest(t.door.signal, turn, { 'Metric.name': newName() }), takenPerhapsWarned)),
  own(86, 'MUST', 'JSON, protobuf and gRPC store the same', traces.slice(0, 1), 'equal in every member that is stored', async (t) => {
    const base: Message = (fillRequest('traces', 4).resourceSpans as readonly Message[])[0];
    const stored: string[] = [];
    for (const encoding of ['json', 'protobuf', 'grpc'] as const) {
      if ((encoding === 'grpc' ? t.target.grpc : t.target.http) === null) continue;
      const traceId = newTraceId();
      const request = JSON.parse(JSON.stringify({ resourceSpans: [base] }).replaceAll('c10102030405060708090a0b0c0d0e0f', traceId)) as Message;
      t.expect(await t.sendAs({ signal: 'traces', encoding }, request), takenPerhapsWarned);
      stored.push(await asStored(t, traceId));
    }
    t.demand(stored.every((each) => each === stored[0] && each.length > 10), `stored are ${stored.join(' and ').slice(0, 2_000)}`);
  }, { needs: ['read-back'] }),
  own(86, 'MUST', 'a batch of every encoding is counted alike', doors(stableSignals, ['protobuf']), 'the same answer in JSON and protobuf', async (t) => {
    const request = t.request([t.item(), t.door.signal === 'logs' ? log({ severityNumber: 24 }) : t.item()]);
    const [binaryAnswer, jsonAnswer] = [await t.send(request), await t.sendAs({ signal: t.door.signal, encoding: 'json' }, request)];
    t.demand(JSON.stringify(binaryAnswer.response) === JSON.stringify(jsonAnswer.response), `got ${answerWords(binaryAnswer)} and ${answerWords(jsonAnswer)}`);
  }),
];

export const protobufCases: readonly Case[] = [...unknown, ...merged, ...hostile, ...whole];
