import type { Cause, CauseKind, Evidence, Incident, Node } from '@clew/engine';
import { describe, expect, test } from 'vitest';
import { cause, finding, incident, latencyFinding, onsetMs, pastIncident, world } from '../api/fixture/world.ts';
import { sayCause, sayNext } from './cause.ts';
import { sayEvidence, sayRuledOut } from './evidence.ts';
import { nameOfFeature, saySymptom } from './feature.ts';
import { summarizeIncident } from './incident.ts';
import { makeNames, sayList, sayPlain } from './name.ts';
import { toMarkdown, toText } from './render.ts';
import { tellStory } from './story.ts';

const nodes: readonly Node[] = world.nodes.map(({ node }) => node);
const names = makeNames(nodes);
const told = { incident, findings: [finding, latencyFinding], changes: world.changes, nodes };

describe('names', () => {
  test.each([
    ['service:checkout', 'checkout'], ['service:shop/cart', 'cart'], ['service:shop/other@staging', 'shop/other@staging'], ['user', 'people'],
    ['database:postgresql/payment-db', 'payment-db (postgresql)'], ['database:redis', 'redis'], ['database:redis/0', 'redis 0'], ['queue:kafka/orders', 'queue kafka/orders'], ['host:node-3', 'host node-3'],
    ['external:api.cards.example', 'api.cards.example'], ['operation:checkout|server|POST /a|b', 'checkout POST /a|b'], ['instance:checkout#pod-1', 'checkout instance pod-1'],
    ['edge:service:checkout→database:postgresql/payment-db', 'checkout → payment-db (postgresql)'],
  ])('%s is %s', (id, name) => {
    expect(names.of(id)).toBe(name);
  });

  test('telemetry cannot steer the terminal or break the line', () => {
    expect(sayPlain('a\u001b[31mred\n\tb\u202Ec\u0000')).toBe('a [31mred b c');
    expect(sayPlain('x'.repeat(500))).toHaveLength(120);
  });

  test('lists', () => {
    expect([sayList([]), sayList(['a']), sayList(['a', 'b', 'c']), sayList(['a', 'b', 'c', 'd'])]).toEqual(['nothing', 'a', 'a, b and c', 'a, b and 2 more']);
  });
});

describe('the first sentence', () => {
  test.each([
    [{ feature: 'error_share', observed: 0.12, expected: 0, unit: '1' }, 'Checkout is failing for 12 % of requests'],
    [{ feature: 'latency_p95', observed: 3_500, expected: 50, unit: 'ms' }, 'Checkout is slow: 5 % of requests take over 3,500 ms (normally 50 ms)'],
    [{ feature: 'latency_p50', observed: 10, expected: 50, unit: 'ms' }, 'Checkout is faster than normal (50 → 10 ms)'],
    [{ feature: 'request_rate', observed: 0, expected: 50, unit: '1/s' }, 'Checkout gets no requests (normally 50 a second)'],
    [{ feature: 'request_rate', observed: 900, expected: 50, unit: '1/s' }, 'Checkout gets 900 requests a second (normally 50)'],
    [{ feature: 'queue_lag', observed: 12_000, expected: 20, unit: '{message}' }, 'Checkout has 12,000 messages waiting (normally 20 messages)'],
    [{ feature: 'memory_utilization', observed: 0.97, expected: 0.4, unit: '1' }, 'Memory utilization of checkout is 97 % (normally 40 %)'],
  ])('%o', (reading, sentence) => {
    expect(saySymptom('checkout', reading, false)).toBe(sentence);
  });

  test('and the verdict with it', () => {
    expect(summarizeIncident(incident, nodes)).toBe('Checkout is failing for 12 % of requests since 10:15:23 UTC. Cause: payment-db (postgresql), statement SELECT * FROM orders WHERE customer = ? takes 50 → 3,500 ms; 93 % sure.');
  });

  test('less sure is said less surely', () => {
    const surely = (confidence: number, unknown: number): string => summarizeIncident({ ...incident, explanation: { ...incident.explanation, unknown, causes: [{ ...cause, confidence }] } }, nodes).replace(/^.*UTC\. /, '').slice(0, 26);
    expect([surely(0.6, 0.4), surely(0.45, 0.2), surely(0.3, 0.7)]).toEqual(['Likely cause: payment-db (', 'Possible cause: payment-db', 'Cause: unknown; the eviden']);
  });

  test('unknown is said as such', () => {
    expect(summarizeIncident(pastIncident, nodes)).toBe('Cart was slow: 5 % of requests took over 900 ms (normally 40 ms) from 08:02:03 UTC to 08:18:43 UTC. Cause: unknown; the evidence is not enough. Nearest guess: cart, its own work takes longer; 30 % sure.');
    const nothing: Incident = { ...incident, explanation: { ...incident.explanation, causes: [], unknown: 1 } };
    expect(summarizeIncident(nothing, nodes)).toContain('Cause: unknown; nothing that was looked at explains it.');
    expect(summarizeIncident({ ...nothing, explanation: { ...nothing.explanation, outside: 0.8 } }, nodes)).toContain('Cause: outside of what the telemetry shows.');
  });

  test('recovering is said', () => {
    expect(summarizeIncident({ ...incident, state: 'recovering' }, nodes)).toContain('since 10:15:23 UTC; it is recovering.');
  });
});

