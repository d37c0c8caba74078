import { describe, expect, test } from 'vitest';
import { incidentMarkdown } from '../incident/markdown.ts';
import type { Evidence, Incident } from '../model.ts';
import { evidenceSentence, ruledOutSentence, templateText } from './evidence.ts';
import { entityName, nodeName, nodeOf } from './entity.ts';
import { headline, knownCause, plain, type Tongue } from './sentence.ts';
import type { Language } from './strings.ts';

const at = (hour: number, minute: number, second = 0): number => new Date(2026, 10, 22, hour, minute, second).getTime();
const names = new Map([['service:shop/checkout', 'checkout'], ['database:postgresql/orders', 'orders (postgresql)'], ['service:shop/payment', 'payment']]);
const tongue = (language: Language): Tongue => ({ language, names, nowMs: at(10, 22) });

const base: Incident = {
  id: 'inc-1', state: 'open', severity: 'critical', onsetMs: at(10, 15, 23), openedMs: at(10, 16), updatedMs: at(10, 20), resolvedMs: null, verdict: null, mergedInto: null,
  headline: { entity: 'service:shop/checkout', feature: 'error_share', observed: 0.12, expected: 0.001, unit: '1' }, findingIds: [], timeline: [],
  blast: { affected: ['service:shop/checkout'], failedShare: 0.03, slowShare: 0 },
  explanation: {
    causes: [{ entity: 'database:postgresql/orders', kind: 'slow_database', detail: 'SELECT 1', confidence: 0.93, evidence: [{ kind: 'change', changeId: 'c', what: '2.4.1', beforeOnsetMs: 25_000 }], against: [], path: [{ entity: 'service:shop/checkout', edge: null, findingIds: [], onsetMs: at(10, 15, 23) }, { entity: 'database:postgresql/orders', edge: null, findingIds: [], onsetMs: null }] }],
    ruledOut: [{ entity: 'service:shop/payment', reason: 'symptom_of_callee', because: 'database:postgresql/orders', evidence: [] }], unknown: 0.07, onsetMs: 0, explainedAtMs: 0,
  },
};
const about = (change: Partial<Incident['headline']>, more: Partial<Incident> = {}): Incident => ({ ...base, ...more, headline: { ...base.headline, ...change } });

describe('the first sentence says what broke and since when', () => {
  test.each([
    [about({}), 'checkout fails for 12 % of requests since 10:15:23.', '自 10:15:23 起，checkout 有 12 % 的请求失败。'],
    [about({ feature: 'latency_p95', observed: 3_520, expected: 50, unit: 'ms' }), 'checkout is slow: p95 duration is 3.5 s instead of 50 ms since 10:15:23.', '自 10:15:23 起，checkout 变慢：p95 耗时为 3.5 秒，正常为 50 ms。'],
    [about({ feature: 'request_rate', observed: 20, expected: 100, unit: '1/s' }), 'checkout receives 80 % less traffic than is normal since 10:15:23.', '自 10:15:23 起，checkout 的流量比正常少 80 %。'],
    [about({ feature: 'request_rate', observed: 0, expected: 100, unit: '1/s' }), 'checkout has gone silent since 10:15:23.', '自 10:15:23 起，checkout 没有了任何流量。'],
    [about({ feature: 'request_rate', observed: 300, expected: 100, unit: '1/s' }), 'checkout receives 3 times its normal traffic since 10:15:23.', '自 10:15:23 起，checkout 的流量是正常的 3 倍。'],
    [about({ feature: 'queue_lag', observed: 900, expected: 3, unit: '{message}' }), 'checkout: messages not yet consumed is 900 instead of 3 since 10:15:23.', '自 10:15:23 起，checkout：未消费的消息为 900，正常为 3。'],
    [about({}, { resolvedMs: at(10, 30) }), 'checkout fails for 12 % of requests from 10:15:23 to 10:30:00.', '10:15:23 至 10:30:00，checkout 有 12 % 的请求失败。'],
  ])('%#', (incident, en, zh) => {
    expect(plain(headline(incident, tongue('en')))).toBe(en);
    expect(plain(headline(incident, tongue('zh')))).toBe(zh);
  });
  test('the name is a piece of its own, so that it can be a link and never markup', () => {
    expect(headline(base, tongue('en'))[0]).toEqual({ entity: 'service:shop/checkout', name: 'checkout' });
  });
});

test('when not knowing is likelier than the best cause, the answer is unknown', () => {
  const weak = { ...base, explanation: { ...base.explanation, unknown: 0.95 } };
  expect(knownCause(base)?.kind).toBe('slow_database');
  expect(knownCause(weak)).toBeNull();
  expect(knownCause({ ...base, explanation: { ...base.explanation, causes: [] } })).toBeNull();
  expect(incidentMarkdown({ incident: weak }, tongue('en'), 'x')).toContain('The cause is unknown so far.');
});

