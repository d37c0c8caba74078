import { formatDuration, formatTime } from './format.ts';
import type { Tongue } from './piece.ts';
import { say } from './say.ts';

/** A pane is as exact as an onset is. */
const paneMs = 10_000;

export function timeOf(atMs: number, { nowMs, dayMs, zone }: Tongue): string {
  return formatTime(atMs, dayMs ?? nowMs, zone);
}

/** `20 s before the first symptom`: where it stands to the incident's onset. */
export function relativeTo(onsetMs: number, atMs: number, { language }: Tongue): string {
  const awayMs = atMs - onsetMs;
  if (Math.abs(awayMs) < paneMs) return say(language, 'relative.same');
  return say(language, awayMs < 0 ? 'relative.before' : 'relative.after', { duration: formatDuration(Math.abs(awayMs), language) });
}

/** `+20 s`, `−1 min 5 s`, `0 s`: the same in a column. */
export function signedSince(onsetMs: number, atMs: number, { language }: Tongue): string {
  const awayMs = Math.round((atMs - onsetMs) / 1000) * 1000;
  if (awayMs === 0) return '0 s';
  return `${awayMs > 0 ? '+' : '−'}${formatDuration(Math.abs(awayMs), language)}`;
}
