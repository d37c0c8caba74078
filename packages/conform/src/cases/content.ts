import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { answerWords } from '../answer.ts';
import { doors, everyDoor, everyGrpcDoor, everyHttpDoor, signals } from '../case.ts';
import type { Case, Door } from '../case.ts';
import { frame } from '../client/grpc-frame.ts';
import { one, own } from '../define.ts';
import { encodeRequest } from '../oracle.ts';
import { gzipBomb } from '../telemetry/bomb.ts';
import { bytesField, join } from '../wire.ts';
import type { Trial } from '../trial.ts';
import type { Want } from '../want.ts';
import { answered, code, either, formed, permanent, refused, settled, status, taken, withStatus } from '../want.ts';

const json = doors(signals, ['json']);
const protobuf = doors(signals, ['protobuf']);
const http = everyHttpDoor;
const twoHttp = doors(['traces'], ['json', 'protobuf']);

const typed = (item: number, level: Case['level'], name: string, at: readonly Door[], type: string, want: Want): Case => one(item, level, name, at, (t) => t.good(), want, { headers: { 'content-type': type } });

export const contentTypeCases: readonly Case[] = [
  own(19, 'MUST', 'full success in protobuf is an empty message', protobuf, '200, application/x-protobuf, the message, nothing rejected', async (t) => t.expect(await t.send(t.good()), taken, formed)),
  own(19, 'POLICY', 'full success in protobuf is no bytes', protobuf, 'a body of 0 bytes', async (t) => {
    const answer = await t.send(t.good());
    t.demand(answer.exchange.reply.body.length === 0, `${answer.exchange.reply.body.length} bytes came`);
  }),
  own(20, 'MUST', 'full success in JSON is an object', json, '200, application/json, an object, nothing rejected', async (t) => t.expect(await t.send(t.good()), taken, formed)),
  own(20, 'POLICY', 'full success in JSON is {}', json, 'the body is {}', async (t) => {
    const answer = await t.send(t.good());
    t.demand(JSON.stringify(answer.response) === '{}', `got ${answerWords(answer)}`);
  }),
  typed(21, 'POLICY', 'a charset after the type', json, 'application/json; charset=utf-8', status(200)),
  typed(21, 'POLICY', 'a JSON type in capitals', json, 'Application/JSON', status(200)),
  typed(21, 'POLICY', 'a protobuf type in capitals', protobuf, 'APPLICATION/X-PROTOBUF', status(200)),
  typed(21, 'POLICY', 'a parameter after the protobuf type', protobuf, 'application/x-protobuf; messageType="x"', status(200)),
  typed(22, 'POLICY', 'text/plain', http, 'text/plain', status(415)),
  typed(22, 'POLICY', 'application/protobuf', protobuf, 'application/protobuf', status(200, 415)),
  typed(22, 'POLICY', 'no type', http, '', status(415, 400)),
  typed(22, 'POLICY', 'text/json', json, 'text/json', status(415)),
  typed(24, 'POLICY', 'a type of semicolons', twoHttp, ';;;', permanent),
  one(23, 'MUST', 'a refusal has the type of its request', http, (t) => (t.door.encoding === 'json' ? '{' : Buffer.from([10, 200])), withStatus),
  one(25, 'MUST', 'protobuf called JSON', protobuf, (t) => t.good(), status(400), { headers: { 'content-type': 'application/json' } }),
  one(25, 'MUST', 'JSON called protobuf', json, (t) => t.good(), status(400), { headers: { 'content-type': 'application/x-protobuf' } }),
];

const gzipped = (t: Trial): Buffer => gzipSync(t.door.encoding === 'json' ? JSON.stringify(t.good()) : encodeRequest(t.door.signal, t.good()));
/** Sends bytes as they are, said to be compressed so. */
const encoded = (item: number, level: Case['level'], name: string, at: readonly Door[], compression: string, bytes: (t: Trial) => Buffer, want: Want): Case => one(item, level, name, at, bytes, want, { headers: { 'content-encoding': compression } });
const plain = (t: Trial): Buffer => (t.door.encoding === 'json' ? Buffer.from(JSON.stringify(t.good())) : encodeRequest(t.door.signal, t.good()));
const wrongCrc = (t: Trial): Buffer => {
  const bytes = gzipped(t);
  bytes[bytes.length - 8] ^= 0xff;
  return bytes;
};
/** gRPC with a compressed message, said to be compressed so. */
const framed = (item: number, level: Case['level'], name: string, compression: string, message: (t: Trial) => Buffer, want: Want, at: readonly Door[] = everyGrpcDoor): Case => own(item, level, name, at, want.words, async (t) => {
  t.expect(await t.send(Buffer.alloc(0), { framed: frame(message(t), true), headers: { 'grpc-encoding': compression } }), want);
});

