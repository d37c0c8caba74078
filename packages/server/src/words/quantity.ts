import { formatBytes, formatDuration, formatShare, isNeverNegative } from '@clew/words';

/** Numbers, durations and times of tables, as sentences have them. English; no locale of the machine gets in. */

/** 3500 → `3,500`; 0.0423 → `0.042`: three digits that matter, whole numbers whole. */
export function sayNumber(value: number): string {
  if (!Number.isFinite(value)) return 'unknown';
  const size = Math.abs(value);
  // What is left of arithmetic, not a value: `-3.7e-9` connections.
  if (size < 1e-6) return '0';
  if (size >= 100 || Number.isInteger(value)) return grouped(Math.round(value));
  return String(Number(value.toPrecision(size >= 10 ? 3 : 2)));
}

function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** 0.123 → `12 %`; below one percent with a digit more. */
export function sayShare(share: number): string {
  return formatShare(share, 'en');
}

/** `4.2 ms`, `1.3 s`, `2 min 10 s`: a duration in its two largest units. */
export function sayMs(ms: number): string {
  return formatDuration(ms, 'en');
}

/** A span of time in whole seconds: `25 s`, `4 min 10 s`, `2 h 5 min`, `3 d`. */
export function saySpan(ms: number): string {
  const seconds = Math.round(Math.abs(ms) / 1000);
  return seconds < 10 ? `${seconds} s` : formatDuration(seconds * 1000, 'en');
}

export function sayBytes(bytes: number): string {
  return formatBytes(bytes, 'en');
}

/** A value with its UCUM unit: shares as percent, times and bytes in fitting units, `{message}` as `messages`. */
export function sayValue(value: number, unit: string): string {
  switch (unit) {
    case 'ms': return sayMs(value);
    case 's': return sayMs(value * 1000);
    case 'us': return sayMs(value / 1000);
    case 'ns': return sayMs(value / 1e6);
    case 'By': return sayBytes(value);
    case 'By/s': return `${sayBytes(value)} a second`;
    case '1/s': return `${sayNumber(value)} a second`;
    case '%': return sayShare(value / 100);
    // Dimensionless numbers from 0 to 1 are shares in this product; larger ones are counts.
    case '1': return value >= -1 && value <= 1 ? sayShare(value) : sayNumber(value);
    case '': return sayNumber(value);
    default: return `${sayNumber(value)} ${sayUnit(unit, value)}`;
  }
}

/** `{message}` → `messages`, `{request}/s` → `requests a second`; other units as they are. */
function sayUnit(unit: string, value: number): string {
  const [, word, rest] = /^\{(\w+)\}(.*)$/.exec(unit) ?? [];
  if (word === undefined) return unit;
  const plural = value === 1 || word.endsWith('s') || word === 'cpu' ? word : `${word}s`;
  return rest === '/s' ? `${plural} a second` : plural + rest;
}

/** `0.2 → 12 %`: the unit once when both sides share it. */
export function sayFromTo(before: number, after: number, unit: string): string {
  const from = sayValue(before, unit);
  const to = sayValue(after, unit);
  const space = to.indexOf(' ');
  const suffix = space === -1 ? '' : to.slice(space);
  return suffix !== '' && from.endsWith(suffix) ? `${from.slice(0, -suffix.length)} → ${to}` : `${from} → ${to}`;
}

/** `40 – 70 ms`: a normal range, the unit once when both sides share it. */
export function sayRange(low: number, high: number, unit: string): string {
  // The band of a quantity that cannot be negative begins at 0, whatever its width.
  const least = low < 0 && high > 0 && isNeverNegative(unit) ? 0 : low;
  return sayFromTo(least, high, unit).replace(' → ', ' – ');
}
