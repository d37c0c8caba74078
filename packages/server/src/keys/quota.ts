import type { Batch } from '@clew/otlp';
import { CodedError } from '../errors.ts';
import { makeBucket } from './bucket.ts';
import type { Bucket } from './bucket.ts';
import { attributeKeysOf, makeDistinct, seriesOf, servicesOf } from './distinct.ts';
import type { Quota, QuotaName } from './key.ts';

/** How much of its quota one key has used. Each call throws `quota_exceeded`, and then nothing was taken. */
export interface Usage {
  /** Before a body is read: a key in debt is not even listened to. */
  check(nowMs: number): void;
  takeBytes(bytes: number, nowMs: number): void;
  takeItems(batch: Batch, nowMs: number): void;
}

const cardinalities = { services: servicesOf, series: seriesOf, attributes: attributeKeysOf } as const satisfies Partial<Record<QuotaName, (batch: Batch) => ReadonlySet<number>>>;
const words = { services: 'services', series: 'metric series', attributes: 'attribute keys' } as const;

export function makeUsage(name: string, quota: Quota, nowMs: number): Usage {
  const bucketOf = (perSecond: number | null): Bucket | null => (perSecond === null ? null : makeBucket(perSecond, nowMs));
  const items = bucketOf(quota.itemsPerSecond);
  const bytes = bucketOf(quota.bytesPerSecond);
  const distinct = (Object.keys(cardinalities) as (keyof typeof cardinalities)[])
    .flatMap((each) => (quota[each] === null ? [] : [{ each, max: quota[each], seen: makeDistinct(quota[each]), of: cardinalities[each] }]));

  const refuse = (what: string, retryAfterMs: number): never => { throw new CodedError('quota_exceeded', `${name}: ${what}`, { retryAfterMs }); };
  const checkBucket = (bucket: Bucket | null, what: string, atMs: number): void => {
    const waitMs = bucket?.waitMs(atMs) ?? 0;
    if (waitMs > 0) refuse(what, waitMs);
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
    takeItems(batch, atMs) {
      checkItems(atMs);
      const found = distinct.map(({ of }) => of(batch));
      // All or none: a request that is refused for its series must not have used up services.
      distinct.forEach(({ each, max, seen }, index) => {
        const waitMs = seen.waitMs(found[index], atMs);
        if (waitMs > 0) refuse(`${max} ${words[each]} an hour`, waitMs);
      });
      distinct.forEach(({ seen }, index) => seen.add(found[index], atMs));
      items?.take(batch.count, atMs);
    },
  };
}
