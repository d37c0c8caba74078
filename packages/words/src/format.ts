import type { Language } from './language.ts';

/** Numbers, durations and times as people say them. A number that is not finite is a dash, never NaN. */

const locale: Readonly<Record<Language, string>> = { en: 'en-GB', zh: 'zh-CN' };
const none = '–';
const smallest = 1e-9;

const numberFormats = new Map<string, Intl.NumberFormat>();
/** At most `digits` significant digits, with thousands separators. */
export function formatNumber(value: number, language: Language, digits = 3): string {
  if (!Number.isFinite(value)) return none;
  // What a filter or an average leaves where nothing was.
  if (Math.abs(value) < smallest) return '0';
  const whole = Math.abs(value) >= 10 ** (digits - 1);
  const key = `${language} ${digits} ${whole}`;
  let format = numberFormats.get(key);
  if (format === undefined) {
    format = new Intl.NumberFormat(locale[language], whole ? { maximumFractionDigits: 0 } : { maximumSignificantDigits: digits });
    numberFormats.set(key, format);
  }
  return format.format(value);
}

/** 0.1234 → `12 %`; small shares keep a digit, so that 0.4 % is not nothing. */
export function formatShare(share: number, language: Language): string {
  if (!Number.isFinite(share)) return none;
  const percent = share * 100;
  if (percent > 0 && percent < 0.1) return '< 0.1 %';
  return `${Math.abs(percent) < 10 ? formatNumber(percent, language, 2) : formatNumber(Math.round(percent), language)} %`;
}

/** How sure, in whole per cent; neither certainty nor impossibility is claimed. */
export function formatConfidence(share: number): string {
  if (!Number.isFinite(share)) return none;
  return share > 0 && share < 0.005 ? '< 1 %' : `${Math.min(99, Math.round(share * 100))} %`;
}

const units: Readonly<Record<Language, readonly [day: string, hour: string, minute: string, second: string]>> = {
  en: [' d', ' h', ' min', ' s'], zh: [' 天', ' 小时', ' 分', ' 秒'],
};

/** `4.2 ms`, `1.3 s`, `2 min 10 s`, `3 h 5 min`: two units at most. */
export function formatDuration(ms: number, language: Language): string {
  if (!Number.isFinite(ms)) return none;
  if (ms < 0) return `−${formatDuration(-ms, language)}`;
  const [day, hour, minute, second] = units[language];
  if (ms === 0) return '0 ms';
  if (ms < 0.001) return `${formatNumber(ms * 1e6, language)} ns`;
  if (ms < 1) return `${formatNumber(ms * 1000, language)} µs`;
  if (ms < 1000) return `${formatNumber(ms, language)} ms`;
  if (ms < 10_000) return `${formatNumber(ms / 1000, language, 2)}${second}`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 60) return `${seconds}${second}`;
  const [big, small, bigUnit, smallUnit] = seconds < 3600 ? [Math.floor(seconds / 60), seconds % 60, minute, second]
    : seconds < 86_400 ? [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60), hour, minute]
    : [Math.floor(seconds / 86_400), Math.floor((seconds % 86_400) / 3600), day, hour];
  return small === 0 ? `${big}${bigUnit}` : `${big}${bigUnit} ${small}${smallUnit}`;
}

/** How long ago, in one unit: `12 min`, `3 h`; it changes once a minute, not once a second. */
export function formatAgo(ms: number, language: Language): string {
  const [day, hour, minute] = units[language];
  const seconds = Math.max(0, Math.round(ms / 1000));
  if (seconds < 60) return `< 1${minute}`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}${minute}`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}${hour}` : `${Math.floor(seconds / 86_400)}${day}`;
}

/** Three digits that matter: more than that nobody reads in a sentence. */
export function rounded(value: number): number {
  return Number.isFinite(value) ? Number(value.toPrecision(3)) : value;
}

/** A count as a sentence has it: `5,940`. */
export function formatCount(count: number, language: Language): string {
  return formatNumber(rounded(count), language, 12);
}

const quantities: ReadonlySet<string> = new Set(['1', '%', 'ms', 's', 'us', 'ns', 'By', 'By/s', '1/s']);

