import type { Failure } from './failures.ts';
import type { Random } from './random.ts';
import type { Instance } from './system/system.ts';
import type { Outbox } from './wire/outbox.ts';

/** What programs write about their requests: one line for some that went well, one for each that did not. */

const lineShare = 0.12;
const info = 9;
const warning = 13;
const error = 17;

/** A request that failed by the service's own doing. */
export function tellFailure(outbox: Outbox, random: Random, instance: Instance, failure: Failure, atMs: number, trace: Uint32Array, high: number, low: number): void {
  outbox.log(instance, atMs, error, `${failure.type}: ${failure.line} (attempt ${random.integer(1, 3)})`, trace, high, low);
}

/** A request that was carried through; `failed` is what a step of it came to. */
export function tellRequest(outbox: Outbox, random: Random, instance: Instance, failed: Failure | null, atMs: number, trace: Uint32Array, high: number, low: number): void {
  if (failed !== null) {
    outbox.log(instance, atMs, failed.status === 0 ? error : warning, `upstream call failed after ${random.integer(1, 900)} ms: ${failed.line}`, trace, high, low);
    return;
  }
  if (random.next() >= lineShare) return;
  outbox.log(instance, atMs, info, fill(random.pick(instance.service.logLines), random), trace, high, low);
}

/** %n and %m: numbers, %i: an id, %t: a tenant. */
function fill(shape: string, random: Random): string {
  return shape.replace(/%[nmit]/g, (mark) => {
    switch (mark) {
      case '%i': return `${random.word().toString(16).padStart(8, '0')}`;
      case '%t': return `tenant-${random.below(400)}`;
      default: return String(random.integer(1, mark === '%n' ? 400 : 60));
    }
  });
}
