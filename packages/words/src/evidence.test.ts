import type { Change, Evidence, Finding, RuledOut } from '@clew/engine';
import { describe, expect, test } from 'vitest';
import { againstSentence, evidenceSentence, seriesOf, tellEvidence, templateText, type About } from './evidence.ts';
import { plain, type Piece } from './piece.ts';
import { groupRuledOut, ruledOutSentence, seenThere } from './ruled-out.ts';
import { missingSentence } from './settle.ts';
import { statisticSentence } from './statistics.ts';

const onsetMs = Date.UTC(2026, 10, 22, 14, 3, 10);
const names = new Map([['service:shop/checkout', 'checkout'], ['service:shop/cart', 'cart'], ['database:postgresql/orders', 'orders (postgresql)']]);
const change: Change = { id: 'c1', kind: 'deployment', entity: 'service:shop/cart', atMs: onsetMs - 25_000, what: '2.4.0 → 2.4.1', from: '', to: '' };
const line = { id: 'f-line', text: 'pool <*> is empty' } as Finding;
const about: About = { language: 'en', names, nowMs: onsetMs + 600_000, zone: 'UTC', onsetMs, changes: [change], findings: [line] };

const series = (rest: Partial<Extract<Evidence, { kind: 'series' }>> = {}): Evidence => ({ kind: 'series', findingId: 'f', entity: 'service:shop/cart', feature: 'latency_p95', subject: '', unit: 'ms', observed: 1_812.345, expected: 40.1234, onsetMs, ...rest });
const all: readonly (readonly [Evidence, string])[] = [
  [{ kind: 'self_time', share: 0.9123, beforeMs: 2.7654, afterMs: 1_467.2, operation: 'GET /cart', traces: [], baselineTraces: [] }, 'Each request spends 1.5 s in GET /cart since 14:03:10 UTC, 2.77 ms before: 91 % of all added latency. The time is lost there, not in what it calls.'],
  [{ kind: 'self_time', share: 1, beforeMs: 2, afterMs: 90, operation: '→ database:postgresql/orders', traces: [], baselineTraces: [] }, 'Each request spends 90 ms in the way to orders (postgresql) since 14:03:10 UTC, 2 ms before: 100 % of all added latency. The time is lost there, not in what it calls.'],
  [{ kind: 'error_origin', share: 0.98, errors: 5_936, operation: 'SELECT bookings', errorType: 'ConnectionError', traces: [] }, '98 % of failing requests fail here first since 14:03:10 UTC, in SELECT bookings: 5,940 errors of type ConnectionError. Everything above only passes the error on.'],
  [{ kind: 'error_origin', share: 1, errors: 1, operation: '(unseen)', errorType: '', traces: [] }, '100 % of failing requests fail here first since 14:03:10 UTC, because it did not answer: 1 error. Everything above only passes the error on.'],
  [series(), 'p95 latency of cart rose from 40.1 ms to 1.8 s at 14:03:10 UTC, as the first symptom appeared. Whoever calls it waits so much longer.'],
  [series({ entity: 'host:node-3', feature: 'disk_utilization', unit: '1', observed: 0.9987, expected: 0.381, onsetMs: onsetMs - 180_000 }), 'Disk utilization of node-3 rose from 38 % to 100 % at 14:00:10 UTC, 3 min before the first symptom. On a full disk every write fails.'],
  [series({ feature: 'request_rate', unit: '1/s', observed: 0, expected: 12.8333 }), 'Request rate of cart fell from 12.8/s to 0/s at 14:03:10 UTC, as the first symptom appeared. Its requests no longer arrive, or it no longer answers.'],
  [series({ feature: 'queue_lag', subject: 'parcel', unit: '{message}', observed: 541.3, expected: -132 }), 'Unread messages (parcel) of cart rose from 0 to 541 at 14:03:10 UTC, as the first symptom appeared. Messages come in faster than they are read.'],
  [series({ findingId: 'f-line', feature: 'log_template', subject: 't5', unit: '{record}', observed: 9, expected: 0, onsetMs: onsetMs + 20_000 }), 'Log line “pool <*> is empty” of cart first appeared at 14:03:30 UTC, 20 s after the first symptom: 9 in 10 s, none before. What a program writes as it fails often names the fault.'],
  [{ kind: 'change', changeId: 'c1', what: '2.4.0 → 2.4.1', beforeOnsetMs: 25_000 }, 'Deployment: 2.4.0 → 2.4.1 at 14:02:45 UTC, 25 s before the first symptom. A change just before a fault is its most frequent cause.'],
  [{ kind: 'change', changeId: 'gone', what: 'flag new-ranking = on', beforeOnsetMs: -25_000 }, 'Flag new-ranking = on at 14:03:35 UTC, 25 s after the first symptom: it came later, so that it need not be the cause.'],
  [{ kind: 'change', changeId: 'gone', what: 'flag new-ranking = on', beforeOnsetMs: 2_000 }, 'Flag new-ranking = on at 14:03:08 UTC, as the first symptom appeared. A change at the moment of a fault is its most frequent cause.'],
  [{ kind: 'log_template', template: 'query <*> took <*> ms', count: 1_049, baselineCount: 0, isNew: true, severity: 17, service: 'service:shop/cart', traces: [] }, 'cart writes a log line that it never wrote before, 1,050 times since 14:03:10 UTC: “query <*> took <*> ms”. What a program writes as it fails often names the fault.'],
  [{ kind: 'log_template', template: 'slow', count: 1, baselineCount: 0.2, isNew: false, severity: 13, service: 'service:shop/cart', traces: [] }, 'cart writes “slow” 1 time since 14:03:10 UTC, normally 0.2 times in as long. What a program writes as it fails often names the fault.'],
  [{ kind: 'co_location', host: 'host:node-3', services: ['service:shop/cart', 'service:shop/checkout'] }, 'cart and checkout share node-3 and got worse there at 14:03:10 UTC: one machine explains them together.'],
  [{ kind: 'co_location', host: 'host:node-3', services: ['service:shop/cart'] }, 'cart runs on node-3 and got worse there at 14:03:10 UTC.'],
  [{ kind: 'downstream_healthy', callees: ['database:postgresql/orders'] }, 'What it calls stayed within its normal range (orders (postgresql)), so that the trouble starts here.'],
  [{ kind: 'downstream_healthy', callees: [] }, 'It calls nothing else, so that the trouble starts here.'],
  [{ kind: 'statement', text: 'SELECT *\n FROM orders', beforeMs: 50, afterMs: 3_490 }, 'One call of “SELECT * FROM orders” takes 3.5 s since 14:03:10 UTC, 50 ms before. The time is lost in this statement.'],
  [{ kind: 'silence', sinceMs: onsetMs + 10_000 }, 'It has taken no request since 14:03:20 UTC, 10 s after the first symptom. Whoever depends on it waits or fails.'],
  [{ kind: 'attribute', service: 'service:shop/cart', key: 'service.version', value: '2.4.1', of: 'errors', inside: 0.412, outside: 0.003, count: 412, requests: 1_003 }, '41 % of requests of cart with version 2.4.1 fail since 14:03:10 UTC, 0.3 % of the others (412 of 1,000 requests). The fault follows that difference.'],
  [{ kind: 'attribute', service: 'service:shop/cart', key: 'host.name', value: 'node-3', of: 'latency', inside: 859.123, outside: 321, count: 176, requests: 176 }, 'Requests of cart on machine node-3 take 859 ms since 14:03:10 UTC, the others 321 ms (176 requests). The fault follows that difference.'],
  [{ kind: 'attribute', service: 'service:shop/cart', key: 'tenant', value: 'acme', of: 'records', inside: 0.2, outside: 0, count: 2, requests: 10 }, '20 % of log records of cart with tenant=acme report an error since 14:03:10 UTC, 0 % of the others (2 of 10 records). The fault follows that difference.'],
  [{ kind: 'attribute', service: 'service:shop/cart', key: 'instance', value: 'cart-7f', of: 'silence', inside: 0, outside: 37, count: 0, requests: 0 }, 'cart has taken 0 requests on instance cart-7f since 14:03:10 UTC, 37 elsewhere. That part of it has stopped.'],
  [{ kind: 'mechanism', of: 'latency', target: 'service:shop/checkout', own: 3_400, low: 3_100, high: 3_600, total: 3_500, callees: 100, traffic: 300 }, 'Of 3.5 s that requests of checkout gained since 14:03:10 UTC, 3.4 s started here and 100 ms in what it calls, 300 ms with more traffic.'],
  [{ kind: 'mechanism', of: 'errors', target: 'service:shop/checkout', own: 1.4, low: 0.3, high: 10.2, total: 0.95, callees: -0.2, traffic: 0 }, 'Since 14:03:10 UTC, 95 % more of the requests of checkout fail: 95 % because of this node, 0 % because of what it calls.'],
];