describe('causes', () => {
  const kinds: readonly CauseKind[] = [
    'slow', 'errors', 'slow_database', 'database_errors', 'bad_deploy', 'config_change', 'flag_change', 'memory_leak', 'restarts', 'pool_exhausted', 'third_party_slow',
    'third_party_errors', 'consumer_stuck', 'queue_backlog', 'noisy_neighbour', 'host_saturated', 'cpu_saturated', 'disk_full', 'network', 'down', 'overload', 'unknown',
  ];
  const say = (kind: CauseKind, detail: string, evidence: Evidence[] = []): string => sayCause({ ...cause, kind, detail, evidence } satisfies Cause);

  test.each(kinds)('%s reads well with and without its detail, and says what to do', (kind) => {
    for (const said of [say(kind, ''), say(kind, 'so $& it goes')]) expect(said).not.toMatch(/[%[\]]|\s{2}| $/);
    expect(sayNext(kind)).toMatch(/^[A-Z].*\.$/);
  });

  test.each([
    [say('bad_deploy', '2.4.1'), 'version 2.4.1 was deployed'], [say('bad_deploy', ''), 'version was deployed'], [say('flag_change', 'new-ranking = on'), 'a feature flag was changed: new-ranking = on'],
    [say('pool_exhausted', 'orders'), 'its connection pool orders is used up'],
    [say('errors', '', [{ kind: 'error_origin', share: 0.98, errors: 300, operation: 'charge', errorType: 'CardError', traces: [] }]), 'errors begin here (98 % of failing traces fail here first: CardError)'],
    [say('slow', 'render', [{ kind: 'self_time', share: 0.9, beforeMs: 20, afterMs: 900, operation: 'render', traces: [], baselineTraces: [] }]), 'its own work takes longer in render (own time 20 → 900 ms)'],
  ])('%s', (said, wanted) => {
    expect(said).toBe(wanted);
  });
});

