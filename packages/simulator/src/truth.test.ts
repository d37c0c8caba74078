import { expect, test } from 'vitest';
import type { Service, System } from './system/system.ts';
import type { Suffering } from './probe.ts';
import { pathOf, waysAlike } from './truth.ts';

const [stock, shop, app, door] = ['stock', 'shop', 'app', 'door'].map((name, index) => ({ id: `service:${name}`, index }) as unknown as Service);
const system = { links: [[shop, stock], [app, stock], [door, shop], [door, app]].map(([from, to]) => ({ from, to })) } as unknown as System;
const suffering = (...rows: readonly (readonly [Service, number])[]): Suffering[] => rows.map(([service, perMinute]) => ({ service, perMinute, operation: 'go', how: 'fails' }));

test('where two callers suffer so nearly alike that chance decides, both ways up are true', () => {
  const felt = suffering([stock, 60], [shop, 22], [app, 20], [door, 40]);
  expect(pathOf(system, 'database:orders', [stock], felt)).toEqual(['database:orders', 'service:stock', 'service:shop', 'service:door']);
  expect(waysAlike(system, 'database:orders', [stock], felt, 6)).toEqual([['database:orders', 'service:stock', 'service:app', 'service:door']]);
});

test('a caller that suffers clearly less is no way up, and one that does not suffer none at all', () => {
  expect(waysAlike(system, 'database:orders', [stock], suffering([stock, 60], [shop, 40], [app, 15], [door, 40]), 6)).toEqual([]);
  expect(waysAlike(system, 'database:orders', [stock], suffering([stock, 60], [app, 3]), 6)).toEqual([]);
  expect(waysAlike(system, 'database:orders', [stock], [], 6)).toEqual([]);
});

test('the longer it lasts, the smaller a difference is told', () => {
  const felt = suffering([stock, 60], [shop, 26], [app, 20]);
  expect(waysAlike(system, 'service:stock', [stock], felt, 3)).toHaveLength(1);
  expect(waysAlike(system, 'service:stock', [stock], felt, 60)).toEqual([]);
});