test('every kind of evidence is a sentence in both languages', () => {
  const all: Evidence[] = [
    { kind: 'self_time', share: 0.9, beforeMs: 30, afterMs: 3_400, operation: 'SELECT', traces: [], baselineTraces: [] },
    { kind: 'error_origin', share: 1, errors: 3, operation: 'POST /charge', errorType: 'Timeout', traces: [] },
    { kind: 'error_origin', share: 1, errors: 3, operation: 'POST /charge', errorType: '', traces: [] },
    { kind: 'series', findingId: 'f', entity: 'service:shop/payment', feature: 'pool_pending', subject: 'main', unit: '{request}', observed: 38, expected: 0, onsetMs: at(10, 15) },
    { kind: 'change', changeId: 'c', what: '2.4.1', beforeOnsetMs: -4_000 },
    { kind: 'log_template', template: 'no <*>', count: 9, baselineCount: 0, isNew: true, severity: 17, service: 'service:shop/payment', traces: [] },
    { kind: 'co_location', host: 'host:node-1', services: ['service:shop/payment', 'service:shop/checkout'] },
    { kind: 'downstream_healthy', callees: ['database:postgresql/orders'] }, { kind: 'downstream_healthy', callees: [] },
    { kind: 'statement', text: 'SELECT', beforeMs: 1, afterMs: 2 }, { kind: 'silence', sinceMs: at(10, 1) },
    { kind: 'mechanism', of: 'latency', target: 'service:shop/checkout', own: 3_400, low: 3_100, high: 3_600, total: 3_500, callees: 100, traffic: 0 },
    { kind: 'mechanism', of: 'errors', target: 'service:shop/checkout', own: 0.4, low: 0.3, high: 0.5, total: 0.4, callees: 0, traffic: 0 },
    { kind: 'effect', treatment: 'own', what: '', of: 'latency', target: 'service:shop/checkout', effect: 3_300, low: 3_000, high: 3_500, adjustedFor: ['service:shop/payment'], refutedBy: null },
    ...(['placebo', 'common_cause', 'subset'] as const).map((refutedBy) => ({ kind: 'effect', treatment: 'change', what: '1 → 2', of: 'errors', target: 'service:shop/checkout', effect: 0.1, low: 0, high: 0.3, adjustedFor: [], refutedBy }) as const),
  ];
  for (const language of ['en', 'zh'] as const) for (const each of all) expect(plain(evidenceSentence(each, tongue(language)))).not.toMatch(/[{}]|undefined|NaN|\p{Cc}/u);
  expect(plain(evidenceSentence(all[6], tongue('en')))).toBe('payment, checkout share node-1.');
  expect(plain(evidenceSentence(all[13], tongue('en')))).toBe('The estimated effect of its own doing on checkout is 3.3 s, 90 % interval 3 s to 3.5 s; adjusted for its load, payment, not refuted.');
  expect(plain(ruledOutSentence(base.explanation.ruledOut[0], tongue('en')))).toBe('its trouble comes from orders (postgresql)');
});

test('ids are read by their grammar when no name is known', () => {
  const none = new Map<string, string>();
  expect(['operation:shop/a|server|GET /x|y', 'instance:shop/a#7f', 'edge:service:a→database:b/c', 'host:n1', 'user'].map((id) => entityName(id, none))).toEqual(['shop/a GET /x|y', 'shop/a (7f)', 'a → b/c', 'n1', 'user']);
  expect(['operation:shop/a|server|GET', 'instance:shop/a#7f', 'edge:service:a→database:b/c', 'host:n1', 'database:redis/0'].map(nodeOf)).toEqual(['service:shop/a', 'service:shop/a', 'service:a', 'host:n1', 'database:redis/0']);
  expect(['database:redis/0', 'database:postgresql/orders'].map((id) => entityName(id, new Map()))).toEqual(['redis 0', 'postgresql/orders']);
  expect(nodeName({ kind: 'database', name: '0 (redis)', system: 'redis' })).toBe('redis 0');
  expect(nodeName({ kind: 'database', name: 'orders (postgresql)', system: 'postgresql' })).toBe('orders (postgresql)');
});

test('a log template is searched by the longest words that do not vary', () => {
  expect(templateText('took <*> ms, connection is not available after <*>')).toBe('ms, connection is not available after');
});

test('an incident copies as text in the order of the page', () => {
  expect(incidentMarkdown({ incident: base }, tongue('en'), 'http://here/')).toMatch(/^## checkout fails[\s\S]*\*\*cause: orders \(postgresql\) — slow database\*\* `SELECT 1` \(93 % sure\)[\s\S]*Why we think so[\s\S]*What else we looked at[\s\S]*none of these: 7 %[\s\S]*http:\/\/here\//);
});
