import { expect, test } from 'vitest';
import { makeDice, poisson } from '../model/sketch.ts';
import { standingOf } from './standing.ts';
import { tryValues, withoutChance } from './stand-out.ts';
import type { Unit, UnitStretch } from './units.ts';

interface Told { readonly service: string; readonly instance: string; readonly host: string; readonly zone?: string; readonly version?: string; readonly requests: number; readonly errors?: number; readonly ms?: number }

const stretch = (told: readonly Told[], panes = 30): UnitStretch => ({
  panes, values: new Map(), records: new Map(),
  units: new Map(told.map(({ service, instance, host, zone = 'a', version = '1', requests, errors = 0, ms = 10 }): [string, Unit] => [`${instance} ${version}`, {
    service: `service:${service}`, instance: `instance:${service}#${instance}`, labels: [['cloud.availability_zone', zone], ['host.name', host], ['service.version', version]],
    requests, errors, totalMs: requests * ms, logSum: requests * Math.log(ms), logSquares: requests * (Math.log(ms) ** 2 + 0.09),
  }])),
});
const three = (of: (at: number) => Partial<Told>): Told[] => [0, 1, 2].map((at) => ({ service: 'order', instance: `o${at}`, host: `n${at}`, requests: 300, ...of(at) }));

test('the instance that fails stands out, with its share of all new failures and that the others are well', () => {
  const { found } = tryValues(stretch(three(() => ({}))), stretch(three((at) => ({ errors: at === 1 ? 120 : 1 }))));
  const own = found.find(({ key, of }) => key === 'instance' && of === 'errors');
  expect(own).toMatchObject({ service: 'service:order', value: 'instance:order#o1' });
  expect(own?.share).toBeCloseTo(120 / 122, 2);
  expect(own?.contrast).toBeGreaterThan(0.98);
  expect(own?.p).toBeLessThan(1e-9);
});

test('when all instances fail alike none stands out; what one did before already is nothing new', () => {
  expect(tryValues(stretch(three(() => ({}))), stretch(three(() => ({ errors: 90 })))).found).toEqual([]);
  const lame = three((at) => ({ ms: at === 1 ? 80 : 10 }));
  expect(tryValues(stretch(lame), stretch(lame)).found).toEqual([]);
});

test('a new version is compared with the old one that still serves', () => {
  const before = three(() => ({}));
  const after = [...before.slice(0, 2), { service: 'order', instance: 'o2', host: 'n2', version: '2', requests: 200, errors: 90 }];
  const standing = standingOf(stretch(before), stretch(after));
  expect(standing.byService.get('service:order')?.map(({ key, value }) => `${key} ${value}`)).toContain('service.version 2');
});

test('a machine on which three services are slow is a place, its zone only when all its machines are', () => {
  const services = ['order', 'cart', 'pay'];
  const onHosts = (of: (host: number) => Partial<Told>): Told[] => services.flatMap((service) => [0, 1, 2, 3].map((host) => ({ service, instance: `${service}${host}`, host: `n${host}`, zone: host < 2 ? 'a' : 'b', requests: 100, ...of(host) })));
  const one = standingOf(stretch(onHosts(() => ({}))), stretch(onHosts((host) => ({ ms: host === 1 ? 90 : 10 }))));
  expect(one.places.get('host:n1')).toMatchObject({ breadth: 1, of: 'latency' });
  expect(one.places.get('host:n1')?.worse).toHaveLength(3);
  expect(one.places.has('host:n0')).toBe(false);
  expect(one.zones.get('host:n1')).toBe('zone:a');
  const zone = standingOf(stretch(onHosts(() => ({}))), stretch(onHosts((host) => ({ requests: host < 2 ? 0 : 200 }))));
  expect(zone.places.get('zone:a')).toMatchObject({ breadth: 1, of: 'silence' });
});

