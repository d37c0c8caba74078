import { ValueKind } from '@clew/otlp';
import type { Strings } from '@clew/otlp';

/**
 * A user as a number that says nothing but whether two are the same: of the bytes as they were sent (users are many, and nobody
 * reads their names here), of a whole number those of its digits. 0: no name. Only counted, never kept or told.
 */
export function userHash({ bytes, starts, lengths }: Strings, kind: number, number: number): number {
  if (kind === ValueKind.string) return lengths[number] === 0 ? 0 : hashOf(bytes, starts[number], starts[number] + lengths[number]);
  if (kind !== ValueKind.int) return 0;
  const digits = Uint8Array.from(String(number), (digit) => digit.charCodeAt(0));
  return hashOf(digits, 0, digits.length);
}

/** FNV-1a with MurmurHash3's finish, so that ids in sequence are spread evenly; never 0. */
function hashOf(bytes: Uint8Array, from: number, end: number): number {
  let hash = 0x811c9dc5;
  for (let at = from; at < end; at++) hash = Math.imul(hash ^ bytes[at], 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) || 1;
}
