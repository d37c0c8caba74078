import type { Rhythm } from './system.ts';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** Traffic in parts of the usual peak, by hour of day and day of week (UTC). People browse until late; offices close. */
export function rhythmAt(rhythm: Rhythm, atMs: number): number {
  const hour = (atMs % dayMs) / hourMs;
  // The epoch began on a Thursday.
  const day = (Math.floor(atMs / dayMs) + 3) % 7;
  const isWeekend = day >= 5;
  switch (rhythm) {
    case 'people': return (0.22 + 0.55 * bump(hour, 11, 3.2) + 0.68 * bump(hour, 19.5, 3)) * (isWeekend ? 0.8 + 0.2 * bump(hour, 15, 4) : 1);
    case 'office': return 0.06 + (isWeekend ? 0.08 : 0.92) * (bump(hour, 10.3, 1.7) + bump(hour, 15, 1.9) * 0.95);
    case 'machines': return 0.75 + 0.2 * bump(hour, 3, 1.5) + (atMs % hourMs < 240_000 ? 0.12 : 0);
  }
}

/** 1 at the middle, falling off on both sides; the day is a circle. */
function bump(hour: number, middle: number, width: number): number {
  const away = Math.min(Math.abs(hour - middle), 24 - Math.abs(hour - middle));
  return Math.exp(-((away / width) ** 2) / 2);
}
