const digits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const notADigit = 255;
const values = new Uint8Array(128).fill(notADigit);
for (let i = 0; i < 64; i++) values[digits.charCodeAt(i)] = i;
values['-'.charCodeAt(0)] = 62;
values['_'.charCodeAt(0)] = 63;

/** Standard or URL-safe, padded or not; null where it is neither. */
export function fromBase64(text: string): Uint8Array | null {
  let length = text.length;
  if (length > 0 && text[length - 1] === '=') length--;
  if (length > 0 && text[length - 1] === '=') length--;
  if (length % 4 === 1 || (length < text.length && text.length % 4 !== 0)) return null;
  const bytes = new Uint8Array(Math.floor((length * 3) / 4));
  let at = 0;
  let bits = 0;
  let word = 0;
  for (let i = 0; i < length; i++) {
    const unit = text.charCodeAt(i);
    const value = unit < 128 ? values[unit] : notADigit;
    if (value === notADigit) return null;
    word = ((word << 6) | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at++] = (word >> bits) & 0xff;
    }
  }
  return bytes;
}

/** Standard, padded: what writers of OTLP/JSON must send. */
export function toBase64(bytes: Uint8Array): string {
  let text = '';
  let i = 0;
  for (; i + 2 < bytes.length; i += 3) {
    const word = (bytes[i] << 16) | (bytes[i + 1] << 8) | bytes[i + 2];
    text += digits[word >> 18] + digits[(word >> 12) & 63] + digits[(word >> 6) & 63] + digits[word & 63];
  }
  if (i + 1 === bytes.length) text += `${digits[bytes[i] >> 2]}${digits[(bytes[i] << 4) & 63]}==`;
  else if (i + 2 === bytes.length) {
    const word = (bytes[i] << 8) | bytes[i + 1];
    text += `${digits[word >> 10]}${digits[(word >> 4) & 63]}${digits[(word << 2) & 63]}=`;
  }
  return text;
}
