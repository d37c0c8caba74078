import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execFileSync } from 'node:child_process';
import { parseArgs } from 'node:util';
import type { EngineTimes } from './engine.ts';
import { fillStore, type Filled } from './fill.ts';
import { measureStore, type StoreTimes } from './stored.ts';

/**
 * How long an answer takes: the first one from the engine's memory, explainer by explainer, and the refined one from stored rows.
 *   npm run bench:explain -- [--services 120,500] [--spans 3600000] [--minutes 60] [--rounds 5] [--part all|engine|store] [--seed 1] [--folder <kept>] [--faults missing_index,service_down] [-o table|json]
 * An hour at 10,000 spans a second is --spans 36000000. Answers from memory are timed in processor time
 * of their thread, stored ones in wall time and processor time of the process.
 */

const help = `npm run bench:explain -- [flags]

How long an answer takes: the first one from the engine's memory, explainer by explainer (processor time of its thread), and the
refined one from stored rows (wall time, processor time of the process).

  --services <list>   sizes of system, each at least 10 (120,500)
  --part <all|engine|store>
  --faults <list>     that the engine is asked about, as clew simulate names them (missing_index,service_down)
  --seed <number>     draws the systems (1)
  --spans <number>    stored in so many minutes; an hour at 10,000 spans a second is 36000000 (3600000)
  --minutes <number>  (60)
  --rounds <number>   refinements that are timed (5)
  --folder <path>     where the rows are kept and found again; else they are made anew and removed
  -o, --output <table|json>
`;

const { values } = parseArgs({
  options: {
    help: { type: 'boolean', short: 'h', default: false },
    services: { type: 'string', default: '120,500' }, spans: { type: 'string', default: '3600000' }, minutes: { type: 'string', default: '60' }, rounds: { type: 'string', default: '5' },
    part: { type: 'string', default: 'all' }, seed: { type: 'string', default: '1' }, folder: { type: 'string', default: '' }, faults: { type: 'string', default: 'missing_index,service_down' }, output: { type: 'string', short: 'o', default: 'table' },
  },
});

if (values.help) {
  process.stdout.write(help);
  process.exit(0);
}
if (!['all', 'engine', 'store'].includes(values.part)) throw new Error(`--part is all, engine or store, not "${values.part}"`);

const sizes = values.services.split(',').map(Number);
if (sizes.some((size) => !Number.isInteger(size) || size < 10)) throw new Error(`--services must be numbers of at least 10, such as 120,500, not "${values.services}"`);

const answers: { services: number; engine: EngineTimes | null; store: StoreTimes | null }[] = [];
for (const services of sizes) {
  // The timers are put into the engine's files as they are loaded, in a process of its own.
  const engine = values.part === 'store' ? null : JSON.parse(execFileSync(process.execPath, ['--import', fileURLToPath(new URL('timers.ts', import.meta.url)), fileURLToPath(new URL('engine.ts', import.meta.url)), String(services), values.seed, values.faults], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'], maxBuffer: 2 ** 24 })) as EngineTimes;
  const store = values.part === 'engine' ? null : await storeTimes(services);
  answers.push({ services, engine, store });
  if (values.output === 'table') process.stdout.write(`${lines(services, engine, store).join('\n')}\n\n`);
}
if (values.output === 'json') process.stdout.write(`${JSON.stringify(answers)}\n`);

/** A folder that was given is kept, and not filled again. */
async function storeTimes(services: number): Promise<StoreTimes> {
  const folder = values.folder === '' ? mkdtempSync(join(tmpdir(), 'clew-bench-explain-')) : join(values.folder, `services-${services}`);
  const told = join(folder, 'filled.json');
  try {
    if (!existsSync(told)) {
      mkdirSync(folder, { recursive: true });
      const filled = await fillStore({ folder, services, spans: Number(values.spans), minutes: Number(values.minutes), seed: Number(values.seed) });
      writeFileSync(told, JSON.stringify(filled));
    }
    return await measureStore(folder, JSON.parse(readFileSync(told, 'utf8')) as Filled, Number(values.rounds));
  } finally {
    if (values.folder === '') rmSync(folder, { recursive: true });
  }
}

function lines(services: number, engine: EngineTimes | null, store: StoreTimes | null): string[] {
  const ms = (value: number): string => `${value < 10 ? value.toFixed(2) : value.toFixed(0)} ms`;
  const row = (what: string, text: string): string => `  ${what.padEnd(26)} ${text}`;
  return [
    `${services} services`,
    ...(engine === null ? [] : [
      row('from memory', `${engine.questions} questions in ${engine.incidents} incidents, over ${engine.rows} rows held`),
      row('first answers, processor', `median ${ms(engine.first.median)}, P95 ${ms(engine.first.p95)}, worst ${ms(engine.first.worst)} (aim: 500 ms)`),
      row('all answers, processor', `median ${ms(engine.all.median)}, P95 ${ms(engine.all.p95)}, worst ${ms(engine.all.worst)}`),
      ...engine.parts.map(({ name, median, p95, worst }) => row(`  ${name}`, `median ${ms(median)}, P95 ${ms(p95)}, worst ${ms(worst)}`)),
    ]),
    ...(store === null ? [] : [
      row('from the store', `${store.spans} spans of ${store.minutes} minutes, ${(store.bytes / 1e6).toFixed(0)} MB, written in ${(store.filledMs / 1e3).toFixed(0)} s`),
      row('refined, whole', `median ${ms(store.whole.median)}, P95 ${ms(store.whole.p95)}, worst ${ms(store.whole.worst)} of ${store.rounds} (aim: ${services <= 120 ? 2_000 : 5_000} ms)`),
      row('  processor time', `median ${ms(store.wholeCpu.median)}, worst ${ms(store.wholeCpu.worst)}`),
      ...store.parts.map(({ name, rows, times, median, worst, cpu }) => row(`  ${name}`, `${times.toFixed(0)} ×, ${rows} rows at most, median ${ms(median)}, worst ${ms(worst)}, processor ${ms(cpu.median)}`)),
      row('counted within the budget', `${(100 * store.countedShare).toFixed(0)} % of the time asked for, ${store.counted} spans`),
      row('right place, statement', `${store.right ? 'yes' : 'no'}, ${store.statement}`),
    ]),
  ];
}
