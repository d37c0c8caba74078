const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Little-endian 32-bit floats from base64: the engine has no Buffer and no atob. */
export function floatsOfBase64(text: string): Float32Array {
  const codes = new Uint8Array(128);
  for (let code = 0; code < 64; code++) codes[alphabet.charCodeAt(code)] = code;
  const byteCount = Math.floor((text.replace(/=+$/, '').length * 3) / 4);
  const bytes = new Uint8Array(byteCount);
  for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
    const group = (codes[text.charCodeAt(at)] << 18) | (codes[text.charCodeAt(at + 1)] << 12) | (codes[text.charCodeAt(at + 2) & 127] << 6) | codes[text.charCodeAt(at + 3) & 127];
    bytes[to] = group >> 16;
    bytes[to + 1] = (group >> 8) & 255;
    bytes[to + 2] = group & 255;
  }
  const view = new DataView(bytes.buffer);
  return Float32Array.from({ length: byteCount >> 2 }, (_, index) => view.getFloat32(index * 4, true));
}
