import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredLog } from '@clew/engine';
import { runProgram } from '../../../senders/fixture/program.ts';
import { openTarget } from '../../../senders/fixture/target.ts';
import type { Target } from '../../../senders/fixture/target.ts';

/** One line each, in this order, as these printed it: pino 10.4.0, @elastic/ecs-pino-format 1.5.0, winston 3.19.0, bunyan 2.0.5, structlog 26.1.0, python-json-logger 4.2.0, zap 1.28.0, zerolog 1.35.1, logrus 1.10.2, slog of Go 1.26. */
const logged = fileURLToPath(new URL('../fixture/logged.jsonl', import.meta.url));

let target: Target;
beforeAll(async () => { target = await openTarget(); }, 60_000);
afterAll(() => target.stop());

const url = (): string => `${target.endpoints.http}/v1/logs/jsonlines`;
const post = async (body: string | Uint8Array, headers: Readonly<Record<string, string>> = { 'content-type': 'application/x-ndjson' }, path = '/v1/logs/jsonlines'): Promise<readonly [number, string]> => {
  const answer = await fetch(`${target.endpoints.http}${path}`, { method: 'POST', headers, body: new Uint8Array(Buffer.from(body)) });
  return [answer.status, await answer.text()];
};
const find = async (query: Readonly<Record<string, string | number>>, count: number): Promise<readonly StoredLog[]> => {
  const read = async (): Promise<readonly StoredLog[]> => (await target.ask<{ readonly logs: readonly StoredLog[] }>('/logs', { limit: 1_000, ...query }))?.logs ?? [];
  await expect.poll(async () => (await read()).length, { timeout: 15_000 }).toBe(count);
  return read();
};

test('curl sends what ten loggers printed, and every field is where OTLP has it', async () => {
  const { code, out } = await runProgram('curl', ['-sS', '--data-binary', `@${logged}`, '-H', 'content-type: application/x-ndjson', '-H', 'x-service-name: other', url()]);
  expect([code, JSON.parse(out)]).toEqual([0, { accepted: 10, refused: 0 }]);
  const logs = await find({ text: 'payment failed', from: 1_795_000_000_000, to: 1_796_000_000_000 }, 10);
  const of = (ns: string): StoredLog => logs.find(({ timeNs }) => timeNs === ns) ?? logs[0];
  const stack = 'TypeError: card declined\n    at pay (pay.js:3:9)';
  const exception = { 'exception.type': 'TypeError', 'exception.message': 'card declined', 'exception.stacktrace': stack };
  const row = (log: StoredLog) => ({ service: log.service, severity: log.severity, severityText: log.severityText, body: log.body, attributes: log.attributes });
  const common = { service: 'service:checkout', body: 'payment failed' };

  const pino = of('1795370855756000000');
  expect(row(pino)).toEqual({ ...common, severity: 17, severityText: '50', attributes: { pid: 19442, order: 17, ...exception } });
  expect([pino.traceId, pino.spanId, pino.resource.attributes['host.name']]).toEqual(['4bf92f3577b34da6a3ce929d0e0e4736', '00f067aa0ba902b7', 'vm']);
  const ecs = of('1795370855763000000');
  expect(row(ecs)).toEqual({ ...common, severity: 13, severityText: 'warn', attributes: { 'process.pid': 19442, 'ecs.version': '8.10.0', 'event.dataset': 'checkout', http: { request: { method: 'POST' } }, ...exception } });
  expect(ecs.resource.attributes).toEqual({ 'service.name': 'checkout', 'service.version': '2.4.1', 'host.name': 'vm' });
  expect(row(of('1795370855780000000'))).toEqual({ ...common, severity: 13, severityText: 'warn', attributes: { order: 17 } });
  expect(row(of('1795370855813000000'))).toMatchObject({ ...common, severity: 21, severityText: '60', attributes: { order: 17, pid: 19442 } });
  expect(row(of('1795370883350793000'))).toEqual({ ...common, severity: 17, severityText: 'error', attributes: { order: 17 } });
  expect(row(of('1795370883362000000'))).toEqual({ service: 'service:other', body: 'payment failed', severity: 17, severityText: 'ERROR', attributes: { name: 'shop.pay', order: 17, 'exception.stacktrace': expect.stringContaining('ValueError: card declined') } });
  const zap = logs.find(({ scope }) => scope.name === 'pay');
  expect(zap?.timeMs).toBeCloseTo(1_795_370_903_424.24, 1);
  expect(row(zap ?? logs[0])).toEqual({ service: 'service:other', body: 'payment failed', severity: 17, severityText: 'error', attributes: { order: 17, 'exception.message': 'card declined' } });
  expect(row(of('1795370903427831882'))).toEqual({ ...common, severity: 17, severityText: 'ERROR', attributes: { order: 17 } });
  expect(logs.filter(({ timeNs }) => timeNs === '1795370903000000000').map(({ severityText }) => severityText).toSorted()).toEqual(['error', 'warn']);
}, 60_000);

