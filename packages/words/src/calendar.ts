import type { Finding } from '@clew/engine';
import { formatDuration, formatNumber } from './format.ts';
import type { Language } from './language.ts';
import { oneLine } from './piece.ts';
import { say } from './say.ts';

/** A range that is hardly wider is not spoken of. */
const widerLeast = 1.05;
const changeCharsMax = 80;

/** What the calendar had to do with a finding; empty when nothing, and while none is set. */
export function calendarSentence({ calendar, onsetMs }: Pick<Finding, 'calendar' | 'onsetMs'>, language: Language): string {
  if (calendar === null) return '';
  const { weekday, minute, hours, wider, deployWindow, change, heldPanes } = calendar;
  const day = (at: number): string => say(language, `weekday.${dayKeys[at - 1] ?? 'mon'}`);
  const two = (value: number): string => String(value).padStart(2, '0');
  const apartMs = change === null ? 0 : onsetMs - change.atMs;
  const when = [
    `${day(weekday)} ${two(Math.floor(minute / 60))}:${two(minute % 60)}`,
    hours === null ? '' : say(language, `calendar.hours.${hours}`),
    deployWindow === null ? '' : say(language, 'calendar.window', { day: day(deployWindow.day), from: String(deployWindow.fromHour), to: String(deployWindow.toHour) }),
    change === null ? '' : say(language, apartMs >= 1_000 ? 'calendar.afterChange' : apartMs <= -1_000 ? 'calendar.beforeChange' : 'calendar.withChange', { duration: formatDuration(Math.abs(apartMs), language), what: oneLine(change.what, changeCharsMax) }),
  ].filter((part) => part !== '').join(language === 'zh' ? '，' : ', ');
  const did = [
    heldPanes === 0 ? '' : say(language, 'calendar.held', { n: heldPanes }),
    wider < widerLeast ? '' : say(language, 'calendar.wider', { times: formatNumber(wider, language, 2) }),
  ].filter((part) => part !== '').join(' ');
  return [`${when}${language === 'zh' ? '。' : '.'}`, did].filter((part) => part !== '').join(' ');
}

const dayKeys = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
