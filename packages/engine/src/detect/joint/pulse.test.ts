import { expect, test } from 'vitest';
import { draw } from './draw.ts';
import type { Voice } from './member.ts';
import { beat, combine, learnPulse, makePulse } from './pulse.ts';

const voice: Voice = { spans: [1, 10], sees: 'state', weight: 1, blame: 1 };

function learnt(): ReturnType<typeof makePulse> {
  const pulse = makePulse(voice);
  for (let i = 0; i < 3_000; i++) {
    const score = 1 + draw(3, i);
    beat(pulse, voice, score);
    learnPulse(pulse, score, 1);
  }
  return pulse;
}

test('what is a little too high for long is more surprising than the same once, and a spike is seen at once', () => {
  const lasting = learnt();
  let surprise = 0;
  for (let i = 0; i < 20; i++) surprise = beat(lasting, voice, 1.95) ?? 0;
  expect(surprise).toBeGreaterThan((beat(learnt(), voice, 1.95) ?? Infinity) + 1.5);
  expect(beat(learnt(), voice, 20)).toBeGreaterThan(Math.log(1_000));
});

test('an unknown score is unknown and moves nothing', () => {
  const pulse = learnt();
  const before = structuredClone(pulse);
  expect(beat(pulse, voice, NaN)).toBeNull();
  expect(pulse).toEqual(before);
});

test('members that see the same thing share a vote, by weight; who does not know does not vote', () => {
  const voices: Voice[] = [voice, { ...voice, weight: 3 }, { ...voice, sees: 'movement' }];
  expect(combine(voices, [4, 8, 3])).toBeCloseTo(1 + Math.sqrt((6 ** 2 + 2 ** 2) / 2), 12);
  expect(combine(voices, [4, null, 3])).toBeCloseTo(1 + Math.sqrt((3 ** 2 + 2 ** 2) / 2), 12);
  expect(combine(voices, [null, null, 5])).toBe(5);
  expect(combine(voices, [null, null, null])).toBeNull();
});

test('what an ordinary pane has adds nothing to what another group sees', () => {
  const voices: Voice[] = [voice, { ...voice, sees: 'movement' }];
  expect(combine(voices, [8, 0.9])).toBe(combine(voices, [8, 0.1]));
  expect(combine(voices, [0.3, 0.9])).toBe(1);
});
