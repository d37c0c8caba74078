import { describe, expect, test } from 'vitest';
import { makeStanding } from './standing.ts';

function open(): { readonly standing: ReturnType<typeof makeStanding>; wait(ms: number): void } {
  let nowMs = 1_000;
  return { standing: makeStanding(() => nowMs), wait: (ms) => { nowMs += ms; } };
}

describe('who has sent little', () => {
  test('whoever sent less than a tenth, and whoever has not sent at all; nobody while nothing was sent, and not who is alone', () => {
    const { standing } = open();
    expect(standing.isSmall('polite')).toBe(false);
    standing.note('eager', 1_000);
    expect([standing.isSmall('eager'), standing.isSmall('polite')]).toEqual([false, true]);
    standing.note('polite', 100);
    expect(standing.isSmall('polite')).toBe(true);
    standing.note('polite', 100);
    expect(standing.isSmall('polite')).toBe(false);
  });

  test('what was sent a minute ago is forgotten, what was sent half a minute ago is not', () => {
    const { standing, wait } = open();
    standing.note('eager', 1_000);
    wait(29_000);
    standing.note('other', 50);
    wait(2_000);
    expect([standing.isSmall('eager'), standing.isSmall('other')]).toEqual([false, true]);
    standing.note('other', 50);
    wait(31_000);
    expect([standing.isSmall('eager'), standing.isSmall('other')]).toEqual([true, false]);
    wait(200_000);
    expect(standing.isSmall('eager')).toBe(false);
  });

  test('sources beyond the limit are counted together', () => {
    const { standing } = open();
    for (let i = 0; i < 1_000; i++) standing.note(`source ${i}`, 1);
    standing.note('one too many', 500);
    expect([standing.isSmall('another one'), standing.isSmall('source 1')]).toEqual([false, true]);
  });
});
