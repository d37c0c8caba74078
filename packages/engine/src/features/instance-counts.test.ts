import { expect, test } from 'vitest';
import { openStory, panesOf } from './fixture/story.ts';
import type { StorySpan } from './fixture/story.ts';

const server = (id: number, rest: Partial<StorySpan> = {}): StorySpan => ({ service: 'shop', id, trace: id, kind: 'server', name: 'GET /', at: 1, ms: 10, ...rest });

test('requests by instance with what its resource says: version, machine and zone, but nothing that only one process has', () => {
  const resource = (at: number, version = '1.0') => ({ 'service.instance.id': `i${at}`, 'service.version': version, 'k8s.node.name': `n${at}`, 'cloud.availability_zone': 'z', 'process.pid': `${at}` });
  const [pane] = panesOf(openStory(), [server(1, { resource: resource(1) }), server(2, { resource: resource(1), failed: true, ms: 30 }), server(3, { resource: resource(2) }), server(4, { resource: resource(2, '1.1') })]);
  expect(pane.instances?.map(({ instance, requests, errors, totalMs, labels }) => [instance, requests, errors, Math.round(totalMs), labels.find(([key]) => key === 'service.version')?.[1]])).toEqual([
    ['instance:shop#i1', 2, 1, 40, '1.0'], ['instance:shop#i2', 1, 0, 10, '1.0'], ['instance:shop#i2', 1, 0, 10, '1.1'],
  ]);
  expect(pane.instances?.[0].labels).toEqual([['cloud.availability_zone', 'z'], ['host.name', 'n1'], ['service.version', '1.0']]);
  expect(pane.instances?.[0].logSum).toBeCloseTo(Math.log(10) + Math.log(30), 1);
  expect(pane.attributions[0].durations?.filter((_, at) => at % 2 === 1).reduce((sum, count) => sum + count, 0)).toBe(4);
});
