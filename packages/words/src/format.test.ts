import { describe, expect, test } from 'vitest';
import { formatAgo, formatBytes, formatConfidence, formatDuration, formatNumber, formatShare, formatTime, formatUnit, formatUtc, formatValue } from './format.ts';

describe('durations are said as people say them', () => {
  test.each([[0, '0 ms'], [0.0005, '500 ns'], [0.25, '250 µs'], [4.2, '4.2 ms'], [999, '999 ms'], [1_340, '1.3 s'], [59_400, '59 s'], [60_000, '1 min'], [130_000, '2 min 10 s'], [11_100_000, '3 h 5 min'], [90_000_000, '1 d 1 h'], [-5_000, '−5 s'], [Number.NaN, '–']])('%d ms', (ms, words) => {
    expect(formatDuration(ms, 'en')).toBe(words);
  });
  test('and so in Chinese', () => expect(formatDuration(130_000, 'zh')).toBe('2 分 10 秒'));
});

test.each([[0.1234, '12 %'], [0.1, '10 %'], [0.0999, '10 %'], [0.0123, '1.2 %'], [0.004, '0.4 %'], [0.0004, '< 0.1 %'], [0, '0 %'], [1, '100 %'], [Infinity, '–']])('share %d', (share, words) => {
  expect(formatShare(share, 'en')).toBe(words);
});

test('how long ago is told by the minute, so that a sentence does not tick', () => {
  expect([5_000, 67_000, 7_100_000, 7_300_000, 200_000_000].map((ms) => formatAgo(ms, 'en'))).toEqual(['< 1 min', '1 min', '118 min', '2 h', '2 d']);
});

test('neither certainty nor impossibility is claimed', () => {
  expect([1, 0.996, 0.5, 0.004, 0, NaN].map(formatConfidence)).toEqual(['99 %', '99 %', '50 %', '< 1 %', '0 %', '–']);
});

test.each([[3.4567, '3.46'], [1234.5, '1,235'], [0.00123, '0.00123']])('number %d', (value, words) => {
  expect(formatNumber(value, 'en')).toBe(words);
});

test('a value is shown in the unit it was sent in', () => {
  expect(['1', 'ms', 's', 'By', 'By/s', '1/s', '{request}', '', 'Cel'].map((unit) => formatValue(0.5, unit, 'en'))).toEqual(['50 %', '500 µs', '500 ms', '0.5 B', '0.5 B/s', '0.5/s', '0.5', '0.5', '0.5 Cel']);
  expect(['nanoseconds', 'bytes', 'count'].map((unit) => formatValue(2e9, unit, 'en'))).toEqual(['2 s', '2 GB', '2,000,000,000 count']);
  expect(formatBytes(1_536_000, 'en')).toBe('1.54 MB');
});

test('a unit by itself is written as it stands behind a number', () => {
  expect(['1', 'By', 'By/s', '{request}', '{pause}/s', '1/s', 'us', 'bytes', '', 'as sent'].map(formatUnit)).toEqual(['', 'B', 'B/s', 'request', 'pause/s', '/s', 'µs', 'B', '', 'as sent']);
});

test('a moment of another day carries its date, UTC its zone', () => {
  const at = new Date(2026, 10, 22, 10, 15, 23).getTime();
  expect(formatTime(at, at)).toBe('10:15:23');
  expect(formatTime(at, at + 86_400_000)).toBe('11-22 10:15:23');
  expect(formatUtc(Date.UTC(2026, 10, 22, 10, 15, 23))).toBe('2026-11-22 10:15:23 UTC');
});
