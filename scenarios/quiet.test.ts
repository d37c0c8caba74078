import { describe, expect, test } from 'vitest';
import { complaints } from './judge.ts';
import { isQuietDay, readScenario, scenarioNames, seedsOf } from './scenario.ts';
import { play } from './stage.ts';

/** Days on which nothing is wrong: nobody is woken. */

const seeds = Number(process.env['CLEW_SEEDS'] ?? 1);
const timeoutMs = 900_000;

describe.each(scenarioNames().map(readScenario).filter(isQuietDay))('$name', (scenario) => {
  test.each(seedsOf(scenario, seeds))('has no incident (seed %i)', (seed) => {
    expect(complaints(play(scenario, seed)).join('\n')).toBe('');
  }, timeoutMs);
});
