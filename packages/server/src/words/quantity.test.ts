import { expect, test } from 'vitest';
import { sayBytes, sayFromTo, sayMs, sayNumber, sayRange, sayShare, saySpan, sayValue } from './quantity.ts';

test.each([
  [sayNumber(0), '0'], [sayNumber(3500), '3,500'], [sayNumber(1234567.8), '1,234,568'], [sayNumber(0.04234), '0.042'], [sayNumber(12.345), '12.3'], [sayNumber(-1200), '-1,200'], [sayNumber(NaN), 'unknown'], [sayNumber(-3.7e-9), '0'], [sayNumber(0.00002), '0.00002'],
  [sayRange(40, 70, 'ms'), '40 – 70 ms'], [sayRange(-0.16, 0.16, '1'), '0 – 16 %'], [sayRange(-8, 20, 'Cel'), '-8 – 20 Cel'], [sayRange(-1e-9, 1e-9, '{connection}'), '0 – 0 connections'],
  [sayShare(0.12), '12 %'], [sayShare(0.0042), '0.42 %'], [sayShare(0.05), '5 %'], [sayShare(0.00001), '< 0.1 %'], [sayShare(0), '0 %'], [sayShare(1), '100 %'],
  [sayMs(0.25), '250 µs'], [sayMs(50), '50 ms'], [sayMs(3500), '3.5 s'], [sayMs(65_000), '1 min 5 s'],
  [saySpan(25_000), '25 s'], [saySpan(3_600_000), '1 h'], [saySpan(90_061_000), '1 d 1 h'], [saySpan(-25_000), '25 s'],
  [sayBytes(1536), '1.54 kB'], [sayBytes(5 * 1024 ** 3), '5.37 GB'],
  [sayValue(0.97, '1'), '97 %'], [sayValue(3, '1'), '3'], [sayValue(1, '{message}'), '1 message'], [sayValue(12_000, '{message}'), '12,000 messages'], [sayValue(4, '{request}/s'), '4 requests a second'], [sayValue(7, 'furlong'), '7 furlong'],
  [sayFromTo(50, 3500, 'ms'), '50 ms → 3.5 s'], [sayFromTo(0.002, 0.12, '1'), '0.2 → 12 %'], [sayFromTo(50, 12_000, 'ms'), '50 ms → 12 s'], [sayFromTo(1, 40, '{message}'), '1 message → 40 messages'],
])('says %s', (said, wanted) => {
  expect(said).toBe(wanted);
});
