import { readRequest, writeRequest } from '@clew/otlp';
import { expect, test } from 'vitest';
import { serviceId, serviceIds } from './service-id.ts';
import { toSource } from './source.ts';

test.each<[Record<string, unknown>, string]>([
  [{ 'service.name': 'checkout' }, 'service:checkout'],
  [{ 'service.name': 'checkout', 'service.namespace': 'shop' }, 'service:shop/checkout'],
  [{ 'service.name': 'checkout', 'service.namespace': 'shop', 'deployment.environment.name': 'live', 'deployment.environment': 'old' }, 'service:shop/checkout@live'],
  [{ 'service.name': 'checkout', 'deployment.environment': 'live' }, 'service:checkout@live'],
  [{ 'service.name': 7 }, 'service:7'],
  [{ 'service.name': '' }, 'service:unknown_service'],
  [{}, 'service:unknown_service'],
])('serviceId %j', (attributes, expected) => {
  expect(serviceId(attributes)).toBe(expected);
});

test('serviceIds gives the same by resource of a batch', () => {
  const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
  const span = { traceId: '1'.repeat(32), spanId: '1'.repeat(16) };
  const batch = readRequest('traces', writeRequest('traces', { resourceSpans: [
    { resource: { attributes: [text('service.name', 'a'), text('deployment.environment', 'live')] }, scopeSpans: [{ spans: [span] }] },
    { scopeSpans: [{ spans: [span] }] },
  ] }));
  expect(serviceIds(batch)).toEqual(['service:a@live', 'service:unknown_service']);
});

test('toSource: instance by service.instance.id, else pod, container, host; an SDK fallback name names nobody', () => {
  const of = (attributes: Record<string, string>) => toSource(new Map(Object.entries(attributes)));
  expect(of({ 'service.name': 'a', 'service.instance.id': 'x', 'k8s.pod.uid': 'p', 'k8s.node.name': 'n' })).toMatchObject({ instance: 'instance:a#x', host: 'host:n', places: ['k8s.pod.uid=p'], named: true });
  expect(of({ 'service.name': 'a', 'k8s.pod.uid': 'p' }).instance).toBe('instance:a#p');
  expect(of({ 'service.name': 'a', 'host.name': 'h' }).instance).toBe('instance:a#h');
  expect(of({ 'service.name': 'a' }).instance).toBe('');
  expect(of({ 'service.name': 'unknown_service:node', 'host.name': 'h' })).toMatchObject({ named: false, service: 'service:unknown_service:node', instance: 'instance:~#h' });
});
