import type { Cause, CauseKind, Incident, Node } from '@clew/engine';
import { describe, expect, test } from 'vitest';
import { cause, finding, incident, latencyFinding, onsetMs, pastIncident, world } from '../../server/src/api/fixture/world.ts';
import { causeText, knownCause, nextStep } from './cause.ts';
import { lifeOf } from './event.ts';
import { headline, symptom } from './headline.ts';
import { entityName, namesOf, nodeName, nodeOf } from './name.ts';
import { listed, oneLine, plain, type Tongue } from './piece.ts';
import { toMarkdown, toText } from './render.ts';
import { sentences } from './say.ts';
import { personLine, summarizeIncident, tellStory } from './story.ts';
import { firmnessOf, sureWords, whyLower } from './sure.ts';

const nodes: readonly Node[] = world.nodes.map(({ node }) => node);
const names = namesOf(world.nodes);
const tongue: Tongue = { language: 'en', names, nowMs: onsetMs + 67_000, zone: 'UTC' };
const about = { ...tongue, onsetMs };
const told = { incident, findings: [finding, latencyFinding], changes: world.changes, nodes };
const explained = (rest: Partial<Incident['explanation']>): Incident => ({ ...incident, explanation: { ...incident.explanation, ...rest } });

describe('names', () => {
  test.each([
    ['service:checkout', 'checkout'], ['service:shop/cart', 'cart'], ['service:shop/other@staging', 'other'], ['user', 'users'],
    ['database:postgresql/payment-db', 'payment-db (postgresql)'], ['database:postgresql/orders', 'orders (postgresql)'], ['database:redis', 'redis'], ['database:redis/0', 'redis 0'], ['queue:kafka/orders', 'kafka/orders'], ['host:node-3', 'node-3'],
    ['external:api.cards.example', 'api.cards.example'], ['operation:checkout|server|POST /a|b', 'checkout POST /a|b'], ['instance:checkout#pod-1', 'checkout (pod-1)'],
    ['edge:service:checkout→database:postgresql/orders', 'checkout → orders (postgresql)'],
  ])('%s is %s', (id, name) => {
    expect(entityName(id, names)).toBe(name);
  });
  test('of a part, its node', () => {
    expect(['operation:shop/a|server|GET', 'instance:shop/a#7f', 'edge:service:a→database:b/c', 'host:n1', 'database:redis/0'].map(nodeOf)).toEqual(['service:shop/a', 'service:shop/a', 'service:a', 'host:n1', 'database:redis/0']);
    expect([nodeName({ kind: 'database', name: '0 (redis)', system: 'redis' }), nodeName({ kind: 'user', name: 'user', system: '' })]).toEqual(['redis 0', 'users']);
  });
  test('text from telemetry cannot steer a terminal or break the line', () => {
    expect(oneLine('a\u001b[31mred\n\tb\u202Ec\u0000', 99)).toBe('a [31mred b c');
    expect(oneLine('x'.repeat(500), 120)).toHaveLength(120);
  });
  test('lists', () => {
    const list = (items: string[], language: 'en' | 'zh' = 'en'): string => plain(listed(items, { language }, 3));
    expect([list(['a']), list(['a', 'b', 'c']), list(['a', 'b', 'c', 'd']), list(['a', 'b'], 'zh'), list(['a', 'b', 'c', 'd'], 'zh')]).toEqual(['a', 'a, b and c', 'a, b and 2 more', 'a和b', 'a、b等共 4 个']);
  });
});

