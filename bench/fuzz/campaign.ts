import { Random } from '../../packages/simulator/src/random.ts';
import type { Coverage } from './coverage.ts';
import type { Target } from './target.ts';

/** Inputs of one target in a row: code stays warm, and one look at the coverage is for all of them. */
const blockRuns = 64;
const corpusMax = 1_000;
const inputBytesMax = 1_536;
/** One run in so many makes the dear comparisons, too. */
const thoroughEvery = 64;
const refusedOneIn = 5;
const failuresMax = 50;
const progressBlocks = 2_000;
/** What takes less is not looked at. */
const slowAtAllMs = 3;

export interface CampaignOptions {
  readonly targets: readonly Target[];
  readonly seed: number;
  readonly runs: number;
  /** Guides what is kept, when there is one; costs a lot of speed. */
  readonly coverage: Coverage | null;
  /** Inputs beside the seeds that an earlier campaign kept, by target. */
  readonly kept: ReadonlyMap<string, readonly Uint8Array[]>;
  /** A run that takes more processor time than this again and again is a failure. */
  readonly slowMs: number;
  onProgress?(report: Report): void;
}

export interface Failure { readonly target: string; readonly what: string; readonly input: Uint8Array; times: number }

export interface Report {
  runs: number;
  /** By the first word of how they ended. */
  readonly ends: Map<string, number>;
  readonly failures: Map<string, Failure>;
  slowestMs: number;
  blocks: number;
  /** By target: the seeds first, then what led somewhere new. */
  readonly corpus: ReadonlyMap<string, Uint8Array[]>;
}

interface Hall {
  readonly options: CampaignOptions;
  readonly random: Random;
  readonly report: Report;
  readonly words: Map<string, Set<string>>;
  /** Refused inputs among those kept, by target. */
  readonly refused: Map<string, number>;
}

