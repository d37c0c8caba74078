/**
 * Shared memory between the engine's thread, which asks and waits, and the thread that computes. One request at a time: who asks
 * raises `asked`, who answers copies it to `answered`; an answer to an older request is not an answer.
 */
export interface Mailbox {
  readonly control: Int32Array<SharedArrayBuffer>;
  readonly inputs: Float32Array<SharedArrayBuffer>;
  readonly outputs: Float32Array<SharedArrayBuffer>;
  readonly inputFloats: number;
  readonly outputFloats: number;
}

/** Places in `control`. */
export const cells = { asked: 0, answered: 1, count: 2, failed: 3 } as const;

export function makeMailbox(inputFloats: number, outputFloats: number, rows: number): Mailbox {
  const floats = (count: number): Float32Array<SharedArrayBuffer> => new Float32Array(new SharedArrayBuffer(count * 4));
  return { control: new Int32Array(new SharedArrayBuffer(16)), inputs: floats(rows * inputFloats), outputs: floats(rows * outputFloats), inputFloats, outputFloats };
}

export type Answer = 'answered' | 'failed' | 'late' | 'busy';

/** A request is being computed. */
export function isBusy({ control }: Pick<Mailbox, 'control'>): boolean {
  return Atomics.load(control, cells.answered) !== Atomics.load(control, cells.asked);
}

/** Asks and waits, at most `limitMs`. `busy`: an earlier request that was given up is still being computed; nothing was asked. */
export function ask({ control, inputs }: Mailbox, rows: Float32Array, count: number, limitMs: number, nowMs: () => number): Answer {
  if (isBusy({ control })) return 'busy';
  const earlier = Atomics.load(control, cells.asked);
  inputs.set(rows);
  Atomics.store(control, cells.count, count);
  const request = Atomics.add(control, cells.asked, 1) + 1;
  Atomics.notify(control, cells.asked);
  const untilMs = nowMs() + limitMs;
  for (;;) {
    if (Atomics.load(control, cells.answered) === request) return Atomics.load(control, cells.failed) === 0 ? 'answered' : 'failed';
    const leftMs = untilMs - nowMs();
    if (leftMs <= 0) return 'late';
    Atomics.wait(control, cells.answered, earlier, leftMs);
  }
}
