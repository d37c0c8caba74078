import { maskedWords } from '../base/masked-words.ts';

/**
 * Bodies that say the same but for their digits: `order 4711 placed` and `order 4712 placed` have the same masked words, so one
 * stands for both, and only one is ever decoded and masked. The masks take any digit for any other, except the 0 of `0x`.
 *
 * Kept between requests and bounded; what comes out is the same with and without: a body either has the masked words of its
 * stand-in, or none stands in for it.
 */
export type StandIn = (bytes: Uint8Array, start: number, length: number, decode: () => string) => string | null;

const bytesMax = 512;
const slotCount = 16_384;
const entriesMax = slotCount / 2;
const arenaBytes = 1 << 20;
const probesMax = 32;
const one = 0x31;
/** For an x behind a 0, which no text has. */
const hexMark = 1;

/** Opened when the first body comes: whoever sends no logs pays nothing. */
export function openStandIns(): StandIn {
  let opened: StandIn | null = null;
  return (bytes, start, length, decode) => (opened ??= openTable())(bytes, start, length, decode);
}

function openTable(): StandIn {
  const slots = new Uint32Array(slotCount);
  const hashes = new Uint32Array(entriesMax + 1);
  const ends = new Uint32Array(entriesMax + 1);
  const arena = new Uint8Array(arenaBytes);
  const folded = new Uint8Array(bytesMax);
  let texts: (string | null)[] = [null];

  const isSame = (entry: number, length: number): boolean => {
    const at = ends[entry - 1];
    if (ends[entry] - at !== length) return false;
    for (let i = 0; i < length; i++) if (arena[at + i] !== folded[i]) return false;
    return true;
  };
  const add = (slot: number, hash: number, length: number, text: string): string | null => {
    const entry = texts.length;
    if (entry > entriesMax || ends[entry - 1] + length > arenaBytes) {
      // Full: begun anew, so that what is sent now is what is known.
      slots.fill(0);
      texts = [null];
      return text;
    }
    arena.set(folded.subarray(0, length), ends[entry - 1]);
    ends[entry] = ends[entry - 1] + length;
    hashes[entry] = hash;
    slots[slot] = entry;
    texts.push(maskedWords(text).some((word) => /\d/.test(word)) ? null : text);
    return texts[entry];
  };

  return (bytes, start, length, decode) => {
    if (length > bytesMax) return null;
    let hash = length;
    for (let i = 0; i < length; i++) {
      let byte = bytes[start + i];
      if (byte >= 0x30 && byte <= 0x39) byte = one;
      else if ((byte === 0x78 || byte === 0x58) && i > 0 && bytes[start + i - 1] === 0x30) byte = hexMark;
      folded[i] = byte;
      hash = Math.imul(hash ^ byte, 0x01000193);
    }
    hash = (hash ^ (hash >>> 15)) >>> 0;
    let slot = hash & (slotCount - 1);
    for (let probe = 0; probe < probesMax; probe++, slot = (slot + 1) & (slotCount - 1)) {
      const entry = slots[slot];
      if (entry === 0) return add(slot, hash, length, decode());
      if (hashes[entry] === hash && isSame(entry, length)) return texts[entry];
    }
    return null;
  };
}
