/** What main and the thread of the store say to each other. Batches are cloned: other views read the same buffers. */
import type { RowQueries } from '@clew/engine';
import type { ErrorCode } from '../../errors.ts';
import type { Parcel } from '../../views/parcel.ts';

export type QueryName = keyof RowQueries;
export type QueryInput = Parameters<RowQueries[keyof RowQueries]>[0];

export type ToThread =
  | { readonly kind: 'feed'; readonly id: number; readonly parcel: Parcel }
  | { readonly kind: 'flush' | 'close' | 'counters'; readonly id: number }
  | { readonly kind: 'query'; readonly id: number; readonly name: QueryName; readonly query: QueryInput };

/** `id` 0: not an answer. `reached` is always that of the last commit. */
export type FromThread =
  | { readonly id: number; readonly reached: number; readonly value: unknown }
  | { readonly id: number; readonly reached: number; readonly error: ThrownWords };

/** An error on its way between threads. */
export interface ThrownWords { readonly message: string; readonly stack: string; readonly code: ErrorCode | null; readonly value: string }
