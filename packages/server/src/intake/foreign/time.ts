const nsMax = 2n ** 64n - 1n;

/** `2026-11-22T17:30:00.123456789+01:00`, `2026-11-22 17:30:00,123`; without a zone it is UTC. */
const iso = /^(\d{4})-(\d\d)-(\d\d)[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9})\d*)?)? ?(Z|UTC|[+-]\d\d:?\d\d)?$/i;

/** Nanoseconds since 1970 of a date and time in ISO 8601 as loggers write it; null where it is none. */
export function fromIso(text: string): bigint | null {
  const parts = iso.exec(text);
  if (parts === null) return null;
  const [, year, month, day, hour, minute, second = '00', fraction = '', zone = 'Z'] = parts;
  const ms = Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Math.min(Number(second), 59));
  if (new Date(ms).getUTCDate() !== Number(day) || Number(month) > 12 || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 60) return null;
  return toNs(BigInt(ms - zoneMs(zone)) * 1_000_000n + BigInt(fraction.padEnd(9, '0')));
}

function zoneMs(zone: string): number {
  const parts = /^([+-])(\d\d):?(\d\d)$/.exec(zone);
  if (parts === null) return 0;
  return (parts[1] === '-' ? -1 : 1) * (Number(parts[2]) * 60 + Number(parts[3])) * 60_000;
}

/** A number since 1970 in seconds, milliseconds, microseconds or nanoseconds: its size says which, for all times from 1973 to 5138. */
export function fromEpoch(value: number | bigint): bigint | null {
  if (typeof value === 'bigint') return toNs(value);
  if (!(value > 0) || !Number.isFinite(value)) return null;
  const perSecond = value < 1e11 ? 1 : value < 1e14 ? 1e3 : value < 1e17 ? 1e6 : 1e9;
  const whole = Math.trunc(value);
  const ns = 1e9 / perSecond;
  return toNs(BigInt(whole) * BigInt(ns) + BigInt(Math.round((value - whole) * ns)));
}

/** Null before 1970 and beyond what OTLP can hold. */
const toNs = (ns: bigint): bigint | null => (ns >= 0n && ns <= nsMax ? ns : null);

/** A time as loggers write it: text, digits, a number, or seconds and nanoseconds apart. */
export function fromLogged(value: unknown): bigint | null {
  if (typeof value === 'number' || typeof value === 'bigint') return fromEpoch(value);
  if (typeof value === 'string') {
    const text = value.trim();
    if (/^\d{9,19}$/.test(text)) return fromEpoch(text.length > 15 ? BigInt(text) * scaleOf(text.length) : Number(text));
    return /^\d{9,12}\.\d+$/.test(text) ? fromEpoch(Number(text)) : fromIso(text);
  }
  if (typeof value !== 'object' || value === null) return null;
  const { seconds, nanos, epochSecond, nanoOfSecond } = value as Readonly<Record<string, unknown>>;
  const whole = Number(seconds ?? epochSecond);
  const rest = Number(nanos ?? nanoOfSecond ?? 0);
  return Number.isSafeInteger(whole) && whole > 0 && Number.isSafeInteger(rest) && rest >= 0 ? toNs(BigInt(whole) * 1_000_000_000n + BigInt(rest)) : null;
}

/** Digits that a double would round are taken as they stand: 16 and 17 are microseconds, 18 and 19 nanoseconds. */
const scaleOf = (digits: number): bigint => (digits <= 17 ? 1_000n : 1n);