/** Runs changed inputs through every target. The same seed gives the same inputs, as long as the code under test is the same. */
export async function runCampaign(options: CampaignOptions): Promise<Report> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 0;
  try {
    return await run(options);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function run(options: CampaignOptions): Promise<Report> {
  const { targets, runs, coverage, kept } = options;
  const report: Report = { runs: 0, ends: new Map(), failures: new Map(), slowestMs: 0, blocks: 0, corpus: new Map(targets.map(({ name, seeds }) => [name, [...seeds, ...kept.get(name) ?? []]])) };
  const hall: Hall = { options, random: new Random(options.seed), report, words: new Map(targets.map(({ name }) => [name, new Set()])), refused: new Map() };
  const turns = targets.flatMap((target) => Array.from({ length: target.weight }, () => target));
  for (const target of targets) for (const input of corpusOf(hall, target).slice()) await runOne(hall, target, input, true);
  coverage?.fresh();
  for (let block = 0; report.runs < runs; block++) {
    const target = hall.random.pick(turns);
    if (coverage !== null) await explore(hall, coverage, target);
    else for (let i = 0; i < blockRuns && report.runs < runs; i++) await runOne(hall, target, next(hall, target), report.runs % thoroughEvery === 0);
    if (block % progressBlocks === 0) options.onProgress?.(report);
  }
  return report;
}

const corpusOf = ({ report }: Hall, { name }: Target): Uint8Array[] => report.corpus.get(name) ?? [];

function next(hall: Hall, target: Target): Uint8Array {
  const corpus = corpusOf(hall, target);
  return target.change(hall.random, hall.random.pick(corpus), hall.random.pick(corpus));
}

/** One look at the coverage for a whole block; only when the block reached something new, its inputs are looked at one by one. */
async function explore(hall: Hall, coverage: Coverage, target: Target): Promise<void> {
  const inputs = Array.from({ length: blockRuns }, () => next(hall, target));
  for (const [index, input] of inputs.entries()) await runOne(hall, target, input, index % thoroughEvery === 0);
  if (!coverage.isFresh()) return;
  for (const input of inputs) {
    await runOne(hall, target, input, false);
    if (coverage.fresh()) keep(hall, target, input);
  }
  coverage.fresh();
  hall.report.blocks = coverage.blocks();
}

function keep(hall: Hall, target: Target, input: Uint8Array): void {
  if (input.length > inputBytesMax) return;
  const corpus = corpusOf(hall, target);
  if (corpus.length < corpusMax) corpus.push(input);
  else corpus[target.seeds.length + hall.random.below(corpusMax - target.seeds.length)] = input;
}

async function runOne(hall: Hall, target: Target, input: Uint8Array, thorough: boolean): Promise<void> {
  const { report, words } = hall;
  report.runs += 1;
  const before = performance.now();
  try {
    const ended = target.run(input, thorough);
    const end = typeof ended === 'string' ? ended : await ended;
    const seen = words.get(target.name);
    if (seen !== undefined && !seen.has(end)) {
      seen.add(end);
      if (isWorthKeeping(hall, target, end)) keep(hall, target, input);
    }
    const word = end.split(' ', 1)[0];
    report.ends.set(word, (report.ends.get(word) ?? 0) + 1);
  } catch (error) {
    await fail(hall, target, input, error);
    return;
  }
  const tookMs = performance.now() - before;
  if (tookMs > Math.max(slowAtAllMs, report.slowestMs)) await timeAgain(hall, target, input);
}

/** There are a thousand ways to be refused, and what is made of those is refused, too: they may be one in five. */
function isWorthKeeping(hall: Hall, target: Target, end: string): boolean {
  if (end.startsWith('ok')) return true;
  const { refused } = hall;
  const count = refused.get(target.name) ?? 0;
  if (count * refusedOneIn > corpusOf(hall, target).length) return false;
  refused.set(target.name, count + 1);
  return true;
}

/** The machine may have been busy with something else: the least processor time of five counts. */
async function timeAgain(hall: Hall, target: Target, input: Uint8Array): Promise<void> {
  let leastMs = Infinity;
  for (let i = 0; i < 5 && leastMs > hall.report.slowestMs; i++) {
    const before = process.threadCpuUsage();
    await target.run(input, false);
    const { user, system } = process.threadCpuUsage(before);
    leastMs = Math.min(leastMs, (user + system) / 1_000);
  }
  hall.report.slowestMs = Math.max(hall.report.slowestMs, leastMs);
  if (leastMs > hall.options.slowMs) await fail(hall, target, input, new Error(`BUG: ${input.length} bytes took ${leastMs.toFixed(1)} ms`));
}

/** Thousands of refusals a second need no traces; a failure is run once more for its own. */
async function withTrace(target: Target, input: Uint8Array, error: unknown): Promise<unknown> {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = 12;
  try {
    return await Promise.resolve().then(() => target.run(input, true)).then(() => error, (again: unknown) => again);
  } finally {
    Error.stackTraceLimit = stackTraceLimit;
  }
}

async function fail(hall: Hall, target: Target, input: Uint8Array, thrown: unknown): Promise<void> {
  const error = await withTrace(target, input, thrown);
  const what = error instanceof Error ? error.stack ?? error.message : String(error);
  const key = `${target.name} ${keyOf(what)}`;
  const known = hall.report.failures.get(key);
  if (known !== undefined) known.times += 1;
  else if (hall.report.failures.size < failuresMax) hall.report.failures.set(key, { target: target.name, what, input: await smallest(target, input, keyOf(what)), times: 1 });
}

/** The message without what comes from the input, and the place. */
const keyOf = (what: string): string => what.split('\n').slice(0, 2).join(' ').replaceAll(/…[^]*?…|\d+/g, '#').slice(0, 200);

/** Leaves out pieces as long as the failure stays the same. */
async function smallest(target: Target, input: Uint8Array, key: string): Promise<Uint8Array> {
  let best = input;
  Error.stackTraceLimit = 12;
  for (let size = best.length >> 1; size >= 1; size >>= 1) {
    for (let at = 0; at + size <= best.length;) {
      const shorter = Uint8Array.from([...best.subarray(0, at), ...best.subarray(at + size)]);
      const stays = await Promise.resolve().then(() => target.run(shorter, true)).then(() => false, (error: unknown) => keyOf(error instanceof Error ? error.stack ?? '' : String(error)) === key);
      if (stays) best = shorter;
      else at += size;
    }
  }
  Error.stackTraceLimit = 0;
  return best;
}
