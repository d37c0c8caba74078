import { describe, expect, test } from 'vitest';
import { readMessage } from '@clew/otlp';
import type { Metric, MetricsData } from '@clew/otlp';
import { openReceivers, post } from '../../fixture/receivers.ts';
import type { HttpAnswer, Receivers } from '../../fixture/receivers.ts';
import { encodeV1, encodeV2, pack } from './fixture/written.ts';
import type { TestSeries } from './fixture/written.ts';

const atMs = 1_795_370_900_000;
const types = { 1: 'application/x-protobuf', 2: 'application/x-protobuf;proto=io.prometheus.write.v2.Request' } as const;
const labels = (name: string, more: Readonly<Record<string, string>> = {}) => ({ __name__: name, job: 'shop/checkout', instance: 'a:1', ...more });
const one = (name: string, more: object = {}): TestSeries => ({ labels: labels(name), samples: [{ value: 7, timestamp: atMs }], ...more });

const send = (on: Receivers, version: 1 | 2, body: Uint8Array, headers: Readonly<Record<string, string>> = {}): Promise<HttpAnswer> =>
  post(on.httpPort, '/api/v1/write', { headers: { 'content-type': types[version], 'content-encoding': 'snappy', ...headers }, body: pack(body) });
const writtenOf = ({ headers }: HttpAnswer): readonly unknown[] => ['samples', 'histograms', 'exemplars'].map((each) => Number(headers[`x-prometheus-remote-write-${each}-written`]));

/** Everything in the log, as OTLP. */
async function kept(on: Receivers): Promise<readonly { readonly resource: Readonly<Record<string, unknown>>; readonly scope: string; readonly metric: Metric }[]> {
  const found = [];
  for await (const { body } of on.log.read(1)) {
    for (const group of (readMessage('metrics', body) as MetricsData).resourceMetrics ?? []) {
      const resource = Object.fromEntries((group.resource?.attributes ?? []).map(({ key, value }) => [key, value?.stringValue]));
      for (const { scope, metrics } of group.scopeMetrics ?? []) for (const metric of metrics ?? []) found.push({ resource, scope: `${scope?.name}@${scope?.version ?? ''}`, metric });
    }
  }
  return found;
}
const metricOf = async (on: Receivers, name: string): Promise<Metric> => (await kept(on)).findLast(({ metric }) => metric.name === name)?.metric ?? {};

