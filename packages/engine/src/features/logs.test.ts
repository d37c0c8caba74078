import { expect, test } from 'vitest';
import type { Pane } from '../model/index.ts';
import { logRows, logsOf, openStory, paneMs, t0, traceId, valueOf } from './fixture/story.ts';
import type { StoryLog } from './fixture/story.ts';
import { maskedWords } from '../base/masked-words.ts';
import { mine, openMiner } from './templates.ts';

function run(records: readonly StoryLog[], last = 0): Pane[] {
  const features = openStory();
  features.add(logRows(logsOf(records)));
  return Array.from({ length: last + 1 }, (_, at) => features.closePane(t0 + at * paneMs));
}

test.each([
  ['user 4711 logged in from 10.0.0.7:443', 'user <*> logged in from <*>'],
  ['order 6f1c2a90-1b2c-4d5e-8f90-123456789abc took 12.5ms', 'order <*> took <*>'],
  ['cannot open "/var/lib/x y.db": EACCES', 'cannot open <*>: EACCES'],
  ['key=0xdeadbeef retries=3 state=open', 'key=<*> retries=<*> state=open'],
  ['no numbers here', 'no numbers here'],
])('maskedWords %s', (text, expected) => {
  expect(maskedWords(text).join(' ')).toBe(expected);
});

test('mine: records that differ in a word share a template, others do not, and the limit holds', () => {
  const miner = openMiner();
  const id = (text: string): string => mine(miner, text, 0, 3).id;
  expect([id('connection to payment lost after retry'), id('connection to inventory lost after retry')]).toEqual(['t1', 't1']);
  expect(miner.groups.get('6 connection')?.[0].words.join(' ')).toBe('connection to <*> lost after retry');
  expect([id('cache miss'), id('out of memory'), id('disk is full now'), id('anything else at all')]).toEqual(['t2', 't3', 'other', 'other']);
  expect(id('cache miss')).toBe('t2');
});

test('an empty or enormous body does no harm', () => {
  const miner = openMiner();
  expect(mine(miner, '   ', 0, 10).words).toEqual(['']);
  expect(mine(miner, 'x '.repeat(100_000), 0, 10).words.length).toBe(60);
});

test('templates: counts, severity, the pane in which they were first seen, traces that show them', () => {
  const [first, second] = run([
    { service: 'shop', at: 1, body: 'order 1 failed', severity: 17, trace: 7, span: 8 },
    { service: 'shop', at: 2, body: 'order 2 failed', severity: 17 },
    { service: 'shop', at: 10_001, body: 'order 3 failed', severity: 17 },
    { service: 'shop', at: 10_002, body: 'all is well' },
  ], 1);
  expect(first.templates).toMatchObject([{ service: 'service:shop', text: 'order <*> failed', severity: 17, count: 2, firstSeenMs: t0, exemplars: [{ traceId: traceId(7) }] }]);
  expect(second.templates.map(({ text, count, firstSeenMs }) => [text, count, firstSeenMs])).toEqual([['order <*> failed', 1, t0], ['all is well', 1, t0 + paneMs]]);
  expect(valueOf(first, 'service:shop', 'error_log_rate')).toBe(0.2);
  expect(valueOf(second, 'service:shop', 'log_rate')).toBe(0.2);
});

test('new templates are told once the service has been writing for 30 panes, and only of WARN and above', () => {
  const records: StoryLog[] = Array.from({ length: 32 }, (_, at) => ({ service: 'shop', at: at * paneMs + 1, body: 'tick' }));
  const panes = run([...records, { service: 'shop', at: 31 * paneMs + 5, body: 'pool exhausted', severity: 13 }, { service: 'shop', at: 31 * paneMs + 6, body: 'just new' }], 31);
  expect(valueOf(panes[29], 'service:shop', 'new_template_rate')).toBeUndefined();
  expect(valueOf(panes[30], 'service:shop', 'new_template_rate')).toBe(0);
  expect(valueOf(panes[31], 'service:shop', 'new_template_rate')).toBe(0.1);
});

test('feature flags: a variant that comes up is a change, told once', () => {
  const flag = (at: number, variant: string, key = 'feature_flag.result.variant'): StoryLog => ({ service: 'shop', at, event: 'feature_flag.evaluation', attributes: { 'feature_flag.key': 'new-ranking', [key]: variant } });
  const panes = run([flag(1, 'off'), flag(10_001, 'off'), flag(20_001, 'on', 'feature_flag.variant'), flag(20_002, 'on'), flag(30_001, 'on')], 3);
  expect(panes.map((pane) => pane.changes.length)).toEqual([0, 0, 1, 0]);
  expect(panes[2].changes).toMatchObject([{ kind: 'feature_flag', entity: 'service:shop', from: 'off', to: 'on', what: 'flag new-ranking = on', atMs: t0 + 20_001 }]);
});

test('deployment, config and Kubernetes events are changes of the service that they name; the same again is not', () => {
  const [pane] = run([
    { service: 'shop', at: 1, body: 'hello' },
    { service: 'cd', at: 2, event: 'deployment.finished', body: 'deployed shop 2.4.1', attributes: { 'deployment.id': 'd1', 'deployment.status': 'succeeded', 'service.name': 'shop' } },
    { service: 'cd', at: 3, event: 'deployment.finished', body: 'deployed shop 2.4.1', attributes: { 'deployment.id': 'd1', 'deployment.status': 'succeeded', 'service.name': 'shop' } },
    { service: 'shop', at: 4, event: 'config.changed', attributes: { 'config.key': 'pool.max', 'config.value': '5' } },
    { service: 'k8s-events', at: 5, body: 'Scaled up replica set', attributes: { 'k8s.event.reason': 'ScalingReplicaSet', 'k8s.object.name': 'shop' } },
    { service: 'shop', at: 6, body: 'deployment of love', attributes: { 'http.route': '/' } },
  ]);
  expect(pane.changes.map(({ kind, entity, what }) => [kind, entity, what])).toEqual([
    ['deployment', 'service:shop', 'deployed shop 2.4.1'], ['config', 'service:shop', 'pool.max 5'], ['scale', 'service:shop', 'ScalingReplicaSet: Scaled up replica set'],
  ]);
});

test('records by the value of what they say besides: tenants, not ids, numbers or how they went', () => {
  const attributes = (tenant: string): StoryLog['attributes'] => ({ 'tenant.id': tenant, 'order.id': 'o1', 'cart.size': 3, outcome: 'failed', 'log.file.name': 'a.log' });
  const [first, second] = run([
    { service: 'shop', at: 1, body: 'order failed', severity: 17, attributes: attributes('a') },
    { service: 'shop', at: 2, body: 'order placed', attributes: attributes('a') },
    { service: 'shop', at: 10_001, body: 'order placed', attributes: attributes('b') },
  ], 1);
  const told = ({ recordValues }: Pane): unknown => recordValues?.map(({ service, key, value, requests, errors, totalMs }) => [service, key, value, requests, errors, totalMs]);
  expect(told(first)).toEqual([['service:shop', 'tenant.id', 'a', 2, 1, 0]]);
  expect(told(second)).toEqual([['service:shop', 'tenant.id', 'b', 1, 0, 0]]);
});