describe('the first sentence says what broke, against what is normal, since when', () => {
  const said = (reading: Partial<Incident['headline']>, rest: Partial<Incident> = {}, language: Tongue['language'] = 'en'): string => plain(headline({ ...incident, ...rest, headline: { ...incident.headline, ...reading } }, { ...tongue, language }));
  test.each([
    [said({}), '12 % of requests to checkout fail (normally 0.2 %), since 10:15:23 UTC, 1 min ago.'],
    [said({ feature: 'latency_p95', observed: 3_520.4, expected: 50, unit: 'ms' }), 'p95 latency of checkout is 3.5 s (normally 50 ms), since 10:15:23 UTC, 1 min ago.'],
    [said({ feature: 'latency_p50', observed: 10, expected: 50, unit: 'ms' }), 'Median latency of checkout is 10 ms (normally 50 ms), since 10:15:23 UTC, 1 min ago.'],
    [said({ feature: 'request_rate', observed: 0, expected: 50, unit: '1/s' }), 'checkout receives no requests (normally 50/s), since 10:15:23 UTC, 1 min ago.'],
    [said({ feature: 'request_rate', observed: 912.34, expected: 50, unit: '1/s' }), 'checkout receives 912 requests/s (normally 50), since 10:15:23 UTC, 1 min ago.'],
    [said({ feature: 'queue_lag', observed: 12_345, expected: 20, unit: '{message}' }), '12,300 messages wait unread for checkout (normally 20), since 10:15:23 UTC, 1 min ago.'],
    [said({ feature: 'memory_utilization', observed: 0.97, expected: 0.4 }), 'Memory utilization of checkout is 97 % (normally 40 %), since 10:15:23 UTC, 1 min ago.'],
    [said({ feature: 'new_template_rate', observed: 0, expected: 0, unit: '1/s' }), 'New warnings in the log of checkout, never seen before, since 10:15:23 UTC, 1 min ago.'],
    [said({}, { state: 'recovering' }), '12 % of requests to checkout fail (normally 0.2 %), since 10:15:23 UTC; it is recovering now.'],
    [said({}, { state: 'resolved', resolvedMs: onsetMs + 570_000 }), '12 % of requests to checkout failed (normally 0.2 %), from 10:15:23 UTC to 10:24:53 UTC, for 9 min 30 s.'],
    [said({}, {}, 'zh'), '自 10:15:23 UTC（1 分前）起，checkout 的请求有 12 % 失败（正常 0.2 %）。'],
    [said({ feature: 'request_rate', observed: 0, expected: 50, unit: '1/s' }, {}, 'zh'), '自 10:15:23 UTC（1 分前）起，checkout 没有收到任何请求（正常每秒 50 个）。'],
  ])('%s', (is, wanted) => {
    expect(is).toBe(wanted);
  });
  test('the name is a piece of its own, so that it can be a link and never markup', () => {
    expect(symptom(incident, tongue)).toContainEqual({ entity: 'service:checkout', name: 'checkout' });
  });
});

test('and the verdict with it: cause, number, how sure', () => {
  expect(summarizeIncident(incident, nodes)).toBe('12 % of requests to checkout fail (normally 0.2 %), since 10:15:23 UTC, 1 min ago. Cause: payment-db (postgresql), slow database queries (“SELECT * FROM orders WHERE customer = ?” takes 3.5 s, normally 50 ms); 93 % sure.');
});

test('less sure is said less surely, and certainty is never claimed', () => {
  const surely = (confidence: number, unknown: number): string => summarizeIncident(explained({ unknown, causes: [{ ...cause, confidence }] }), nodes).replace(/^.* ago\. /, '');
  expect([surely(0.6, 0.4), surely(0.45, 0.2), surely(0.3, 0.7), surely(1, 0)].map((each) => each.replace(/“.*”/, ''))).toEqual([
    'Likely cause: payment-db (postgresql), slow database queries ( takes 3.5 s, normally 50 ms); 60 % sure.', 'Possible cause: payment-db (postgresql), slow database queries ( takes 3.5 s, normally 50 ms); 45 % sure.',
    'The cause is not known so far. The best guess is payment-db (postgresql): slow database queries; 30 % sure.', 'Cause: payment-db (postgresql), slow database queries ( takes 3.5 s, normally 50 ms); 99 % sure.',
  ]);
});

test('a second cause that comes near is named with the first, one far behind is not', () => {
  const second = (confidence: number): string => summarizeIncident(explained({ unknown: 0.1, causes: [{ ...cause, confidence: 0.5 }, { ...cause, entity: 'service:shop/cart', kind: 'bad_deploy', confidence }] }), nodes);
  expect(second(0.36)).toMatch(/50 % sure\. It may also be cart: bad deployment; 36 % sure\.$/);
  expect(second(0.14)).toMatch(/50 % sure\.$/);
});

test('unknown is said as such', () => {
  expect(summarizeIncident(pastIncident, nodes)).toContain('The cause is not known so far. The best guess is cart: its own code is slow; 30 % sure.');
  const nothing = explained({ causes: [], unknown: 1 });
  expect(summarizeIncident(nothing, nodes)).toContain('ago. The cause is not known so far.');
  expect(summarizeIncident({ ...nothing, explanation: { ...nothing.explanation, outside: 0.8 } }, nodes)).toContain('The cause seems to lie in something that sends no telemetry here.');
  expect([knownCause(incident)?.kind, knownCause(nothing)]).toEqual(['slow_database', null]);
});