test('a zone that went still is told by all its services together, when each alone has hardly any requests left and began well', () => {
  const services = ['order', 'cart', 'pay', 'stock', 'mail', 'alone'];
  const onHosts = (requests: (host: number) => number): UnitStretch => stretch(services.flatMap((service) => [0, 1, 2, 3].filter((host) => service !== 'alone' || host === 1).map((host) => ({ service, instance: `${service}${host}`, host: `n${host}`, zone: host < 2 ? 'a' : 'b', requests: requests(host) }))), 1);
  const before = { ...onHosts(() => 300), panes: 30 };
  const still = onHosts((host) => (host < 2 ? 0 : 2));
  const placesAfter = (...latest: readonly UnitStretch[]) => standingOf(before, onHosts(() => 10), { eve: before, latest }).places;
  const found = placesAfter(still, still, onHosts(() => 10));
  expect(found.get('zone:a')).toMatchObject({ of: 'silence', stillness: 0.8 });
  expect(found.get('zone:a')?.worse.map(({ service }) => service)).toEqual(['cart', 'mail', 'order', 'pay', 'stock'].map((name) => `service:${name}`));
  // Its machines are still with it, and are no causes of their own; machines of a zone that lives may be.
  expect([...found.keys()]).toEqual(['zone:a']);
  expect([...placesAfter(...Array.from({ length: 4 }, () => onHosts((host) => (host === 1 ? 0 : 3)))).keys()]).toEqual(['host:n1']);
  // One that was emptied before it all began is no news.
  expect(standingOf(before, onHosts(() => 10), { eve: onHosts((host) => (host < 2 ? 0 : 10)), latest: [still, still] }).places.size).toBe(0);
  // Too little came elsewhere for anything to be expected; or it serves again.
  expect(placesAfter(onHosts((host) => (host < 2 ? 0 : 1))).size).toBe(0);
  expect(placesAfter(onHosts(() => 10), still, still).size).toBe(0);
});

test('what spans say tells as much: the tenant whose requests fail', () => {
  const told = (errors: number): UnitStretch => ({ panes: 30, units: new Map(), records: new Map(), values: new Map(['acme', 'blue', 'corp'].map((value) => [value, { service: 'service:order', key: 'tenant.id', value, requests: 200, errors: value === 'blue' ? errors : 1, totalMs: 2_000, logSum: 460, logSquares: 1_080 }])) });
  const [best] = standingOf(told(1), told(80)).byService.get('service:order') ?? [];
  expect(best).toMatchObject({ key: 'tenant.id', value: 'blue', of: 'errors' });
});

test('log records tell which value their errors have; what always told of errors, and what is only more, says nothing', () => {
  const told = (errors: number, requests = 200): UnitStretch => {
    const sums = { service: 'service:order', totalMs: 0, logSum: 0, logSquares: 0 };
    const records = ['acme', 'blue', 'corp'].flatMap((value) => [
      { ...sums, key: 'tenant.id', value, requests: value === 'blue' ? requests : 200, errors: value === 'blue' ? errors : 1 },
      { ...sums, key: 'audience', value, requests: 200, errors: value === 'corp' ? 200 : 0 },
    ]);
    return { panes: 30, units: new Map(), values: new Map(), records: new Map(records.map((each) => [`${each.key} ${each.value}`, each])) };
  };
  const { byRecords, byService } = standingOf(told(1), told(80));
  expect(byRecords.get('service:order')).toMatchObject([{ key: 'tenant.id', value: 'blue', of: 'records' }]);
  expect(byService.size).toBe(0);
  expect(standingOf(told(1), told(5, 2_000)).byRecords.size + standingOf(told(1), told(0, 0)).byRecords.size).toBe(0);
});

test('of hundreds of values that chance alone moves none is told', () => {
  const dice = makeDice(5);
  const noisy = (): Told[] => Array.from({ length: 300 }, (_, at) => {
    const requests = poisson(dice, 40);
    return { service: `s${at % 60}`, instance: `i${at}`, host: `n${at % 17}`, requests, errors: poisson(dice, 0.05 * requests) };
  });
  const { found, tried } = tryValues(stretch(noisy()), stretch(noisy()));
  expect(found.length).toBeGreaterThan(10);
  expect(withoutChance(found, 0.01, tried)).toEqual([]);
});