describe('bad lines', () => {
  test('are refused by number, and the others are kept', async () => {
    const [status, text] = await post('{"message":"line one of bad"}\n\n{"message":\n[1]\n"text"\n{"message":"line six of bad"}');
    expect([status, JSON.parse(text)]).toEqual([200, { accepted: 2, refused: 3, errors: [
      { line: 3, reason: 'the line is not JSON' }, { line: 4, reason: 'the line is JSON, but no object' }, { line: 5, reason: 'the line is JSON, but no object' },
    ] }]);
    await find({ text: 'of bad' }, 2);
    expect((await target.refused() as { readonly reason: string }[]).map(({ reason }) => reason)).toEqual(expect.arrayContaining(['json_lines.json', 'json_lines.object']));
  });
  test('a request of bad lines only is 400', async () => { expect((await post('nothing\nof this'))[0]).toBe(400); });
  test('an empty request is fine', async () => { expect(await post('')).toEqual([200, '{"accepted":0,"refused":0}\n']); });
  test('what is not UTF-8 is 400', async () => { expect((await post(Uint8Array.of(0x7b, 0xff)))[0]).toBe(400); });
  test('another type is 415', async () => { expect((await post('x', { 'content-type': 'text/csv' }))[0]).toBe(415); });
});

test('Fluent Bit: a list, gzip, its own `date`; long integers keep every digit', async () => {
  const body = gzipSync(JSON.stringify([{ date: 1_795_370_900.25, log: 'from fluent bit', id: 0 }]).replace('"id":0', '"id":9007199254740993'));
  expect(await post(body, { 'content-type': 'application/json', 'content-encoding': 'gzip' })).toEqual([200, '{"accepted":1,"refused":0}\n']);
  const [log] = await find({ text: 'from fluent bit', from: 1_795_000_000_000, to: 1_796_000_000_000 }, 1);
  expect(log).toMatchObject({ timeNs: '1795370900250000000', severity: 0 });
  expect(JSON.stringify(log.attributes)).toContain('9007199254740993');
});

test('Loki: labels, metadata, and a line that stays a text', async () => {
  const push = JSON.stringify({ streams: [{ stream: { service_name: 'cart', level: 'warn', pod: 'cart-1' }, values: [['1795370900000000001', '{"a":1} from loki', { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', user: 'u' }]] }] });
  expect(await post(push, { 'content-type': 'application/json' }, '/loki/api/v1/push')).toEqual([204, '']);
  const [log] = await find({ text: 'from loki', from: 1_795_000_000_000, to: 1_796_000_000_000 }, 1);
  expect(log).toMatchObject({ service: 'service:cart', severity: 13, body: '{"a":1} from loki', timeNs: '1795370900000000001', traceId: '4bf92f3577b34da6a3ce929d0e0e4736', attributes: { pod: 'cart-1', user: 'u' } });
  const [status, words] = await post(JSON.stringify({ streams: [{ stream: {}, values: [['x', 'y']] }] }), { 'content-type': 'application/json' }, '/loki/api/v1/push');
  expect([status, words]).toEqual([400, expect.stringMatching(/streams\[0\]\.values\[0\]/)]);
});
