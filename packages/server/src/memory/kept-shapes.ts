import type { Batch, Signal } from '@clew/otlp';

/**
 * The last batch of each signal that this thread saw. V8 forgets what a kind of object looks like when a collection finds none
 * alive, and with it all code that was optimized for it: between two requests there is no batch, so every collection would cost
 * compiling decoder, engine and row store again. Its memory may have been given to another request: nobody reads these.
 */
const kept = new Map<Signal, Batch>();

export function keepShape(batch: Batch): void {
  kept.set(batch.signal, batch);
}