describe.each([[1, encodeV1], [2, encodeV2]] as const)('remote write %i.0', (version, encode) => {
  test('204 and counts of what was written', async () => {
    const on = await openReceivers();
    const answer = await send(on, version, encode([one('a'), one('b', { exemplars: [{ labels: { trace_id: 'f'.repeat(32) }, value: 1, timestamp: atMs }] }), { labels: labels('h'), histograms: [{ count_int: 1, sum: 2, schema: 3, zero_count_int: 1, timestamp: atMs }] }]));
    expect([answer.status, answer.body.length, writtenOf(answer)]).toEqual([204, 0, [2, 1, 1]]);
    expect(on.intake.counters.totals().metrics).toBe(3);
    expect(on.bugs).toEqual([]);
  });

  test('a write in which single samples are bad is 400 with what was kept, and the counters say why', async () => {
    const on = await openReceivers();
    const answer = await send(on, version, encode([
      one('good'), { ...one(''), labels: { job: 'a' } }, one('early', { samples: [{ value: 1, timestamp: -5 }, { value: 2, timestamp: atMs }] }),
      { labels: [['__name__', 'twice'], ['a', '1'], ['a', '2']], samples: [{ value: 1, timestamp: atMs }] },
      { labels: labels('float'), histograms: [{ count_float: 1.5, zero_count_float: 1.5, sum: 1, schema: 0, timestamp: atMs }] },
      { labels: labels('gauge'), histograms: [{ count_int: 1, zero_count_int: 1, sum: 1, schema: 0, reset_hint: 3, timestamp: atMs }] },
      { labels: labels('fine'), histograms: [{ count_int: 1, zero_count_int: 1, sum: 1, schema: 9, timestamp: atMs }] },
      { labels: labels('wrong'), histograms: [{ count_int: 5, zero_count_int: 1, sum: 1, schema: 0, timestamp: atMs }] },
      { labels: labels('wide'), histograms: [{ count_int: 2, sum: 1, schema: 0, positive_spans: [{ offset: 0, length: 1 }, { offset: 2_000_000_000, length: 1 }], positive_deltas: [1, 0], timestamp: atMs }] },
    ]));
    expect([answer.status, answer.headers['content-type'], writtenOf(answer)]).toEqual([400, 'text/plain; charset=utf-8', [2, 0, 0]]);
    expect(answer.body.toString()).toMatch(/^Kept 2 samples and histograms, refused: 2 × .*__name__.*; 1 × .*1970/);
    const refused = Object.fromEntries(on.intake.counters.signals().metrics.refused.map(({ reason, items }) => [reason, items]));
    expect(refused).toEqual({ 'remote_write.labels': 2, 'remote_write.time': 1, 'remote_write.histogram_float': 1, 'remote_write.histogram_gauge': 1, 'remote_write.histogram_schema': 1, 'remote_write.histogram_shape': 1, 'remote_write.histogram_size': 1 });
    expect((await kept(on)).map(({ metric }) => metric.name)).toEqual(expect.arrayContaining(['good', 'early']));
  });

  test('an exemplar without its sample fails nothing, and is counted', async () => {
    const on = await openReceivers();
    const answer = await send(on, version, encode([one('a'), { labels: labels('b'), exemplars: [{ labels: {}, value: 1, timestamp: atMs }] }]));
    expect([answer.status, writtenOf(answer)]).toEqual([204, [1, 0, 0]]);
    expect(on.intake.counters.signals().metrics.refused).toMatchObject([{ reason: 'remote_write.exemplar_alone', items: 1 }]);
  });

  test('custom buckets are an explicit histogram', async () => {
    const on = await openReceivers();
    await send(on, version, encode([{ labels: labels('h'), histograms: [{ count_int: 6, sum: 9, schema: -53, custom_values: [0.1, 1, 10], positive_spans: [{ offset: 1, length: 1 }, { offset: 1, length: 1 }], positive_deltas: [2, 2], timestamp: atMs }] }]));
    expect((await metricOf(on, 'h')).histogram?.dataPoints).toMatchObject([{ count: '6', sum: 9, explicitBounds: [0.1, 1, 10], bucketCounts: ['0', '2', '0', '4'] }]);
  });

  test('a stale marker is a point without a value, another NaN is a NaN', async () => {
    const on = await openReceivers();
    const body = Buffer.from(encode([one('gone', { samples: [{ value: Number.NaN, timestamp: atMs }] }), one('nan', { samples: [{ value: Number.NaN, timestamp: atMs }] })]));
    // The writer has one NaN; the first of the two is made the stale one, bit by bit.
    body.writeBigUInt64LE(0x7ff0_0000_0000_0002n, body.indexOf(Buffer.from([0, 0, 0, 0, 0, 0, 0xf8, 0x7f])));
    await send(on, version, body);
    expect((await metricOf(on, 'gone')).gauge?.dataPoints).toMatchObject([{ flags: 1 }]);
    expect((await metricOf(on, 'gone')).gauge?.dataPoints?.[0]).not.toHaveProperty('asDouble');
    expect((await metricOf(on, 'nan')).gauge?.dataPoints).toMatchObject([{ asDouble: 'NaN' }]);
  });

  test('scopes and resources of OpenTelemetry are theirs again', async () => {
    const on = await openReceivers();
    await send(on, version, encode([
      { labels: labels('target_info', { host_name: 'node-7', team: 'red' }), samples: [{ value: 1, timestamp: atMs }] },
      { labels: labels('a', { otel_scope_name: 'lib', otel_scope_version: '1.2', otel_scope_kind: 'x', route: '/' }), samples: [{ value: 1, timestamp: atMs }] },
    ]));
    const found = (await kept(on)).find(({ metric }) => metric.name === 'a');
    expect(found).toMatchObject({ scope: 'lib@1.2', resource: { 'service.namespace': 'shop', 'service.name': 'checkout', 'service.instance.id': 'a:1', 'host.name': 'node-7', team: 'red' } });
    expect(found?.metric.gauge?.dataPoints?.[0].attributes).toEqual([{ key: 'route', value: { stringValue: '/' } }]);
  });

  test('the same request again is kept once', async () => {
    const on = await openReceivers();
    for (let i = 0; i < 2; i++) expect((await send(on, version, encode([one('a')]))).status).toBe(204);
    expect(on.log.bounds().last).toBe(1);
  });
});