test('what a person said stands beside it', () => {
  const said = (by: string, entity: string): string => personLine({ ...incident, verdict: { cause: entity, atMs: onsetMs + 60_000, by } }, about);
  expect([said('', cause.entity), said('ann', 'service:shop/cart'), personLine(incident, about)]).toEqual(['A person said at 10:16:23 UTC: this was it.', 'ann said at 10:16:23 UTC: it was cart.', '']);
});

describe('causes', () => {
  const kinds = Object.keys(sentences).filter((key) => key.startsWith('cause.') && Object.hasOwn(sentences, key.replace('cause.', 'next.'))).map((key) => key.slice('cause.'.length) as CauseKind);
  const say = (kind: CauseKind, detail: string, evidence: Cause['evidence'] = []): string => causeText({ ...cause, kind, detail, evidence }, tongue);
  test('there is a word for each kind', () => {
    expect(kinds).toHaveLength(22);
  });
  test.each(kinds)('%s reads well with and without its detail, and says what to do', (kind) => {
    for (const said of [say(kind, ''), say(kind, 'so $& it goes')]) expect(said).not.toMatch(/[%[\]{}_]|\s{2}| $|undefined/);
    expect(nextStep(explained({ unknown: 0, causes: [{ ...cause, kind }] }), 'en')).toMatch(/^[A-Z].*\.$/);
  });
  const series = (feature: string, entity: string, observed: number, expected: number, subject = '', unit = '1'): Cause['evidence'][number] => ({ kind: 'series', findingId: '', entity, feature, subject, unit, observed, expected, onsetMs });
  test.each([
    [say('bad_deploy', '2.4.0 → 2.4.1'), 'payment-db (postgresql), bad deployment: 2.4.0 → 2.4.1'],
    [say('pool_exhausted', 'orders', [series('pool_used', 'instance:x#a', 5, 1, 'orders', '{connection}'), series('pool_utilization', 'service:x', 1, 0.1, 'orders')]), 'payment-db (postgresql), connection pool exhausted (connection pool utilization (orders) 100 %, normally 10 %)'],
    [say('errors', 'CardError', [{ kind: 'error_origin', share: 0.98, errors: 300, operation: 'charge', errorType: 'CardError', traces: [] }]), 'payment-db (postgresql), errors start here (98 % of failing requests fail here first: CardError)'],
    [say('slow', 'render', [{ kind: 'self_time', share: 0.9, beforeMs: 20, afterMs: 900, operation: 'render', traces: [], baselineTraces: [] }]), 'payment-db (postgresql), its own code is slow: render (own time per request 900 ms, normally 20 ms)'],
    [say('disk_full', 'host:node-3', [{ kind: 'self_time', share: 0.9, beforeMs: 20, afterMs: 900, operation: '', traces: [], baselineTraces: [] }, series('disk_utilization', 'host:node-3', 1, 0.4)]), 'payment-db (postgresql), disk full: node-3 (disk utilization 100 %, normally 40 %)'],
    [say('memory_leak', 'GET /x', [series('heap_usage', 'service:x', 2e8, 1e8, '', 'By')]), 'payment-db (postgresql), runs out of memory (heap in use 200 MB, normally 100 MB)'],
    [say('down', '(unseen)', [{ kind: 'silence', sinceMs: onsetMs }]), 'payment-db (postgresql), down, does not answer (silent since 10:15:23 UTC)'],
    [say('host_saturated', cause.entity), 'payment-db (postgresql), machine out of capacity'],
  ])('%s', (said, wanted) => {
    expect(said).toBe(wanted);
  });
});

test('how firm an answer is, and why a candidate stands below the first', () => {
  const graded = (confidence: number, pieces: number): string => firmnessOf({ confidence, evidence: cause.evidence.slice(0, pieces) });
  expect([graded(0.93, 4), graded(0.8, 2), graded(0.79, 2), graded(0.49, 5), graded(0.99, 1), graded(0.6, 1)]).toEqual(['firm', 'firm', 'likely', 'thin', 'likely', 'thin']);
  expect(new Set([0.93, 0.62, 0.41].map((confidence) => sureWords({ ...cause, confidence }, 'zh').replace(/\d+/, ''))).size).toBe(3);
  const best = { ...cause, against: [] };
  expect([whyLower({ ...best, confidence: 0.1 }, best, about), whyLower({ ...best, evidence: [cause.evidence[0]] }, best, about), whyLower(best, best, about)].map(plain)).toEqual([
    'Lower because what speaks for it is weaker; nothing speaks against it.', 'Lower because less speaks for it: 1 piece of evidence against 6.', '',
  ]);
  expect(plain(whyLower(cause, cause, about))).toMatch(/^Against it: It has taken no request since 10:15:23 UTC/);
});