export const compressionCases: readonly Case[] = [
  one(26, 'MUST', 'no compression', everyDoor, (t) => t.good(), taken),
  one(26, 'MUST', 'gzip', everyDoor, (t) => t.good(), taken, { isGzip: true }),
  own(26, 'MUST', 'a gRPC channel that announces gzip and sends plain', everyGrpcDoor, taken.words, async (t) => t.expect(await t.send(t.good(), { headers: { 'grpc-encoding': 'gzip' } }), taken)),
  encoded(26, 'POLICY', 'x-gzip', twoHttp, 'x-gzip', gzipped, taken),
  encoded(26, 'POLICY', 'GZIP in capitals', twoHttp, 'GZIP', gzipped, taken),
  encoded(27, 'POLICY', 'zstd over HTTP', http, 'zstd', (t) => zstdCompressSync(plain(t)), either(taken, refused([415, 400]))),
  encoded(27, 'POLICY', 'deflate over HTTP', http, 'deflate', (t) => deflateSync(plain(t)), either(taken, refused([415, 400]))),
  framed(27, 'POLICY', 'zstd over gRPC', 'zstd', (t) => zstdCompressSync(plain(t)), either(taken, code('UNIMPLEMENTED'))),
  encoded(28, 'POLICY', 'br over HTTP', http, 'br', (t) => brotliCompressSync(plain(t)), refused([415, 400])),
  own(28, 'POLICY', 'an unknown compression over gRPC', everyGrpcDoor, 'UNIMPLEMENTED, with grpc-accept-encoding', async (t) => {
    const answer = await t.send(Buffer.alloc(0), { framed: frame(plain(t), true), headers: { 'grpc-encoding': 'conform' } });
    t.expect(answer, code('UNIMPLEMENTED'));
    const all = { ...answer.exchange.reply.headers, ...answer.exchange.reply.trailers };
    t.demand('grpc-accept-encoding' in all, 'grpc-accept-encoding is missing');
  }),
  encoded(29, 'MUST', 'gzip that is none', http, 'gzip', plain, status(400)),
  encoded(29, 'MUST', 'gzip cut short', http, 'gzip', (t) => { const bytes = gzipped(t); return bytes.subarray(0, bytes.length >> 1); }, status(400)),
  encoded(29, 'MUST', 'gzip with a wrong checksum', http, 'gzip', wrongCrc, status(400)),
  framed(29, 'SHOULD', 'gzip that is none over gRPC is not for retry', 'gzip', plain, permanent),
  framed(29, 'SHOULD', 'gzip cut short over gRPC is not for retry', 'gzip', (t) => { const bytes = gzipped(t); return bytes.subarray(0, bytes.length >> 1); }, permanent),
  encoded(31, 'POLICY', 'two gzip members', twoHttp, 'gzip', (t) => { const whole = plain(t); return join(gzipSync(whole.subarray(0, 20)), gzipSync(whole.subarray(20))); }, taken),
  encoded(31, 'POLICY', 'gzip of gzip', twoHttp, 'gzip, gzip', (t) => gzipSync(gzipped(t)), either(taken, refused([400, 415]))),
  encoded(31, 'POLICY', 'bytes after the gzip member', twoHttp, 'gzip', (t) => join(gzipped(t), Buffer.from('garbage')), either(settled, answered)),
  own(32, 'SHOULD', 'no compressed answer unasked', http, 'no Content-Encoding', async (t) => {
    const answer = await t.send(t.good());
    t.demand(answer.exchange.reply.headers['content-encoding'] === undefined, `Content-Encoding: ${answer.exchange.reply.headers['content-encoding']}`);
  }),
  one(32, 'SHOULD', 'a client that takes gzip', http, (t) => t.good(), taken, { headers: { 'accept-encoding': 'gzip' } }),
  encoded(33, 'POLICY', 'identity', http, 'identity', plain, taken),
  own(33, 'POLICY', 'identity over gRPC', everyGrpcDoor, taken.words, async (t) => t.expect(await t.send(t.good(), { headers: { 'grpc-encoding': 'identity' } }), taken)),
];

