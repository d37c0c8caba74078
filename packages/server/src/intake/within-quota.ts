import { fromJson, placesOfRows, withoutItems } from '@clew/otlp';
import { decode } from './decode.ts';
import type { DecodeLimits } from './decode.ts';
import type { Arrived } from './keep.ts';
import type { Overflow } from './quota-reasons.ts';

type Decoded = Pick<Arrived, 'signal' | 'encoding' | 'compression' | 'body' | 'bytes' | 'batch'>;

/**
 * The request as if those rows had not been sent, so that everything after this (what is known again, the log, all who read it)
 * has nothing to do with them. Items that are refused by themselves stay where they are.
 */
export function withinQuota(limits: DecodeLimits, { signal, encoding, bytes, batch }: Decoded, { rows }: Overflow): Decoded {
  const places = placesOfRows(batch);
  const gone = new Set<number>();
  for (let row = 0; row < batch.count; row++) if (rows[row] === 1) gone.add(places[row]);
  const request = encoding === 'json' ? fromJson(signal, new TextDecoder().decode(bytes)) : bytes;
  const body = withoutItems(signal, request, (place) => gone.has(place));
  const fitting = decode(signal, 'protobuf', body, limits);
  if (fitting.count !== batch.count - gone.size) throw new Error(`BUG: ${fitting.count} of ${batch.count} ${signal} rows are left without ${gone.size}`);
  return { signal, encoding: 'protobuf', compression: 'identity', body, bytes: body, batch: fitting };
}
