import { describe, expect, test } from 'vitest';
import { complaints } from './judge.ts';
import { isQuietDay, readScenario, scenarioNames, seedsOf } from './scenario.ts';
import { play } from './stage.ts';

/** Every story is told as it was. CLEW_SEEDS=5 tells each with five different throws of the dice. */

const seeds = Number(process.env['CLEW_SEEDS'] ?? 1);
const timeoutMs = 120_000;

describe.each(scenarioNames().map(readScenario).filter((scenario) => !isQuietDay(scenario)))('$name', (scenario) => {
  test.each(seedsOf(scenario, seeds))('is told with its cause, once and in time (seed %i)', (seed) => {
    expect(complaints(play(scenario, seed)).join('\n')).toBe('');
  }, timeoutMs);
});
