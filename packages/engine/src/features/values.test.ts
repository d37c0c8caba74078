import { expect, test } from 'vitest';
import { attributeKeysMax, attributeValuesMax } from './bounds.ts';
import { openStory, panesOf } from './fixture/story.ts';
import type { StorySpan } from './fixture/story.ts';

const server = (id: number, attributes: StorySpan['attributes'], rest: Partial<StorySpan> = {}): StorySpan => ({ service: 'shop', id, trace: id, kind: 'server', name: 'GET /', at: id, ms: 10, attributes, ...rest });

test('requests by the value of what their spans say: tenants, flags, plans; not by ids, addresses or numbers', () => {
  const [pane] = panesOf(openStory(), [
    server(1, { 'tenant.id': 'a', 'app.beta': true, 'http.request.header.x': 'h', 'client.address': '1.2.3.4', 'order.id': 'o1', 'cart.size': 3 }),
    server(2, { 'tenant.id': 'a', 'app.beta': false }, { failed: true, ms: 30 }),
    server(3, { 'tenant.id': 'b' }),
    { service: 'shop', id: 9, trace: 3, parent: 3, kind: 'client', name: 'GET', at: 4, ms: 2, attributes: { 'tenant.id': 'b' } },
  ]);
  expect(pane.values?.map(({ service, key, value, requests, errors, totalMs }) => [service, key, value, requests, errors, Math.round(totalMs)])).toEqual([
    ['service:shop', 'app.beta', 'false', 1, 1, 30], ['service:shop', 'app.beta', 'true', 1, 0, 10],
    ['service:shop', 'tenant.id', 'a', 2, 1, 40], ['service:shop', 'tenant.id', 'b', 1, 0, 10],
  ]);
});

test('a repeated span counts once; of an attribute with too many values the frequent stay, one that is other each time is left out', () => {
  const features = openStory();
  const spans = Array.from({ length: 2_000 }, (_, at) => server(at + 1, { plan: at % 4 === 0 ? `p${at % 7_000}` : `free${at % 3}`, trace_name: `t${at}` }));
  const [pane] = panesOf(features, [...spans, ...spans.slice(0, 50)]);
  const plans = pane.values?.filter(({ key }) => key === 'plan') ?? [];
  expect(plans).toHaveLength(attributeValuesMax);
  expect(plans.filter(({ value }) => value.startsWith('free')).map(({ requests }) => requests)).toEqual([500, 500, 500]);
  expect(pane.values?.some(({ key }) => key === 'trace_name')).toBe(false);
  expect(features.counters.attribute_values_over_limit).toBeGreaterThan(1_000);
});

test('a service with more attributes than are followed keeps the first, and says so', () => {
  const features = openStory();
  const [pane] = panesOf(features, [server(1, Object.fromEntries(Array.from({ length: attributeKeysMax + 5 }, (_, at) => [`app.k${at}`, 'x'])))]);
  expect(pane.values).toHaveLength(attributeKeysMax);
  expect(features.counters.attribute_keys_over_limit).toBe(5);
});
