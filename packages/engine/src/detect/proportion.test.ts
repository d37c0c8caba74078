import { expect, test } from 'vitest';
import { logGamma, proportionEvidence, learnProportion, makeProportion, proportionOf, proportionScore, signedRoot } from './proportion.ts';

test('signed root: 0 at what is expected, signed, near the normal distance for large counts', () => {
  expect(signedRoot(10, 100, 0.1)).toBe(0);
  expect(signedRoot(150, 1000, 0.1)).toBeCloseTo(50 / Math.sqrt(90), 0);
  expect(signedRoot(50, 1000, 0.1)).toBeLessThan(-5);
  expect(signedRoot(0, 0, 0.1)).toBe(0);
});

test('bursts teach that failures come in bursts', () => {
  const calm = makeProportion();
  const bursty = makeProportion();
  for (let pane = 0; pane < 300; pane++) {
    learnProportion(calm, 1, 100);
    learnProportion(bursty, pane % 10 === 0 ? 10 : 0, 100);
  }
  expect(proportionOf(calm)).toBeCloseTo(0.01, 2);
  expect(proportionScore(bursty, 10, 100)).toBeLessThan(proportionScore(calm, 10, 100) / 1.3);
});

test('log-gamma of known arguments', () => {
  expect(logGamma(1)).toBeCloseTo(0, 8);
  expect(logGamma(11)).toBeCloseTo(Math.log(3_628_800), 8);
  expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.sqrt(Math.PI)), 8);
});

test('evidence of failures is an e-value: its mean over what the learned share itself makes is one', () => {
  const proportion = { failures: 3, trials: 300, dispersion: 1, panes: 100 };
  const [a, b, trials] = [3.5, 346.5, 12];
  let mean = 0;
  for (let failures = 0; failures <= trials; failures++) {
    const chance = Math.exp(logGamma(trials + 1) - logGamma(failures + 1) - logGamma(trials - failures + 1)
      + logGamma(failures + a) + logGamma(trials - failures + b) - logGamma(trials + a + b) - logGamma(a) - logGamma(b) + logGamma(a + b));
    mean += chance * Math.exp(proportionEvidence(proportion, failures, trials));
  }
  expect(mean).toBeCloseTo(1, 6);
});
