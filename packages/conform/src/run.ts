import { answerWords } from './answer.ts';
import { doorWords, encodings, signals, Skip, Unmet } from './case.ts';
import type { Case, Door, Need } from './case.ts';
import { cases as everyCase } from './cases/table.ts';
import type { KeptResult } from './kept.ts';
import { idOf } from './result.ts';
import type { Result } from './result.ts';
import { lightBytesMax } from './target.ts';
import type { Target } from './target.ts';
import { makeTrial } from './trial.ts';
import { answered } from './want.ts';

export interface RunOptions {
  readonly select?: (each: Case, door: Door | null) => boolean;
  readonly cases?: readonly Case[];
  /** Cases at once. */
  readonly parallel?: number;
  /** Those that ended in an earlier run, by id: not asked again. */
  readonly kept?: ReadonlyMap<string, KeptResult>;
  /** Asked before each: false leaves this and all others out, skipped with `timeUp` as the reason. */
  mayStart?(): boolean;
  /** Called as each ends, in no order; for showing and saving. */
  onResult?(result: Result): void;
}

/** Why a way in is closed; ways that took one good item are absent. */
export type ClosedDoors = ReadonlyMap<string, string>;

/** Runs what is selected and gives results in the order of the checklist. Rejects only where the suite itself is broken. */
export async function runCases(target: Target, { select = () => true, cases = everyCase, parallel = 6, kept = new Map(), mayStart = () => true, onResult }: RunOptions = {}): Promise<readonly Result[]> {
  const closed = await probe(target);
  const plan = cases.flatMap((each, at) => (each.doors.length === 0 ? [null] : each.doors).map((door, doorAt) => ({ each, door, order: at * 100 + doorAt })))
    .filter(({ each, door }) => select(each, door));
  const done: { readonly order: number; readonly result: Result }[] = [];
  const work = async ({ each, door, order }: (typeof plan)[number]): Promise<void> => {
    const bare = { id: idOf(each, door), case: each, door, exchanges: [] };
    const known = kept.get(bare.id);
    if (known !== undefined) done.push({ order, result: { ...bare, ...known } });
    else if (!mayStart()) done.push({ order, result: { ...bare, outcome: 'skipped', reason: timeUp, tookMs: 0 } });
    else {
      const result = await runOne(target, closed, each, door);
      onResult?.(result);
      done.push({ order, result: lighten(result) });
    }
  };
  const queue = plan.filter(({ each }) => each.alone !== true);
  await Promise.all(Array.from({ length: parallel }, async () => {
    for (let next = queue.shift(); next !== undefined; next = queue.shift()) await work(next);
  }));
  for (const each of plan.filter((row) => row.each.alone === true)) await work(each);
  return done.toSorted((a, b) => a.order - b.order).map(({ result }) => result);
}

/** Why a case was not asked that there was no time for. */
export const timeUp = 'not asked: the time was up';

const readyTriesMax = 20;

async function probe(target: Target): Promise<ClosedDoors> {
  const closed = new Map<string, string>();
  for (const signal of signals) {
    for (const encoding of encodings) {
      const door = { signal, encoding };
      if ((encoding === 'grpc' ? target.grpc : target.http) === null) closed.set(doorWords(door), `no address for ${encoding === 'grpc' ? 'gRPC' : 'HTTP'} was given`);
      else {
        const trial = makeTrial(target, door);
        let answer = await trial.send(trial.good());
        // Some receivers answer before they are ready.
        for (let tries = 0; answer.status === 503 && tries < readyTriesMax; tries++) {
          await new Promise((resolve) => setTimeout(resolve, 500));
          answer = await trial.send(trial.good());
        }
        if (answered.judge(answer) !== null) closed.set(doorWords(door), `one good item is not taken there: ${answerWords(answer)}`);
      }
    }
  }
  return closed;
}

async function runOne(target: Target, closed: ClosedDoors, each: Case, door: Door | null): Promise<Result> {
  const sinceMs = performance.now();
  const trial = makeTrial(target, door ?? { signal: 'traces', encoding: 'protobuf' });
  const end = (outcome: Result['outcome'], reason: string): Result => ({ id: idOf(each, door), case: each, door, outcome, reason, exchanges: trial.exchanges, tookMs: performance.now() - sinceMs });
  const shut = door === null ? undefined : closed.get(doorWords(door));
  if (shut !== undefined && (each.evenClosed !== true || shut.startsWith('no address'))) return end('skipped', shut);
  const missing = each.needs.map((need) => lacks(target, need)).find((reason) => reason !== null) ?? null;
  if (missing !== null) return end('skipped', missing);
  try {
    await within(caseMsMax, each.run(trial));
    return end('pass', '');
  } catch (error) {
    if (error instanceof Skip) return end('skipped', error.message);
    if (error instanceof Error && error.message.startsWith('BUG:')) throw error;
    const outcome = each.level === 'POLICY' ? 'differs' : 'fail';
    if (error instanceof Unmet) return end(outcome, error.message);
    if (error instanceof Error && 'code' in error) return end(outcome, `no usable answer: ${error.message}`);
    throw error;
  }
}

/** Longer than any case may take: a receiver that answers nothing at all must not hold up the others. */
const caseMsMax = 400_000;

async function within(ms: number, work: Promise<void> | void): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const over = new Promise<never>((_, reject) => { timer = setTimeout(() => reject(new Unmet(`the case did not end within ${ms} ms`)), ms); });
  try {
    await Promise.race([work, over]);
  } finally {
    clearTimeout(timer);
  }
}

const needs: Readonly<Record<Need, (target: Target) => string | null>> = {
  http: ({ http }) => (http === null ? 'no address for HTTP was given' : null),
  grpc: ({ grpc }) => (grpc === null ? 'no address for gRPC was given' : null),
  'read-back': ({ readBack }) => (readBack === null ? 'nothing to read back from: give --readback' : null),
  slow: ({ isSlow }) => (isSlow ? null : 'heavy or long: give --slow'),
  credentials: ({ headers }) => (Object.keys(headers).length === 0 ? 'no credentials are in use: give --header' : null),
  'cors-origin': ({ corsOrigin }) => (corsOrigin === null ? 'no allowed origin is known: give --cors-origin' : null),
  'shared-port': ({ sharedPort }) => (sharedPort === null ? 'no shared port is offered: give --shared-port' : null),
  tls: ({ http, grpc }) => (http?.startsWith('https:') === true || grpc?.startsWith('https:') === true ? null : 'the addresses are not TLS'),
  paths: ({ paths }) => (Object.keys(paths).length === 0 ? 'no other paths are configured: give --path' : null),
  'client-certificate': ({ security }) => (security.cert === undefined ? 'no client certificate was given' : null),
  limit: ({ limitBytes, isSlow }) => (limitBytes <= lightBytesMax || isSlow ? null : `a body over ${limitBytes} bytes is heavy: give --slow, or --limit if the receiver takes less`),
};
function lacks(target: Target, need: Need): string | null {
  return needs[need](target);
}

const keptBytesMax = 64 * 1024;

/** A report holds what was sent, but not a thousand large bodies at once. */
function lighten(result: Result): Result {
  const cut = (bytes: Buffer): Buffer => (bytes.length <= keptBytesMax ? bytes : Buffer.from(bytes.subarray(0, keptBytesMax)));
  return { ...result, exchanges: result.exchanges.slice(0, 8).map((each) => ({ ...each, sent: { ...each.sent, body: cut(each.sent.body) }, reply: { ...each.reply, body: cut(each.reply.body) } })) };
}
