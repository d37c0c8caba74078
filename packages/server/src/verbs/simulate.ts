import { createWriteStream, mkdirSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { once } from 'node:events';
import { finished } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Writable } from 'node:stream';
import { toJson, type StableSignal } from '@clew/otlp';
import { faultKinds, openSimulation, servicesMax, servicesMin, simulationDefaults, twists } from '@clew/simulator';
import type { Simulation, SimulationOptions, Twist } from '@clew/simulator';
import { CodedError, reasonOf } from '../errors.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { openProgress } from './progress.ts';
import { toStamp, toTable } from './show.ts';
import type { Terminal, Verb } from './verb.ts';

const kindNames = faultKinds.map(({ kind }) => kind);
const signals: readonly StableSignal[] = ['metrics', 'logs', 'traces'];
const minutesMax = 60 * 24 * 31;

export const simulate: Verb = {
  name: 'simulate',
  about: 'make the telemetry of a random system with planted faults, and the truth beside it',
  help: `Usage: clew simulate --out <folder> [flags]

Needs no server. Writes telemetry.jsonl (OTLP JSON lines, as clew replay and clew send read them) and truth.json: what was
planted, when it could first be seen, whom it hurt, and what happened besides that was no fault. The same seed gives the same bytes.

  --seed <number>        draws the system and everything that happens (${simulationDefaults.seed})
  --services <number>    ${servicesMin} to ${servicesMax} (${simulationDefaults.services})
  --minutes <number>     without faults: so long (${simulationDefaults.minutes}); with faults their number decides
  --faults <list|number> kinds, or so many of all kinds in turn; one after the other with calm between
  --warm-up <minutes>    before the first fault (${simulationDefaults.warmUpMinutes})
  --touched <number>     faults only where so many requests a minute suffer (${simulationDefaults.touchedPerMinute})
  --twists <list>        half of the faults get one: ${twists.join(', ')}
  --rate <spans/s>       at the usual peak of the week (${simulationDefaults.spansPerSecond})
  --start <time>         begin of the telemetry (${new Date(simulationDefaults.startMs).toISOString()})
  --gzip                 write telemetry.jsonl.gz
  -o, --output <table|json>

Kinds: ${kindNames.join(', ').replaceAll(/(.{100,118}?), /g, '$1,\n       ')}

Example: clew simulate --out /tmp/story --services 20 --faults slow_statement,bad_deploy_errors && clew replay /tmp/story/telemetry.jsonl
`,
  async run(args, terminal) {
    const text = { type: 'string' } as const;
    const { values } = readArgs(args, { ...outputOption, seed: text, services: text, minutes: text, faults: text, 'warm-up': text, rate: text, touched: text, twists: text, start: text, out: text, gzip: { type: 'boolean' } }, { min: 0, max: 0 });
    const output = readOutput(values.output);
    if (values.out === undefined) throw new CodedError('bad_usage', '--out is missing', { detail: 'It names the folder to write to.' });
    const options: Partial<SimulationOptions> = {
      seed: numberOf('seed', values.seed ?? '1', 0, Number.MAX_SAFE_INTEGER), services: numberOf('services', values.services ?? String(simulationDefaults.services), servicesMin, servicesMax),
      minutes: numberOf('minutes', values.minutes ?? String(simulationDefaults.minutes), 1, minutesMax), faults: faultsOf(values.faults),
      warmUpMinutes: numberOf('warm-up', values['warm-up'] ?? String(simulationDefaults.warmUpMinutes), 0, minutesMax),
      touchedPerMinute: numberOf('touched', values.touched ?? String(simulationDefaults.touchedPerMinute), 0, 1e6), twists: twistsOf(values.twists),
      spansPerSecond: numberOf('rate', values.rate ?? String(simulationDefaults.spansPerSecond), 1, 1e6), startMs: startOf(values.start),
    };
    const simulation = openSimulation(options);
    const folder = resolve(terminal.folder, values.out);
    const path = join(folder, values.gzip === true ? 'telemetry.jsonl.gz' : 'telemetry.jsonl');
    const written = await writeAll(simulation, folder, path, terminal);
    const { truth, leftOut } = simulation;
    if (output === 'json') terminal.out(`${JSON.stringify({ telemetry: path, truth: join(folder, 'truth.json'), ...written, startMs: truth.startMs, endMs: truth.endMs, faults: truth.faults, leftOut }, null, 2)}\n`);
    else terminal.out(toWords(simulation, path, written));
    return 0;
  },
};

