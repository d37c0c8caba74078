import { describe, expect, test } from 'vitest';
import type { Finding } from '@clew/engine';
import { calendarSentence } from './calendar.ts';
import { expectedRange, findingSentence, formatChance, rarity, raritySentence } from './finding.ts';
import type { Language } from './language.ts';
import { plain, type Tongue } from './piece.ts';

const onsetMs = new Date(2026, 10, 22, 10, 15, 23).getTime();
const tongue = (language: Language): Tongue => ({ language, names: new Map([['service:shop/checkout', 'checkout']]), nowMs: onsetMs + 60_000 });
const finding: Finding = {
  id: 'f', series: 's', entity: 'service:shop/checkout', node: 'service:shop/checkout', feature: 'latency_p95', subject: '', direction: 'up', unit: 'ms', observed: 3_520, expected: { low: 320, mid: 400, high: 640 }, score: 9,
  p: 1e-9, votes: [], contributors: [], version: '', verdict: null, text: '', maintenance: null, calendar: null, onsetMs, detectedMs: onsetMs, lastMs: onsetMs + 120_000, active: true, detectors: [], exemplars: [], symptom: true,
};
const said = (rest: Partial<Finding>, language: Language = 'en'): string => plain(findingSentence({ ...finding, ...rest }, tongue(language)));

describe('why it fired is one sentence', () => {
  test('with what was seen and what was expected', () => {
    expect(said({})).toBe('p95 latency of checkout is 3.5 s, above the 320 – 640 ms that is expected, since 10:15:23, 1 min ago.');
    expect(said({}, 'zh')).toBe('自 10:15:23（1 分前）起，checkout 的p95 延迟为 3.5 秒，高于预期的 320 – 640 ms。');
    expect(said({ active: false, direction: 'down', observed: 0, unit: '1/s', expected: { low: -2, mid: 4, high: 9 }, feature: 'request_rate' })).toBe('Request rate of checkout was 0/s, below the 0 – 9/s that is expected, from 10:15:23 to 10:17:23, for 2 min.');
  });
  test('a log line is called by its words, not by its id', () => {
    const line = { direction: 'new', feature: 'log_template', subject: 't7', text: 'pool <*> is empty' } as const;
    expect(said(line)).toContain('Log line “pool <*> is empty”');
    expect(said(line, 'zh')).toContain('日志“pool <*> is empty”');
    expect(said({ ...line, text: 'x'.repeat(400) }).length).toBeLessThan(220);
  });
  test.each(['new', 'absent', 'trend', 'shape', 'joint', 'missing', 'sequence'] as const)('also for %s', (direction) => {
    for (const language of ['en', 'zh'] as const) expect(said({ direction }, language)).not.toMatch(/[{}]|undefined|NaN/);
  });
});

const paneMs = 10_000;
test.each([[1e-9, { unit: 'years', n: 317 }], [1e-7, { unit: 'years', n: 3 }], [2.3e-6, { unit: 'months', n: 2 }], [1e-4, { unit: 'hours', n: 28 }], [0.5, { unit: 'minutes', n: 1 }], [0, { unit: 'never', n: 0 }], [1, null]])('a chance of %d is %j', (p, expected) => {
  expect(rarity(p, paneMs)).toEqual(expected);
});
test('how rare is said in words', () => {
  expect(raritySentence(1e-7, paneMs, 'en')).toBe('While nothing is wrong, that happens once in 3 years in this series.');
  expect(raritySentence(1, paneMs, 'en')).toBe('An ordinary value for this series.');
});
test.each([[2.4e-9, '2 × 10⁻⁹'], [0.0321, '0.032'], [1e-12, '1 × 10⁻¹²'], [0, '0'], [1, '1']])('the chance %d is written %s', (p, words) => {
  expect(formatChance(p, 'en')).toBe(words);
});
test('a range says its unit once when both ends share it', () => {
  expect(expectedRange({ expected: { low: 0.1, mid: 0.2, high: 0.3 }, unit: '1' }, 'en')).toBe('10 – 30 %');
  expect(expectedRange({ expected: { low: 0, mid: 0, high: 0 }, unit: '1' }, 'en')).toBe('0 %');
});

describe('what the calendar had to do with it', () => {
  const plain = { weekday: 2, minute: 850, hours: null, wider: 1, deployWindow: null, change: null, heldPanes: 0 };
  test('is said in words, and nothing while none is set', () => {
    expect(calendarSentence({ onsetMs, calendar: null }, 'en')).toBe('');
    expect(calendarSentence({ onsetMs, calendar: { ...plain, hours: 'peak' } }, 'en')).toBe('Tuesday 14:10, peak hours.');
    expect(calendarSentence({ onsetMs, calendar: { ...plain, deployWindow: { day: 2, fromHour: 14, toHour: 16 }, change: { what: '2.4.0 → 2.4.1', atMs: onsetMs - 40_000 }, heldPanes: 3 } }, 'en'))
      .toBe('Tuesday 14:10, in the deploy window Tuesday 14–16, 40 s after the change 2.4.0 → 2.4.1. A short disturbance was expected there, so it had to stay out of range for 3 panes more.');
    expect(calendarSentence({ onsetMs, calendar: { ...plain, hours: 'business', wider: 2.4 } }, 'zh')).toMatch(/^星期二 14:10，工作时段。.*2\.4 倍/);
  });
});