describe('evidence', () => {
  const traces = [{ traceId: 'abc', spanId: 'd' }, { traceId: 'def', spanId: 'e' }];
  test.each<[Evidence, string]>([
    [{ kind: 'self_time', share: 0.91, beforeMs: 48, afterMs: 3_490, operation: 'SELECT', traces, baselineTraces: [] }, 'traces spend 91 % of the added time in its own work in SELECT: 48 → 3,490 ms (trace abc and 1 more)'],
    [{ kind: 'error_origin', share: 0.98, errors: 300, operation: '', errorType: '', traces: [] }, '98 % of the failing traces fail here first: 300 errors'],
    [{ kind: 'series', findingId: 'f', entity: 'host:node-3', feature: 'cpu_utilization', subject: '', unit: '1', observed: 0.99, expected: 0.3, onsetMs }, 'CPU utilization of host node-3: 30 → 99 % from 10:15:23 UTC'],
    [{ kind: 'change', changeId: 'c', what: '2.4.0 → 2.4.1', beforeOnsetMs: 25_000 }, '25 s before it began: 2.4.0 → 2.4.1'],
    [{ kind: 'change', changeId: 'c', what: '2.4.0 → 2.4.1', beforeOnsetMs: -25_000 }, '25 s after it began: 2.4.0 → 2.4.1'],
    [{ kind: 'log_template', template: 'pool <*> empty', count: 180, baselineCount: 2, isNew: false, severity: 17, service: 'service:checkout', traces: [] }, 'a burst of a log line of checkout: "pool <*> empty", 180 times (normally 2)'],
    [{ kind: 'co_location', host: 'host:node-3', services: ['service:checkout', 'service:shop/cart'] }, 'host node-3 is shared by checkout and cart'],
    [{ kind: 'downstream_healthy', callees: [] }, 'it calls nothing that could be the reason'],
    [{ kind: 'statement', text: 'SELECT\n 1', beforeMs: 1, afterMs: 2 }, 'statement SELECT 1 takes 1 → 2 ms'],
    [{ kind: 'silence', sinceMs: onsetMs }, 'nothing has been heard of it since 10:15:23 UTC'],
    [{ kind: 'mechanism', of: 'latency', target: 'service:checkout', own: 3_400, low: 3_100, high: 3_600, total: 3_500, callees: 100, traffic: 2 }, 'its own mechanism changed: 3,400 ms of the 3,500 ms that requests of checkout gained (90 % interval 3,100 … 3,600 ms); what it calls explains 100 ms'],
    [{ kind: 'mechanism', of: 'errors', target: 'service:checkout', own: 0.4, low: 0.35, high: 0.45, total: 0.5, callees: 0, traffic: 0 }, 'its own mechanism changed: 40 % of the 50 % more requests of checkout that fail (90 % interval 35 … 45 %); what it calls explains 0 %'],
    [{ kind: 'effect', treatment: 'change', what: '2.4.0 → 2.4.1', of: 'latency', target: 'service:checkout', effect: 3_300, low: 3_000, high: 3_500, adjustedFor: ['service:shop/cart'], refutedBy: null }, '2.4.0 → 2.4.1 had an effect of 3,300 ms on requests of checkout (90 % interval 3,000 … 3,500 ms; adjusted for its load and cart; not refuted)'],
    [{ kind: 'effect', treatment: 'saturation', what: '', of: 'latency', target: 'service:checkout', effect: 300, low: 0, high: 500, adjustedFor: [], refutedBy: 'placebo' }, 'the estimated effect of its fuller resources on checkout was discarded: the same in shuffled order does as much (adjusted for its load)'],
  ])('%o', (evidence, said) => {
    expect(sayEvidence(evidence, names, onsetMs)).toBe(said);
  });

  test('what was ruled out', () => {
    expect(sayRuledOut(incident.explanation.ruledOut[0], names, onsetMs)).toBe('gateway: its trouble comes from checkout');
    expect(sayRuledOut({ entity: 'service:shop/cart', reason: 'not_on_path', because: null, evidence: [{ kind: 'change', changeId: 'c', what: '1 → 2', beforeOnsetMs: 25_000 }] }, names, onsetMs)).toBe('cart: nothing that is in trouble depends on it (25 s before it began: 1 → 2)');
    expect(nameOfFeature('pool_utilization', 'orders')).toBe('utilization of connection pool orders');
    expect(nameOfFeature('pool_pending', '')).toBe('requests that wait for a connection');
    expect(nameOfFeature('brand_new_feature', '')).toBe('brand new feature');
  });
});