function numberOf(name: string, given: string, least: number, most: number): number {
  const value = Number(given);
  if (given.trim() === '' || !Number.isInteger(value) || value < least || value > most) throw new CodedError('bad_usage', `--${name} ${given}`, { detail: `It is a whole number from ${least} to ${most}.` });
  return value;
}

function faultsOf(given: string | undefined): string[] {
  if (given === undefined || given === '') return [];
  if (/^\d+$/.test(given)) return Array.from({ length: numberOf('faults', given, 0, 10_000) }, (_, index) => kindNames[index % kindNames.length]);
  const kinds = given.split(',');
  const unknown = kinds.find((kind) => !kindNames.includes(kind));
  if (unknown !== undefined) throw new CodedError('bad_usage', `--faults ${unknown}`, { detail: 'There is no such kind of fault; clew simulate --help lists them.' });
  return kinds;
}

function twistsOf(given: string | undefined): Twist[] {
  return (given ?? '').split(',').filter((each) => each !== '').map((each) => {
    const known = twists.find((twist) => twist === each);
    if (known === undefined) throw new CodedError('bad_usage', `--twists ${each}`, { detail: `It is of ${twists.join(', ')}.` });
    return known;
  });
}

function startOf(given: string | undefined): number {
  const atMs = given === undefined ? simulationDefaults.startMs : /^\d+$/.test(given) ? Number(given) : Date.parse(given);
  if (!Number.isSafeInteger(atMs) || atMs < 0) throw new CodedError('bad_usage', `--start ${given ?? ''}`, { detail: 'It is like 2026-05-12T08:00:00Z, or epoch milliseconds.' });
  return atMs;
}

interface Written { readonly requests: number; readonly bytes: number }

async function writeAll(simulation: Simulation, folder: string, path: string, terminal: Terminal): Promise<Written> {
  const { startMs, endMs } = simulation.truth;
  const progress = openProgress(terminal);
  let [requests, bytes] = [0, 0];
  try {
    mkdirSync(folder, { recursive: true });
    const file = createWriteStream(path);
    const out: Writable = path.endsWith('.gz') ? createGzip() : file;
    if (out !== file) out.pipe(file);
    const done = finished(file);
    for (let tick = simulation.step(); tick !== null; tick = simulation.step()) {
      for (const signal of signals) {
        const body = tick[signal];
        if (body === null) continue;
        requests++;
        bytes += body.length;
        if (!out.write(`${toJson(signal, body)}\n`)) await Promise.race([once(out, 'drain'), done]);
      }
      progress.show(`${Math.floor(100 * (tick.receivedMs - startMs) / (endMs - startMs))} %, ${requests} requests`);
    }
    out.end();
    await done;
    writeFileSync(join(folder, 'truth.json'), `${JSON.stringify(simulation.truth, null, 1)}\n`);
  } catch (error) {
    throw new CodedError('cannot_write', folder, { detail: `${reasonOf(error)}.`, cause: error });
  } finally {
    progress.end();
  }
  return { requests, bytes };
}

function toWords({ truth, leftOut, system }: Simulation, path: string, { requests, bytes }: Written): string {
  const list = truth.faults.length === 0 ? 'No faults.\n' : toTable([
    { title: 'FROM', of: ({ onsetMs }) => toStamp(onsetMs) },
    { title: 'TO', of: ({ endMs }) => toStamp(endMs) },
    { title: 'FAULT', of: ({ kind }) => kind },
    { title: 'AT', of: ({ entities }) => entities[0] },
    { title: 'HURTS', of: ({ symptoms }) => `${symptoms.length} services`, right: true },
  ], truth.faults);
  const missing = leftOut.length === 0 ? '' : `No place where it would be felt was found for: ${leftOut.join(', ')}.\n`;
  return `${list}${missing}\n${system.services.length} services, ${((truth.endMs - truth.startMs) / 60_000).toFixed(0)} min, ${requests} requests, ${(bytes / 1e6).toFixed(1)} MB as protobuf: ${path}\n`;
}
