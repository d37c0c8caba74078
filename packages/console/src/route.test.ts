import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { bounds, readRoute, shift, spans, toggleLive, writeRoute, type Route, type TimeRange, type View } from './route.ts';

const read = (url: string): Route => {
  const { pathname, search } = new URL(url, 'http://clew.example');
  return readRoute(pathname, search);
};

test.each([
  ['/', { page: 'now' }], ['/incidents', { page: 'incidents' }], ['/incidents/inc-1', { page: 'incident', id: 'inc-1' }],
  ['/services/service%3Ashop%2Fcheckout', { page: 'service', id: 'service:shop/checkout' }],
  ['/traces/abc', { page: 'trace', id: 'abc' }], ['/profiles', { page: 'profiles' }], ['/profiles/000001-7', { page: 'profile', id: '000001-7' }], ['/logs/', { page: 'logs' }], ['/nowhere', { page: 'missing' }], ['/services/%E0%A4%A', { page: 'missing' }],
  ['/constructor', { page: 'missing' }], ['/toString/x', { page: 'missing' }],
] as const)('%s is read as a page', (url, view) => {
  expect(read(url).view).toEqual(view);
});

const views = fc.oneof(
  fc.constantFrom<View>({ page: 'now' }, { page: 'incidents' }, { page: 'services' }, { page: 'traces' }, { page: 'logs' }, { page: 'metrics' }, { page: 'detectors' }, { page: 'backtest' }, { page: 'features' }, { page: 'send' }, { page: 'settings' }),
  fc.record({ page: fc.constantFrom('incident' as const, 'finding' as const, 'service' as const, 'trace' as const), id: fc.string({ minLength: 1, unit: 'grapheme' }).filter((id) => id.trim() === id && !/^\/|\/$|^\.+$/.test(id)) }),
);
const times = fc.oneof(
  fc.constantFrom(...spans.map((each): TimeRange => ({ kind: 'last', spanMs: each.spanMs }))),
  fc.tuple(fc.nat(2e12), fc.integer({ min: 1, max: 1e9 })).map(([fromMs, span]): TimeRange => ({ kind: 'between', fromMs, toMs: fromMs + span })),
);
const filters = fc.dictionary(fc.stringMatching(/^[a-z]{1,8}$/).filter((name) => !['range', 'from', 'to'].includes(name)), fc.string({ minLength: 1, unit: 'grapheme' }));

test('every address comes back as it was written', () => {
  fc.assert(fc.property(views, times, filters, (view, time, more) => {
    expect(read(writeRoute({ view, time, filters: { ...more } }))).toEqual({ view, time, filters: { ...more } });
  }));
});

test('a range that makes no sense falls back to the default', () => {
  for (const query of ['?from=5&to=1', '?from=x&to=9', '?range=99y', '?from=5']) expect(read(`/${query}`).time).toEqual({ kind: 'last', spanMs: 900_000 });
});

test('earlier moves by half a window and stands still; later ends at now and is live again', () => {
  const live: TimeRange = { kind: 'last', spanMs: 900_000 };
  const earlier = shift(live, -1, 10_000_000);
  expect(earlier).toEqual({ kind: 'between', fromMs: 8_650_000, toMs: 9_550_000 });
  expect(shift(earlier, 1, 10_000_000)).toEqual(live);
  expect(toggleLive(earlier, 10_000_000)).toEqual(live);
  expect(bounds(toggleLive(live, 10_000_000), 99)).toMatchObject({ fromMs: 9_100_000, toMs: 10_000_000 });
});