describe('what was seen, against what, since when, and why it matters', () => {
  test.each(all)('%j', (evidence, said) => {
    expect(plain(evidenceSentence(evidence, about))).toBe(said);
  });
});

const statistics: readonly Evidence[] = [
  { kind: 'effect', treatment: 'own', what: '', of: 'latency', target: 'service:shop/checkout', effect: 3_333.33, low: 3_000, high: 3_512.3, adjustedFor: ['service:shop/cart'], refutedBy: null },
  { kind: 'effect', treatment: 'saturation', what: '', of: 'errors', target: 'service:shop/checkout', effect: 1.1, low: 0.88, high: 1.2, adjustedFor: [], refutedBy: null },
  ...(['placebo', 'common_cause', 'subset'] as const).map((refutedBy): Evidence => ({ kind: 'effect', treatment: 'change', what: '1 → 2', of: 'errors', target: 'service:shop/checkout', effect: 0.1, low: 0, high: 0.3, adjustedFor: [], refutedBy })),
  { kind: 'graph_pattern', share: 1 },
];

/** What a sentence must never hold: ids of ours, what is no number, more digits than anybody reads, holes that nobody filled. */
const forbidden = [/\b(service|database|host|edge|operation|instance|queue|external|zone):/, /\bt\d+\b/, /NaN|undefined|Infinity|null/, /[{}]|\p{Cc}/u, /\d\.\d{3,}|[1-9]\d[.]\d\d|[1-9]\d\d[.]\d/, / {2}|\( |^ | $/];

test.each(['en', 'zh'] as const)('no sentence holds ids, broken numbers or more than three digits that matter, in %s', (language) => {
  const told = [...all.map(([each]) => each), ...statistics].flatMap((each): Piece[][] => [evidenceSentence(each, { ...about, language }), againstSentence(each, { ...about, language }), evidenceSentence(each, { ...about, language, findings: [], changes: [], names: new Map() })]);
  for (const pieces of told) for (const pattern of forbidden) expect(plain(pieces)).not.toMatch(pattern);
});

test('statistics stand apart from what was seen, with a share of requests never above all of them', () => {
  expect(plain(statisticSentence(statistics[1] as never, about))).toBe('Estimated effect of its fuller resources on the errors of checkout: 100 %, 90 % interval 88 % to 100 %, with its load held equal; three attempts to refute it failed.');
  const { facts, statistics: models } = tellEvidence([...statistics, all[4][0], all[24][0]], about);
  expect(facts.map(({ evidence: { kind } }) => kind)).toEqual(['series', 'mechanism']);
  expect(models).toHaveLength(statistics.length + 1);
});

test('what measures the same is told once, by the node itself, with how many more say so', () => {
  const pool = (entity: string, feature: string): Evidence => series({ entity, feature, subject: 'orders', unit: '{connection}', observed: 5, expected: 1 });
  const { facts } = tellEvidence([pool('instance:shop/cart#a', 'pool_used'), pool('service:shop/cart', 'pool_used'), pool('instance:shop/cart#a', 'pool_pending'), series()], about);
  expect(facts.map(({ pieces, more }) => [plain(pieces), more])).toEqual([
    ['Pool connections in use (orders) of cart rose from 1 to 5 at 14:03:10 UTC, as the first symptom appeared. When no connection is free, requests wait for one. 2 more series say the same.', 2],
    [all[4][1], 0],
  ]);
  const machine = tellEvidence([{ kind: 'co_location', host: 'host:n', services: ['service:a', 'service:b'] }, { kind: 'co_location', host: 'host:n', services: ['service:b', 'service:c'] }], about);
  expect(machine.facts.map(({ pieces }) => plain(pieces))).toEqual(['a, b and c share n and got worse there at 14:03:10 UTC: one machine explains them together.']);
});

test('a log line whose words are not known is not called by its id', () => {
  expect(seriesOf(series({ feature: 'log_template', subject: 't5' }) as never, { ...about, findings: [] })).toBe('log line');
  expect(templateText('took <*> ms, connection is not available after <*>')).toBe('ms, connection is not available after');
});

test('against a cause: what it leaves unexplained, or what it follows from', () => {
  expect(plain(againstSentence(all[0][0], about))).toBe('GET /cart, behind its connection pool, takes 1.5 s since 14:03:10 UTC, 2.77 ms before: connections are held that long, so that the full pool follows from it.');
  expect(plain(againstSentence(series(), about))).toBe('p95 latency of cart went from 40.1 ms to 1.8 s at 14:03:10 UTC, as the first symptom appeared, but cart does not depend on it: this cause leaves that unexplained.');
});

test.each<[RuledOut['reason'], string | null, string]>([
  ['symptom_of_callee', 'database:postgresql/orders', 'hurt by orders (postgresql), on which it depends'], ['symptom_of_callee', null, 'hurt by something on which it depends'],
  ['within_normal', null, 'all measurements within their normal range'], ['after_onset', 'service:shop/cart', 'changed only after the first symptom'], ['not_on_path', null, 'not on the path of any service that is hurt'],
  ['no_trace_share', 'service:shop/cart', 'hurt too, but not where it starts: traces show no added time of its own and no first error there'], ['traffic_explains', 'service:shop/cart', 'only less or more traffic, because of cart'], ['traffic_explains', null, 'only less or more traffic'],
])('ruled out as %s because of %s', (reason, because, said) => {
  expect(plain(ruledOutSentence({ reason, because }, about))).toBe(said);
});

test('what was ruled out for one reason is one line, with what was seen of one', () => {
  const out = (entity: string, reason: RuledOut['reason'], because: string | null = null, evidence: Evidence[] = []): RuledOut => ({ entity, reason, because, evidence });
  expect(groupRuledOut([out('a', 'within_normal'), out('b', 'symptom_of_callee', 'x'), out('c', 'within_normal', 'y'), out('d', 'symptom_of_callee', 'z')]).map(({ all: same }) => same.map(({ entity }) => entity).join())).toEqual(['a,c', 'b', 'd']);
  expect([seenThere(out('a', 'no_trace_share', null, [series()]), about), seenThere(out('a', 'after_onset', null, [{ kind: 'change', changeId: 'c', what: '1.0.1 → 2', beforeOnsetMs: -60_000 }]), about), seenThere(out('a', 'within_normal'), about)])
    .toEqual(['p95 latency 40.1 ms → 1.8 s at 14:03:10 UTC', '1.0.1 → 2, 1 min after the first symptom', '']);
});

test('what would settle it names whom it is about', () => {
  expect(plain(missingSentence({ kind: 'own_metrics', entities: ['database:postgresql/orders'] }, about))).toBe('metrics of orders (postgresql) itself: so far only its callers report on it');
  expect(plain(missingSentence({ kind: 'logs', entities: ['service:shop/cart', 'service:shop/checkout'] }, about))).toBe('logs of cart and checkout, with their trace ids');
  expect(plain(missingSentence({ kind: 'later' as never, entities: ['host:n'] }, about))).toBe('later: n');
});