describe('types', () => {
  const kindOf = ({ sum, gauge }: Metric): string => (sum ? `sum ${sum.isMonotonic === true}` : gauge ? 'gauge' : 'other');
  const metadataTypes = { counter: 1, gauge: 2, histogram: 3, gaugehistogram: 4, summary: 5, info: 6, stateset: 7 } as const;
  test.each([
    ['a_total', null, 'sum true'], ['a', null, 'gauge'], ['a_sum', null, 'gauge'], ['a_count', null, 'gauge'],
    ['a', 'counter', 'sum true'], ['a_total', 'gauge', 'gauge'], ['a_bucket', 'histogram', 'sum true'], ['a_sum', 'summary', 'sum true'], ['a', 'summary', 'gauge'],
    ['a_info', 'info', 'sum false'], ['a', 'stateset', 'sum false'], ['a_bucket', 'gaugehistogram', 'gauge'], ['a_created', 'counter', 'gauge'],
  ] as const)('%s of type %s is %s', async (name, type, kind) => {
    const on = await openReceivers();
    await send(on, 2, encodeV2([one(name, type === null ? {} : { metadata: { type: metadataTypes[type], help: 'h', unit: 'seconds' } })]));
    const metric = await metricOf(on, name);
    expect(kindOf(metric)).toBe(kind);
    if (type !== null) expect(metric).toMatchObject({ description: 'h', unit: 's', metadata: [{ key: 'prometheus.type', value: { stringValue: type } }] });
  });

  test('parts of a classic histogram are known by their buckets, where no type was sent', async () => {
    const on = await openReceivers();
    await send(on, 1, encodeV1([{ labels: labels('h_bucket', { le: '1' }), samples: [{ value: 1, timestamp: atMs }] }, one('h_sum'), one('h_count'), one('other_count')]));
    expect(await Promise.all(['h_bucket', 'h_sum', 'h_count', 'other_count'].map(async (name) => kindOf(await metricOf(on, name))))).toEqual(['sum true', 'sum true', 'sum true', 'gauge']);
  });

  test('version 1: a type and a target that were told in an earlier request hold for the next, of the same source alone', async () => {
    const on = await openReceivers();
    await send(on, 1, encodeV1([], [{ type: 1, metric_family_name: 'requests', help: 'Requests.', unit: '' }]));
    expect(on.log.bounds().last).toBe(0);
    await send(on, 1, encodeV1([{ labels: labels('target_info', { service_version: '3' }), samples: [{ value: 1, timestamp: atMs }] }]));
    await send(on, 1, encodeV1([one('requests')]));
    const found = (await kept(on)).find(({ metric }) => metric.name === 'requests');
    expect([found?.resource['service.version'], kindOf(found?.metric ?? {}), found?.metric.description]).toEqual(['3', 'sum true', 'Requests.']);
  });
});

describe('start times of counters', () => {
  const startOf = async (series: Partial<TestSeries>): Promise<unknown> => {
    const on = await openReceivers();
    await send(on, 2, encodeV2([{ ...one('a_total'), ...series }]));
    return (await metricOf(on, 'a_total')).sum?.dataPoints?.[0].startTimeUnixNano;
  };
  test.each([
    ['of the sample (2.0-rc.4)', { samples: [{ value: 1, timestamp: atMs, start_timestamp: atMs - 5_000 }] }, `${atMs - 5_000}000000`],
    ['of the series (2.0-rc.3)', { created_timestamp: atMs - 9_000 }, `${atMs - 9_000}000000`],
    ['after the sample is none', { created_timestamp: atMs + 1 }, undefined],
    ['that is not sent is none', {}, undefined],
  ])('%s', async (_, series, start) => { expect(await startOf(series)).toBe(start); });
});

describe('refused as a whole', () => {
  const body = encodeV1([one('a')]);
  test.each([['text/plain', 415], ['application/x-protobuf;proto=io.prometheus.write.v3.Request', 415], ['application/json', 415]])('type %s is %i', async (type, status) => {
    const on = await openReceivers();
    expect((await send(on, 1, body, { 'content-type': type })).status).toBe(status);
  });
  test('another compression is 415, none named is snappy', async () => {
    const on = await openReceivers();
    expect((await send(on, 1, body, { 'content-encoding': 'br' })).status).toBe(415);
    expect((await send(on, 1, body, { 'content-encoding': '' })).status).toBe(204);
  });
  test('what is no snappy or no request is 400 in plain text', async () => {
    const on = await openReceivers();
    const headers = { 'content-type': types[1], 'content-encoding': 'snappy' };
    for (const bad of [Buffer.from('nothing'), pack(Uint8Array.of(10, 200))]) {
      const answer = await post(on.httpPort, '/api/v1/write', { headers, body: bad });
      expect([answer.status, answer.headers['content-type']]).toEqual([400, 'text/plain; charset=utf-8']);
    }
    expect(on.bugs).toEqual([]);
  });
  test('symbols that do not begin with the empty one are 400', async () => {
    const on = await openReceivers();
    expect((await send(on, 2, Uint8Array.of(34, 1, 120))).status).toBe(400);
  });
  test('a body that would inflate beyond the limit is 413', async () => {
    const on = await openReceivers({ requestBytesMax: 2_000 });
    expect((await post(on.httpPort, '/api/v1/write', { headers: { 'content-type': types[1] }, body: Buffer.from([0xff, 0xff, 0xff, 0x7f, 0, 0]) })).status).toBe(413);
  });
  test('overload is 503 with Retry-After, and the same write succeeds later', async () => {
    const on = await openReceivers({ receivingBytesMax: 1_024 });
    const holder = on.intake.budget.open();
    holder.take(2_000);
    const answer = await send(on, 1, body);
    expect([answer.status, answer.headers['retry-after']]).toEqual([503, '1']);
    holder.release();
    expect((await send(on, 1, body)).status).toBe(204);
  });
  test('without the token 401', async () => {
    const on = await openReceivers({ token: 'correct-horse' });
    expect((await send(on, 1, body)).status).toBe(401);
    expect((await send(on, 1, body, { authorization: 'Bearer correct-horse' })).status).toBe(204);
  });
  test('GET is 405', async () => {
    const on = await openReceivers();
    expect((await post(on.httpPort, '/api/v1/write', { method: 'GET' })).status).toBe(405);
  });
});
