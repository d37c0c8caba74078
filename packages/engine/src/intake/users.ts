import { ValueKind } from '@clew/otlp';
import type { SpanBatch } from '@clew/otlp';
import type { Texts } from './attributes.ts';

/** Best first: the present name, then the old one. */
const names = ['user.id', 'enduser.id'];
const nobody = new Uint32Array(0);

/**
 * Who asked, by row, as a number that says nothing but whether two are the same: user.id, else enduser.id. 0: not said. Empty
 * when nobody in the request is named. Only counted, never kept or told.
 */
export function readUsers({ attributes: { offsets, keys, kinds, numbers }, strings, count }: SpanBatch, texts: Texts): Uint32Array {
  // Per key code: 0 not looked up yet, 1 of no interest, else rank + 2.
  const ranks = new Uint8Array(strings.count);
  const hashes = new Map<number, number>();
  let users = nobody;
  for (let row = 0; row < count; row++) {
    let best = names.length;
    for (let at = offsets[row], end = offsets[row + 1]; at < end; at++) {
      const key = keys[at];
      const known = ranks[key] !== 0 ? ranks[key] : (ranks[key] = names.indexOf(texts(key)) + 2);
      if (known < 2 || known - 2 >= best || (kinds[at] !== ValueKind.string && kinds[at] !== ValueKind.int)) continue;
      best = known - 2;
      if (users.length === 0) users = new Uint32Array(count);
      const code = kinds[at] === ValueKind.string ? numbers[at] : -1 - numbers[at];
      let hash = hashes.get(code);
      if (hash === undefined) hashes.set(code, hash = hashOf(kinds[at] === ValueKind.string ? texts(numbers[at]) : String(numbers[at])));
      users[row] = hash;
    }
  }
  return users;
}

/** FNV-1a with MurmurHash3's finish, so that ids in sequence are spread evenly; never 0. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) || 1;
}