test('of what became of it, a severity is told when it is higher than before, a cause when it is another', () => {
  const event = (kind: Incident['timeline'][number]['kind'], subject = ''): Incident['timeline'][number] => ({ atMs: 0, kind, subject });
  const life = lifeOf({ timeline: [event('opened'), event('severity_changed', 'high'), event('severity_changed', 'medium'), event('severity_changed', 'high'), event('cause_changed', 'a'), event('cause_changed', 'a'), event('finding_joined', 'f'), event('severity_changed', 'critical'), event('cause_changed', 'b')] });
  expect(life.map(({ kind, subject }) => `${kind} ${subject}`)).toEqual(['opened ', 'severity_changed high', 'cause_changed a', 'severity_changed critical', 'cause_changed b']);
});

test('the whole story', () => {
  expect(toText(tellStory(told))).toBe(`inc-20261122-101523-checkout · open · severity critical

12 % of requests to checkout fail (normally 0.2 %), since 10:15:23 UTC, 1 min ago.
Cause: payment-db (postgresql), slow database queries (“SELECT * FROM orders WHERE customer = ?” takes 3.5 s, normally 50 ms); 93 % sure.

FROM THE SYMPTOM TO THE CAUSE
  ○ gateway                  10:15:25 UTC (as the first symptom appeared)
  │
  ○ checkout                 error rate 0.2 % → 12 %, 10:15:23 UTC (as the first symptom appeared)
  │
  ● payment-db (postgresql)  p95 latency 50 ms → 3.5 s, 10:15:20 UTC (as the first symptom appeared)  ← cause

WHY WE THINK SO (93 % SURE)
  One call of “SELECT * FROM orders WHERE customer = ?” takes 3.5 s since 10:15:23 UTC, 50 ms before. The time is lost in this statement.
  Each request spends 3.5 s in SELECT orders since 10:15:23 UTC, 48 ms before: 91 % of all added latency. The time is lost there, not in what it calls.
  p95 latency of payment-db (postgresql) rose from 50 ms to 3.5 s at 10:15:20 UTC, as the first symptom appeared. Whoever calls it waits so much longer.
  New version: 2.4.0 → 2.4.1 at 10:14:58 UTC, 25 s before the first symptom. A change just before a fault is its most frequent cause.
  checkout writes a log line that it never wrote before, 180 times since 10:15:23 UTC: “query <*> took <*> ms”. What a program writes as it fails often names the fault.
  It calls nothing else, so that the trouble starts here.

WHAT SPEAKS AGAINST IT
  It has taken no request since 10:15:23 UTC, as the first symptom appeared. Whoever depends on it waits or fails.

WHAT ELSE IT COULD BE
  5 % checkout, bad deployment: 2.4.1. Lower because less speaks for it: 1 piece of evidence against 6.
  2 % something else

WHAT WAS RULED OUT, AND WHY
  gateway: hurt by checkout, on which it depends
  cart: not on the path of any service that is hurt

WHO IS AFFECTED
  8 % of users’ requests failed, 31 % of users’ requests were slow; 2 services: checkout and gateway

TIMELINE
  10:14:58 UTC  −25 s  new version: checkout 2.4.0 → 2.4.1
  10:15:20 UTC  −3 s   payment-db (postgresql): p95 latency 50 ms → 3.5 s
  10:15:23 UTC  0 s    checkout: error rate 0.2 % → 12 %
  10:15:40 UTC  +17 s  incident opened
  10:15:50 UTC  +27 s  most likely cause: payment-db (postgresql)

WHAT NOW
  Run EXPLAIN on the statement and look at locks: a missing index and a changed plan are the usual reasons.

TRACES THAT SHOW IT
  clew query trace 0af7651916cd43dd8448eb211c80319c
`);
  expect(toText(tellStory(told, { language: 'zh' }))).not.toMatch(/undefined|NaN|[{}]/);
});

test('as Markdown nothing of the telemetry becomes markup', () => {
  const hostile = { ...told, nodes: nodes.map((node) => (node.id === 'service:checkout' ? { ...node, name: '<img src=x> [a](http://b) `c`' } : node)) };
  const markdown = toMarkdown(tellStory(hostile));
  expect(markdown).toContain('requests to \\<img src=x\\> \\[a\\]\\(http://b\\) \\`c\\` fail');
  expect(markdown.match(/```/g)).toHaveLength(6);
  expect(markdown).toContain('### What now\n\n- Run EXPLAIN on the statement');
});
