import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { gzipBomb } from './bomb.ts';

test.each([0, 1, 1024 * 1024, 5 * 1024 * 1024 + 17])('a bomb inflates to the message and a field of %i zeros', (zeros) => {
  const message = Buffer.from([10, 2, 8, 1]);
  const whole = gunzipSync(gzipBomb(message, zeros));
  expect(whole.subarray(0, message.length)).toEqual(message);
  expect(whole.subarray(whole.length - zeros).every((byte) => byte === 0)).toBe(true);
  // Tag of field 4095, then the length as a varint.
  expect([...whole.subarray(message.length, message.length + 3)]).toEqual([0xfa, 0xff, 0x01]);
  let [at, length, shift] = [message.length + 3, 0, 0];
  do { length += (whole[at] & 0x7f) * 2 ** shift; shift += 7; } while (whole[at++] >= 0x80);
  expect([length, whole.length - at]).toEqual([zeros, zeros]);
});

test('a bomb of a gibibyte is about a mebibyte', () => {
  expect(gzipBomb(Buffer.alloc(0), 1024 ** 3).length).toBeLessThan(2 * 1024 * 1024);
});
