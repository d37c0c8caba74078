/**
 * Where the next page of a list ends that is newest first, in milliseconds, not included; null when this page is the last one.
 * The oldest millisecond of a full page may go on behind it: it is asked for again, unless it fills the page alone.
 */
export function pageBefore(rows: readonly { readonly timeMs: number }[], most: number): number | null {
  const [newest] = rows;
  const oldest = rows.at(-1);
  if (newest === undefined || oldest === undefined || rows.length < most) return null;
  const oldestMs = Math.floor(oldest.timeMs);
  return Math.floor(newest.timeMs) === oldestMs ? oldestMs : oldestMs + 1;
}