const MiB = 1024 * 1024;
/** A good request with an unknown field of so many zeros, which compress to a thousandth. */
const padded = (t: Trial, bytes: number): Buffer => join(encodeRequest(t.door.signal, t.good()), bytesField(4095, Buffer.alloc(bytes)));
const tooLarge = permanent;

const sendBomb = (t: Trial, zeros: number): ReturnType<Trial['send']> => {
  const bytes = gzipBomb(encodeRequest(t.door.signal, t.good()), zeros);
  return t.door.encoding === 'grpc' ? t.send(Buffer.alloc(0), { framed: frame(bytes, true), headers: { 'grpc-encoding': 'gzip' } }) : t.send(bytes, { headers: { 'content-encoding': 'gzip' } });
};
const bomb = (level: Case['level'], name: string, at: readonly Door[], bytesOf: (t: Trial) => number, want: Want, needs: Case['needs']): Case => own(30, level, name, at, want.words, async (t) => t.expect(await sendBomb(t, bytesOf(t)), want), { needs, alone: true });
const overLimit = (t: Trial): number => t.target.limitBytes + 1;

export const bombCases: readonly Case[] = [
  bomb('MUST', 'a small body that inflates beyond the limit', [...protobuf, ...everyGrpcDoor], overLimit, permanent, ['limit']),
  bomb('SHOULD', 'a small body that inflates beyond the limit gets 413', [...protobuf, ...everyGrpcDoor], overLimit, refused([413], ['RESOURCE_EXHAUSTED']), ['limit']),
  bomb('MUST', 'a bomb of 1 GiB', doors(['traces'], ['protobuf', 'grpc']), () => 1024 * MiB - 4096, tooLarge, ['slow']),
  own(30, 'MUST', 'after bombs the receiver lives', doors(['traces'], ['protobuf']), taken.words, async (t) => {
    t.expect(await sendBomb(t, overLimit(t)), permanent);
    t.expect(await t.send(t.good()), taken);
  }, { needs: ['limit'], alone: true }),
  one(48, 'MUST', 'a body over the limit', [...protobuf, ...everyGrpcDoor], (t) => padded(t, overLimit(t)), permanent, { needs: ['limit'], alone: true, timeoutMs: 60_000 }),
  one(48, 'SHOULD', 'a body over the limit gets 413', [...protobuf, ...everyGrpcDoor], (t) => padded(t, overLimit(t)), refused([413], ['RESOURCE_EXHAUSTED']), { needs: ['limit'], alone: true, timeoutMs: 60_000 }),
  one(48, 'SHOULD', 'a JSON body over the limit gets 413', json, (t) => `${JSON.stringify(t.good()).slice(0, -1)},"pad":"${'x'.repeat(t.target.limitBytes)}"}`, refused([413]), { needs: ['limit'], alone: true, timeoutMs: 60_000 }),
  one(48, 'SHOULD', 'a body over the limit in chunks gets 413', protobuf, (t) => padded(t, overLimit(t)), refused([413]), { needs: ['limit'], alone: true, isChunked: true, timeoutMs: 60_000 }),
  one(48, 'POLICY', 'a length far over the limit is refused before the body', protobuf, () => Buffer.alloc(0), refused([413]), { headers: { 'content-length': `${2 ** 40}` }, withholdBody: true }),
  one(48, 'POLICY', 'a body of a quarter of the limit', [...protobuf, ...everyGrpcDoor], (t) => padded(t, t.target.limitBytes >> 2), taken, { alone: true, needs: ['limit'] }),
  own(48, 'SHOULD', 'a gRPC refusal for size does not ask for a retry', everyGrpcDoor, permanent.words, async (t) => t.expect(await t.send(padded(t, overLimit(t)), { timeoutMs: 60_000 }), permanent, code('RESOURCE_EXHAUSTED')), { needs: ['limit'], alone: true }),
  own(48, 'POLICY', 'a gRPC message said to be of 4 GiB', doors(['traces'], ['grpc']), 'refused without waiting for it', async (t) => {
    const answer = await t.send(Buffer.alloc(0), { framed: frame(Buffer.alloc(100), false, 2 ** 32 - 1), keepOpen: true, timeoutMs: 5_000 });
    t.demand(answer.code !== null && answer.code !== 'OK', `got ${answerWords(answer)}`);
  }),
];


