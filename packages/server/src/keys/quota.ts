import type { Batch } from '@clew/otlp';
import { CodedError } from '../errors.ts';
import type { Overflow, QuotaReason } from '../intake/quota-reasons.ts';
import { makeBucket } from './bucket.ts';
import type { Bucket, SavedBucket } from './bucket.ts';
import { makeDistinct } from './distinct.ts';
import type { Distinct, SavedDistinct } from './distinct.ts';
import type { Quota } from './key.ts';
import { attributeKeysOf, seriesOf, servicesOf } from './things.ts';
import type { Things } from './things.ts';

/** How much of its quota one key has used. Of a rate all or nothing is taken: those calls throw `quota_exceeded`. Of distinct things what fits is. */
export interface Usage {
  /** Before a body is read: a key in debt is not even listened to. */
  check(nowMs: number): void;
  takeBytes(bytes: number, nowMs: number): void;
  /** Rows for whose services, series or attribute keys there is no room; null when there is for all. Those that fit are counted. */
  fit(batch: Batch, nowMs: number): Overflow | null;
  takeItems(batch: Batch, nowMs: number): void;
  saveRates(): SavedRates;
  saveSeen(): SavedSeen;
  /** Goes up with every thing that is new. */
  seenChanges(): number;
}

export type SavedRates = Readonly<Record<'items' | 'bytes', SavedBucket | null>>;
type Counted = 'services' | 'series' | 'attributes';
export type SavedSeen = { readonly [K in Counted]?: SavedDistinct };
export interface SavedUsage { readonly rates: SavedRates | undefined; readonly seen: SavedSeen | undefined }

const cardinalities: Readonly<Record<Counted, (batch: Batch) => Things>> = { services: servicesOf, series: seriesOf, attributes: attributeKeysOf };

interface Held { readonly each: Counted; readonly seen: Distinct }

export function makeUsage(name: string, quota: Quota, nowMs: number, saved?: SavedUsage): Usage {
  const bucketOf = (perSecond: number | null, from: SavedBucket | null | undefined): Bucket | null => (perSecond === null ? null : makeBucket(perSecond, nowMs, from ?? undefined));
  const items = bucketOf(quota.itemsPerSecond, saved?.rates?.items);
  const bytes = bucketOf(quota.bytesPerSecond, saved?.rates?.bytes);
  const held = (Object.keys(cardinalities) as Counted[]).flatMap((each): Held[] => (quota[each] === null ? [] : [{ each, seen: makeDistinct(quota[each], saved?.seen?.[each], nowMs) }]));
  let changes = 0;

  const checkBucket = (bucket: Bucket | null, what: string, atMs: number): void => {
    const retryAfterMs = bucket?.waitMs(atMs) ?? 0;
    if (retryAfterMs > 0) throw new CodedError('quota_exceeded', `${name}: ${what}`, { retryAfterMs });
  };
  const checkItems = (atMs: number): void => checkBucket(items, `${quota.itemsPerSecond} items a second`, atMs);
  const checkBytes = (atMs: number): void => checkBucket(bytes, `${quota.bytesPerSecond} bytes a second`, atMs);

  return {
    check(atMs) {
      checkBytes(atMs);
      checkItems(atMs);
    },
    takeBytes(amount, atMs) {
      // Others of the same key may have come first while this body was on its way.
      checkBytes(atMs);
      bytes?.take(amount, atMs);
    },
    fit(batch, atMs) {
      for (const { seen } of held) seen.roll(atMs);
      const before = sizeOf(held);
      const overflow = held.length === 0 || batch.count === 0 ? null : fitInto(held, batch);
      if (sizeOf(held) !== before) changes += 1;
      return overflow;
    },
    takeItems(batch, atMs) {
      checkItems(atMs);
      items?.take(batch.count, atMs);
    },
    saveRates: () => ({ items: items?.save() ?? null, bytes: bytes?.save() ?? null }),
    saveSeen: () => Object.fromEntries(held.map(({ each, seen }) => [each, seen.save()])),
    seenChanges: () => changes,
  };
}

const sizeOf = (held: readonly Held[]): number => held.reduce((sum, { seen }) => sum + seen.size(), 0);

/** All at once where there is room for all. Else row by row, in their order: a row whose things do not all fit adds none. */
function fitInto(held: readonly Held[], batch: Batch): Overflow | null {
  const asked = held.map(({ each, seen }) => ({ each, seen, things: cardinalities[each](batch) }));
  const all = asked.map(({ things }) => things.all());
  if (asked.every(({ seen }, i) => seen.fit(all[i]))) {
    asked.forEach(({ seen }, i) => seen.add(all[i]));
    return null;
  }
  const rows = new Uint8Array(batch.count);
  const reasons = new Map<QuotaReason, number>();
  for (let row = 0; row < batch.count; row++) {
    const needed = asked.map(({ things }) => things.ofRow(row));
    const full = asked.findIndex(({ seen }, i) => !seen.fit(needed[i]));
    if (full < 0) asked.forEach(({ seen }, i) => seen.add(needed[i]));
    else {
      rows[row] = 1;
      const reason: QuotaReason = `quota.${asked[full].each}`;
      reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
    }
  }
  return { rows, reasons };
}
