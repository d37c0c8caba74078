/** Width of text in the console's sans, in ems, near enough to lay out before any font is there: the same on every machine. */
function widthEm(character: string): number {
  if (character > '\u2e80') return 1;
  if (/[iljtfrI1.,:;'|!()[\] ]/.test(character)) return 0.33;
  if (/[mwMW@%&]/.test(character)) return 0.88;
  return /[A-Z_]/.test(character) ? 0.68 : 0.59;
}

export function textWidth(text: string, fontPx: number): number {
  let em = 0;
  for (const character of text) em += widthEm(character);
  return em * fontPx;
}

/** The widths are estimates: what is over by less is not cut. */
const slackPx = 2;

/** As much of the text as fits, with … where something was left out. */
export function clipText(text: string, fontPx: number, roomPx: number): string {
  if (textWidth(text, fontPx) <= roomPx + slackPx) return text;
  const room = roomPx - textWidth('…', fontPx);
  let kept = '';
  let used = 0;
  for (const character of text) {
    used += widthEm(character) * fontPx;
    if (used > room) break;
    kept += character;
  }
  return `${kept}…`;
}