/** Of shares, times, bytes, rates and counts of things there is never less than none. */
export function isNeverNegative(unit: string): boolean {
  return unit.startsWith('{') || quantities.has(unit);
}

/** Of messages or connections less than this is an average of none. */
const leastCount = 0.05;

/** A measured value as a sentence has it: three digits, and no message less than none. */
export function formatQuantity(value: number, unit: string, language: Language): string {
  if (unit.startsWith('{')) return formatCount(value < leastCount ? 0 : value, language);
  const least = isNeverNegative(unit) ? Math.max(0, value) : value;
  return formatValue(rounded(least), unit, language);
}

export function formatBytes(bytes: number, language: Language): string {
  if (!Number.isFinite(bytes)) return none;
  const names = ['B', 'kB', 'MB', 'GB', 'TB'];
  let at = 0;
  let value = bytes;
  while (Math.abs(value) >= 1000 && at < names.length - 1) {
    value /= 1000;
    at++;
  }
  return `${formatNumber(value, language)} ${names[at]}`;
}

/** Profilers name units in words where UCUM has signs. */
const signs: ReadonlyMap<string, string> = new Map([['nanoseconds', 'ns'], ['microseconds', 'us'], ['milliseconds', 'ms'], ['seconds', 's'], ['bytes', 'By']]);

/** A value with its unit: UCUM as the engine sends it, `{request}` in the words that were sent. */
export function formatValue(value: number, given: string, language: Language): string {
  const unit = signs.get(given) ?? given;
  if (unit === '1') return formatShare(value, language);
  if (unit === 'ms') return formatDuration(value, language);
  if (unit === 's') return formatDuration(value * 1000, language);
  if (unit === 'us') return formatDuration(value / 1000, language);
  if (unit === 'ns') return formatDuration(value / 1e6, language);
  if (unit === 'By') return formatBytes(value, language);
  if (unit === 'By/s') return `${formatBytes(value, language)}/s`;
  if (unit === '1/s') return `${formatNumber(value, language)}/s`;
  const plain = unit.replace(/\{([^}]*)\}/g, '$1');
  return plain === '' || unit.startsWith('{') ? formatNumber(value, language) : `${formatNumber(value, language)} ${plain}`;
}

/** A unit by itself, as it stands behind a number; empty where there is none. */
export function formatUnit(given: string): string {
  const unit = signs.get(given) ?? given;
  return unit === '1' ? '' : unit.replace(/\{([^}]*)\}/g, '$1').replace(/\bBy\b/, 'B').replace(/\bus\b/, 'µs').replace(/^1\//, '/');
}

function parts(atMs: number, timeZone?: string): Record<string, string> {
  const key = timeZone ?? 'local';
  let format = clocks.get(key);
  if (format === undefined) {
    format = new Intl.DateTimeFormat('en-GB', { timeZone, hourCycle: 'h23', year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
    clocks.set(key, format);
  }
  return Object.fromEntries(format.formatToParts(atMs).map((part) => [part.type, part.value]));
}
const clocks = new Map<string, Intl.DateTimeFormat>();

/** `10:15:23` when on the day of `nowMs`, else `11-21 10:15:23`, in the viewer's zone; `10:15:23 UTC` where that is the zone. */
export function formatTime(atMs: number, nowMs: number, zone?: 'UTC'): string {
  const at = parts(atMs, zone);
  const now = parts(nowMs, zone);
  const clock = `${at.hour}:${at.minute}:${at.second}${zone === undefined ? '' : ` ${zone}`}`;
  if (at.year !== now.year) return `${at.year}-${at.month}-${at.day} ${clock}`;
  return at.month === now.month && at.day === now.day ? clock : `${at.month}-${at.day} ${clock}`;
}

/** `10:15:23.042`: for rows close together. */
export function formatTimeExact(atMs: number, nowMs: number): string {
  return `${formatTime(atMs, nowMs)}.${String(Math.floor(((atMs % 1000) + 1000) % 1000)).padStart(3, '0')}`;
}

/** `2026-11-22 10:15:23 UTC`: shown on hover. */
export function formatUtc(atMs: number): string {
  const at = parts(atMs, 'UTC');
  return `${at.year}-${at.month}-${at.day} ${at.hour}:${at.minute}:${at.second} UTC`;
}
