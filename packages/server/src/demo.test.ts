import { fileURLToPath } from 'node:url';
import { expect, onTestFinished, test } from 'vitest';
import type { DemoResponse } from './api/types.ts';
import { makeDemo } from './demo.ts';

function setUp(endpoint = 'http://127.0.0.1:1') {
  const states: DemoResponse[] = [];
  const failures: string[] = [];
  const demo = makeDemo({ program: fileURLToPath(new URL('fixture/fake-shop.ts', import.meta.url)), endpoint, grpcEndpoint: endpoint, token: null, story: 'slow-database', onChange: (state) => states.push(state), onFailure: (reason) => failures.push(reason) });
  onTestFinished(() => demo.close());
  return { demo, states, failures };
}

test('off, then live with its faults, one planted and cleared, off again', async () => {
  const { demo, states, failures } = setUp();
  expect(demo.state()).toEqual({ state: 'off', progress: 0, faults: [] });
  await demo.start();
  await demo.start();
  await expect.poll(() => demo.state(), { timeout: 20_000 }).toMatchObject({ state: 'live', faults: [{ name: 'slow-database', active: false }] });
  demo.plant('slow-database');
  await expect.poll(() => demo.state().faults[0]).toMatchObject({ active: true, startedMs: 5 });
  expect(() => demo.plant('no-such-fault')).toThrow(expect.objectContaining({ code: 'unknown_fault' }));
  demo.clear();
  await expect.poll(() => demo.state().faults[0]).toMatchObject({ active: false, startedMs: null });
  await demo.stop();
  expect(demo.state().state).toBe('off');
  expect(states.at(-1)?.state).toBe('off');
  expect(failures).toEqual([]);
});

test('faults cannot be planted while it is off', () => {
  const { demo } = setUp();
  expect(() => demo.plant('slow-database')).toThrow(expect.objectContaining({ code: 'demo_off' }));
  expect(() => demo.clear()).toThrow(expect.objectContaining({ code: 'demo_off' }));
});

test('a shop that ends by itself is told of with its last words', async () => {
  const { demo, failures } = setUp('crash');
  await demo.start();
  await expect.poll(() => failures, { timeout: 20_000 }).toEqual(['the demo shop ended (3): the card API is on fire']);
  expect(demo.state().state).toBe('off');
});
