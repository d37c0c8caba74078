import { expect, test } from 'vitest';
import { runCampaign } from './campaign.ts';
import { readCorpus } from './corpus.ts';
import type { Target } from './target.ts';
import { allTargets } from './targets.ts';

const seed = 20261122;
const runs = 100_000;
/** The least processor time of five runs counts, so this is no race against the machine: a hang is far beyond it. */
const slowMs = 500;

test(`${runs} changed requests through every decoder: only declared refusals come out`, async () => {
  const targets = await allTargets(seed);
  const report = await runCampaign({ targets, seed, runs, coverage: null, kept: readCorpus(), slowMs });
  expect([...report.failures.values()].map(({ target, what, input }) => `${target}: ${what} ${Buffer.from(input).toString('base64')}`)).toEqual([]);
  expect(report.runs).toBeGreaterThanOrEqual(runs);
  // The changes are worth something: much is still accepted, and much is refused.
  expect(report.ends.get('ok')).toBeGreaterThan(runs / 10);
  expect(report.ends.get('malformed')).toBeGreaterThan(runs / 10);
}, 600_000);

const broken = (run: Target['run']): Target => ({ name: 'broken', weight: 1, seeds: [Uint8Array.from([1, 2, 3, 4, 5, 6, 7, 8])], change: (random) => Uint8Array.from({ length: 8 }, () => random.below(256)), run });
const short = { seed, runs: 2_000, coverage: null, kept: new Map(), slowMs } as const;

test('a decoder that throws what it should not is found, with the shortest input that does it', async () => {
  const report = await runCampaign({ ...short, targets: [broken((input) => { if (input.includes(0x42)) throw new RangeError('Invalid array length'); return 'ok'; })] });
  expect([...report.failures.values()].map(({ what, input }) => [what.split('\n')[0], [...input]])).toEqual([['RangeError: Invalid array length', [0x42]]]);
});

test('a decoder that hangs is found', async () => {
  const report = await runCampaign({ ...short, slowMs: 10, runs: 500, targets: [broken((input) => { if (input[0] === 0x42) for (let i = 0, sum = 0; i < 4e7; i++) sum += i; return 'ok'; })] });
  expect([...report.failures.values()].map(({ what }) => what.split('\n')[0].replaceAll(/\d+/g, '#'))).toEqual(['Error: BUG: # bytes took #.# ms']);
});
