import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('tokens.css', import.meta.url), 'utf8');

type Tokens = Record<string, string>;

/** The declarations of each block, in the order of the file: light, dark by the system, dark by choice. */
const sets = [...css.matchAll(/\{([^{}]*--bg:[^{}]*)\}/g)].map((block) => Object.fromEntries([...block[1].matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})/g)].map((each) => [each[1], each[2]])));
const [light, darkBySystem, darkByChoice] = sets as [Tokens, Tokens, Tokens];

function luminance(hex: string): number {
  const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}
/** WCAG 2.2, contrast ratio. */
function contrast(a: string, b: string): number {
  const [high, low] = [luminance(a), luminance(b)].sort((x, y) => y - x);
  return (high + 0.05) / (low + 0.05);
}

const texts = ['ink', 'ink-soft', 'ink-faint', 'thread', 'watch', 'broken', 'recovering', 'unknown'];
const grounds = ['bg', 'bg-side', 'bg-hover'];
const textPairs = [...texts.flatMap((text) => grounds.map((ground) => [text, ground] as const)), ['thread', 'thread-wash'], ['watch', 'wash-watch'], ['broken', 'wash-broken'], ['recovering', 'wash-recovering'], ['ink', 'thread-wash'], ['ink-soft', 'thread-wash']] as const;
const graphicPairs = [['thread', 'bg'], ['watch', 'bg'], ['broken', 'bg'], ['recovering', 'bg'], ['unknown', 'bg'], ['field', 'bg'], ['field', 'bg-side']] as const;

test('there are three sets with the same names, and both dark ones are equal', () => {
  expect(sets).toHaveLength(3);
  expect(Object.keys(darkBySystem)).toEqual(Object.keys(light));
  expect(darkByChoice).toEqual(darkBySystem);
});

describe.each([['light', light], ['dark', darkByChoice]] as const)('%s', (_name, tokens) => {
  test.each(textPairs)('text %s on %s reaches 4.5', (text, ground) => {
    expect(contrast(tokens[text], tokens[ground])).toBeGreaterThanOrEqual(4.5);
  });
  test.each(graphicPairs)('mark %s on %s reaches 3', (mark, ground) => {
    expect(contrast(tokens[mark], tokens[ground])).toBeGreaterThanOrEqual(3);
  });
});
