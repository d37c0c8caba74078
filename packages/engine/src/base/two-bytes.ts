/**
 * Numbers in two bytes: a sign, seven bits of exponent, eight of mantissa. At most 0.2 % off (2⁻⁹), whole numbers up to 512
 * exact, sizes from 1e-19 to 1e19; smaller ones are 0, larger ones the largest. For what people look at and for medians,
 * never for sums that go on.
 */
export const notANumber = 0x7fff;

const float = new Float32Array(1);
const bits = new Uint32Array(float.buffer);
const lowest = (127 - 63) << 8;
const largest = notANumber - 1;

export function toTwoBytes(value: number): number {
  if (Number.isNaN(value)) return notANumber;
  float[0] = value;
  const sign = bits[0] >>> 31;
  // Rounds to the nearest of those that have eight bits of mantissa.
  const size = (((bits[0] & 0x7fffffff) + 0x4000) >>> 15) - lowest;
  return size <= 0 ? 0 : (sign << 15) | Math.min(size, largest);
}

/** NaN for `notANumber`. */
export function fromTwoBytes(code: number): number {
  const size = code & 0x7fff;
  if (size === 0) return 0;
  if (size === notANumber) return Number.NaN;
  bits[0] = (((code >>> 15) << 31) | ((size + lowest) << 15)) >>> 0;
  return float[0];
}
