import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { canonical } from '../oracle.ts';
import { fillRequest } from '../telemetry/fill.ts';
import { attribute, exponential, exponentialPoint, gauge, log, point, request, span, text } from '../telemetry/request.ts';
import { makeLinesReadBack } from './otlp-lines.ts';
import { markKey } from './read-back.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-conform-lines-'));
afterEach(() => rmSync(folder, { recursive: true, force: true }));

test('spans, log records and points are found by their keys, and a line that is still being written is no error', async () => {
  const [item, record] = [span({ status: { code: 2, message: 'why' }, attributes: [attribute('n', { intValue: '9007199254740993' }), attribute('m', { kvlistValue: { values: [text('a', 'b')] } })] }), log({ attributes: [text(markKey, 'here')] })];
  writeFileSync(join(folder, 'traces.jsonl'), `${JSON.stringify(request('traces', [item]))}\n${JSON.stringify(request('traces', [span()]))}\n`);
  writeFileSync(join(folder, 'logs.jsonl'), `${JSON.stringify(request('logs', [log(), record]))}\n`);
  writeFileSync(join(folder, 'metrics.jsonl'), `${JSON.stringify(request('metrics', [gauge([point({ flags: 1, asDouble: undefined })], { name: 'g' }), exponential([exponentialPoint()], { name: 'e' })]))}\n`);
  appendFileSync(join(folder, 'traces.jsonl'), '{"resourceSpans":[');
  const back = makeLinesReadBack(folder);
  expect(await back.spans(String(item.traceId), 1)).toMatchObject([{ spanId: item.spanId, status: 'error', statusMessage: 'why', attributes: { n: { intValue: '9007199254740993' }, m: { a: 'b' } }, service: 'conform' }]);
  expect(await back.logs('here', 1)).toMatchObject([{ body: 'conform', severity: 9, timeNs: record.timeUnixNano }]);
  expect(await back.points('g', 1)).toMatchObject([{ noRecordedValue: true, value: null }]);
  expect(await back.points('e', 1)).toMatchObject([{ exponential: { scale: 3, positive: { offset: -2, counts: [1, 2, 2] } } }]);
  const exact = await back.exact('traces', String(item.traceId));
  expect(canonical('traces', exact ?? {})).toBe(canonical('traces', request('traces', [item])));
});

test('two requests mean the same whatever their form, and not when a digit differs', () => {
  const whole = fillRequest('metrics', 1);
  expect(canonical('metrics', JSON.parse(JSON.stringify(whole)) as typeof whole)).toBe(canonical('metrics', whole));
  const of = (asInt: string): string => canonical('metrics', { resourceMetrics: [{ scopeMetrics: [{ metrics: [{ name: 'm', gauge: { dataPoints: [{ asInt }] } }] }] }] });
  expect(of('9007199254740993')).not.toBe(of('9007199254740992'));
  expect(canonical('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a', status: {} }] }] }] })).toBe(canonical('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ name: 'a' }] }] }] }));
});
