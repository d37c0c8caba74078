/** True where `bytes[start .. end)` is well-formed UTF-8 (no overlong forms, no surrogates, nothing above U+10FFFF). */
export function isUtf8(bytes: Uint8Array, start: number, end: number): boolean {
  let i = start;
  while (i < end) {
    const b = bytes[i++];
    if (b < 0x80) continue;
    // How many bytes follow, and what the first of them may be (Unicode standard, table 3-7).
    let follow = 1;
    let low = 0x80;
    let high = 0xbf;
    if (b >= 0xc2 && b <= 0xdf) follow = 1;
    else if (b >= 0xe0 && b <= 0xef) {
      follow = 2;
      if (b === 0xe0) low = 0xa0;
      if (b === 0xed) high = 0x9f;
    } else if (b >= 0xf0 && b <= 0xf4) {
      follow = 3;
      if (b === 0xf0) low = 0x90;
      if (b === 0xf4) high = 0x8f;
    } else return false;
    if (i + follow > end || bytes[i] < low || bytes[i] > high) return false;
    for (let k = 1; k < follow; k++) if ((bytes[i + k] & 0xc0) !== 0x80) return false;
    i += follow;
  }
  return true;
}
