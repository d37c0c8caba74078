import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { RowQueries } from '@clew/engine';
import { refine } from '../../packages/server/src/refine/refine.ts';
import { openStore } from '../../packages/server/src/stores/store.ts';
import { benchStatement, storeOptions, type Filled } from './fill.ts';
import { quantiles, type Quantiles } from './quantiles.ts';

export interface StoreTimes {
  readonly spans: number;
  readonly minutes: number;
  readonly bytes: number;
  readonly filledMs: number;
  readonly rounds: number;
  readonly whole: Quantiles;
  /** Processor time of the same, every thread: what is left of a busy machine's noise. */
  readonly wholeCpu: Quantiles;
  readonly parts: readonly ({ readonly name: string; readonly rows: number; readonly times: number; readonly cpu: Quantiles } & Quantiles)[];
  readonly counted: number;
  readonly countedShare: number;
  readonly right: boolean;
  readonly statement: string;
}

/** Refines the same incident some times over; the first time the files are cold for DuckDB, though not for the kernel. */
export async function measureStore(folder: string, filled: Filled, rounds: number): Promise<StoreTimes> {
  const store = await openStore(storeOptions(folder));
  try {
    const times = new Map<string, { rows: number; readonly ms: number[]; readonly cpu: number[] }>();
    const { query } = store.rows;
    const timed = <Q extends { readonly fromMs: number }, A>(name: string, run: (q: Q) => Promise<A>, rowsOf: (answer: A) => number) => async (q: Q): Promise<A> => {
      const part = `${name} ${q.fromMs >= filled.onsetMs ? 'since onset' : 'before'}`;
      const one = times.get(part) ?? { rows: 0, ms: [], cpu: [] };
      times.set(part, one);
      const [beganMs, beganCpuMs] = [performance.now(), cpuMs()];
      const answer = await run(q);
      one.ms.push(performance.now() - beganMs);
      one.cpu.push(cpuMs() - beganCpuMs);
      one.rows = Math.max(one.rows, rowsOf(answer));
      return answer;
    };
    const queries: Pick<RowQueries, 'walk' | 'values' | 'calls' | 'courses'> = {
      walk: timed('walk whole traces', query.walk, ({ spans }) => spans), values: timed('values at the first place', query.values, ({ calls }) => calls), calls: timed('count a minute', query.calls, ({ spans }) => spans),
      courses: timed('courses of metrics', query.courses, ({ courses }) => courses.length),
    };
    const asked = { services: filled.affected, of: 'time', onsetMs: filled.onsetMs, untilMs: filled.endMs } as const;
    const whole: number[] = [];
    const wholeCpu: number[] = [];
    let last: Awaited<ReturnType<typeof refine>> | null = null;
    for (let round = 0; round < rounds; round++) {
      const [beganMs, beganCpuMs] = [performance.now(), cpuMs()];
      last = await refine(queries, asked, () => performance.now());
      whole.push(performance.now() - beganMs);
      wholeCpu.push(cpuMs() - beganCpuMs);
    }
    return {
      spans: filled.spans, minutes: filled.minutes, filledMs: filled.filledMs, rounds, whole: quantiles(whole), wholeCpu: quantiles(wholeCpu),
      bytes: readdirSync(folder).filter((file) => file.endsWith('.duckdb')).reduce((sum, file) => sum + statSync(join(folder, file)).size, 0),
      parts: [...times].map(([name, { rows, ms, cpu }]) => ({ name, rows, times: ms.length / rounds, ...quantiles(ms), cpu: quantiles(cpu) })),
      counted: last?.counted.spans ?? 0, countedShare: last === null ? 0 : last.counted.countedMs / last.counted.askedMs,
      right: last?.gains[0]?.service === filled.culprit && last.gains[0].operation === 'UPDATE payments', statement: last?.statement?.text === benchStatement ? 'named whole' : 'not named',
    };
  } finally {
    await store.close();
  }
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