test('the whole story', () => {
  expect(toText(tellStory(told))).toBe(`inc-20261122-101523-checkout · open · critical · 1 min 7 s

Checkout is failing for 12 % of requests since 10:15:23 UTC.
Cause: payment-db (postgresql), statement SELECT * FROM orders WHERE customer = ? takes 50 → 3,500 ms; 93 % sure.

THE THREAD
  ○ gateway                  from 10:15:25 UTC
  │
  ○ checkout                 share of failed requests 0.2 → 12 %, from 10:15:23 UTC
  │
  ● payment-db (postgresql)  95th percentile of duration 50 → 3,500 ms, from 10:15:20 UTC  ← cause

WHY WE THINK SO (93 % SURE)
  Statement SELECT * FROM orders WHERE customer = ? takes 50 → 3,500 ms
  Traces spend 91 % of the added time in its own work in SELECT orders: 48 → 3,490 ms (trace 0af7651916cd43dd8448eb211c80319c)
  95th percentile of duration of payment-db (postgresql): 50 → 3,500 ms from 10:15:20 UTC
  25 s before it began: 2.4.0 → 2.4.1
  A new log line of checkout: "query <*> took <*> ms", 180 times
  It calls nothing that could be the reason

WHAT SPEAKS AGAINST IT
  Nothing has been heard of it since 10:15:23 UTC

OTHER CANDIDATES
  5 %  checkout, version 2.4.1 was deployed; nothing speaks against it, but less speaks for it: 1 piece of evidence, 6 for the first
  2 %  something that the data does not show

WHAT ELSE WAS LOOKED AT
  gateway: its trouble comes from checkout
  cart: nothing that is in trouble depends on it

WHO IS AFFECTED
  8 % of requests at the entry fail, 31 % are slower than normal; 2 services: checkout and gateway

TIMELINE
  10:14:58 UTC  change of checkout: 2.4.0 → 2.4.1
  10:15:20 UTC  payment-db (postgresql): 95th percentile of duration 50 → 3,500 ms
  10:15:23 UTC  checkout: share of failed requests 0.2 → 12 %
  10:15:40 UTC  the incident was opened
  10:15:50 UTC  the likely cause became payment-db (postgresql)

WHAT NOW
  Run EXPLAIN on the statement and look at locks: a missing index and a changed plan are the usual reasons.
`);
});

test('what would settle it is said where something is lacking', () => {
  const lacking = { ...incident, explanation: { ...incident.explanation, wouldSettle: [{ kind: 'own_metrics' as const, entities: ['database:postgresql/payment-db'] }, { kind: 'logs' as const, entities: ['service:checkout', 'service:gateway'] }] } };
  expect(tellStory({ ...told, incident: lacking }).sections.find(({ title }) => title === 'What would settle it')?.lines).toEqual([
    'Metrics of payment-db (postgresql) itself: so far only its callers tell of it', 'Logs of checkout and gateway, with their trace ids',
  ]);
});

test('many findings and changes of one place are one line of the timeline', () => {
  const again = { ...finding, id: 'f2', entity: 'operation:checkout|server|POST /checkout', onsetMs: onsetMs - 5_000 };
  const [change] = world.changes;
  const burst = (['kubernetes', 'version', 'scale'] as const).map((kind, i) => ({ ...change, id: `c${i}`, kind, what: `${kind} event`, atMs: change.atMs + i * 1_000 }));
  const { sections } = tellStory({ ...told, findings: [again, finding, latencyFinding], changes: burst });
  expect(sections.find(({ title }) => title === 'Timeline')?.lines.slice(0, 3)).toEqual([
    '10:14:59 UTC  change of checkout: version event (and 2 more)',
    '10:15:20 UTC  payment-db (postgresql): 95th percentile of duration 50 → 3,500 ms',
    '10:15:23 UTC  checkout: share of failed requests 0.2 → 12 % (and 1 more)',
  ]);
});

test('as Markdown nothing of the telemetry becomes markup', () => {
  const hostile = { ...told, nodes: nodes.map((node) => (node.id === 'service:checkout' ? { ...node, name: '<img src=x> [a](http://b) `c`' } : node)) };
  const markdown = toMarkdown(tellStory(hostile));
  expect(markdown).toContain('\\<img src=x\\> \\[a\\]\\(http://b\\) \\`c\\` is failing');
  expect(markdown.match(/```/g)).toHaveLength(2);
  expect(markdown).toContain('### What now\n\n- Run EXPLAIN on the statement');
});
