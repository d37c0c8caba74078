import { expect, test } from 'vitest';
import type { Finding } from '@clew/engine';
import { finding, onsetMs } from '../api/fixture/world.ts';
import { sayFinding, sayRarity } from './finding.ts';

const yearMs = 365 * 86_400_000;
test.each([[1e-9, 'once in 317 years for this series'], [10_000 / (3 * yearMs), 'once in 3 years for this series'], [1e-4, 'once in 28 hours for this series'], [2.3e-6, 'once in 2 months for this series'], [0.5, 'once in a minute for this series'], [1, 'an ordinary value for this series'], [1e-30, 'less than once in a thousand years for this series'], [0, 'less than once in a thousand years for this series']])('%d is %s', (p, words) => {
  expect(sayRarity(p, 10_000)).toBe(words);
});

const said = (rest: Partial<Finding>): string => sayFinding({ ...finding, ...rest }, [], { paneMs: 10_000, nowMs: onsetMs + 67_000 });
test('why it fired is a sentence with what was seen, what was expected, how rare, how long', () => {
  expect(said({ p: 10_000 / (3 * yearMs) })).toBe('Share of failed requests of checkout is 12 %, above its expected range of 0 … 1 %, since 10:15:23 UTC (1 min 7 s). That happens once in 3 years for this series.');
  expect(said({ active: false, direction: 'down', observed: 0, p: null })).toMatch(/^Share of failed requests of checkout was 0 %, below its expected range of .*, from 10:15:23 UTC on, for 1 min 7 s\.$/);
});
test('a log line is called by its words, not by its id', () => {
  expect(said({ direction: 'new', feature: 'log_template', subject: 't7', text: 'pool <*> is empty', p: null })).toMatch(/^Log line "pool <\*> is empty" of checkout has never been seen before/);
});
test.each(['new', 'absent', 'trend', 'shape', 'joint', 'missing'] as const)('%s has words', (direction) => {
  expect(said({ direction, contributors: [{ feature: 'latency_p95', subject: '', share: 0.6 }] })).not.toMatch(/undefined|NaN/);
});
