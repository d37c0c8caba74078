// `npm run conform:peers [-- --only TERMS] [--out FILE.json]`: starts Clew and the peers that are built (npm run peers), one after the
// other, runs the suite on each, and writes docs/conformance.md. `--from FILE.json` writes the page again from kept results;
// `--older FILE.json` takes from them what is not built here, with the day on which it was judged.
// `--peer NAME` runs one and prints its table; with `--slow` heavy and long cases too (`npm run conform:nightly`: Clew as it comes).
// `--minutes N` starts no further case after so long, and `--resume` keeps what was asked (by this version of the code), so that
// the next run goes on with the rest; exit code 3 says that there is a rest, 1 that something failed.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { toJsonReport } from '../report/json.ts';
import type { JsonReport } from '../report/json.ts';
import { toTable } from '../report/table.ts';
import { tallyOf } from '../result.ts';
import { openKept } from '../kept.ts';
import { runCases, timeUp } from '../run.ts';
import { makeSelect } from '../select.ts';
import { defaultTarget } from '../target.ts';
import { toPage } from './page.ts';
import { freePorts, startPeer } from './peer.ts';
import type { Peer } from './peer.ts';
import { peers } from './table.ts';

/** What one receiver did, and on which day; `missing` says why there is nothing. */
export interface Compared { readonly name: string; readonly about: string; readonly version: string; readonly missing: string; readonly day?: string; readonly report: JsonReport | null }

const home = process.env.CLEW_PEERS ?? join(homedir(), '.cache', 'clew', 'peers');
const page = fileURLToPath(new URL('../../../../docs/conformance.md', import.meta.url));

const { values } = parseArgs({ options: { only: { type: 'string', default: '' }, out: { type: 'string' }, from: { type: 'string' }, older: { type: 'string' }, peer: { type: 'string' }, slow: { type: 'boolean', default: false }, minutes: { type: 'string' }, resume: { type: 'boolean', default: false } } });
const untilMs = values.minutes === undefined ? Infinity : performance.now() + Number(values.minutes) * 60_000;
if (Number.isNaN(untilMs)) throw new Error(`--minutes is a number, not ${values.minutes}`);
const isAsked = ({ name, isExtra }: Peer): boolean => (values.peer === undefined ? isExtra !== true : name.toLowerCase() === values.peer.toLowerCase());

const readCompared = (path: string | undefined): readonly Compared[] | null => (path === undefined ? null : JSON.parse(readFileSync(path, 'utf8')) as readonly Compared[]);
const kept = readCompared(values.from);
const older = readCompared(values.older) ?? [];
const compared: Compared[] = [];
for (const peer of kept === null ? peers.filter(isAsked) : []) compared.push(await judge(peer));
const all = kept ?? compared;
if (values.out !== undefined) writeFileSync(values.out, JSON.stringify(all));
if (values.only === '' && values.peer === undefined) writeFileSync(page, toPage(all));
for (const { name, version, missing, report } of all) console.log(`${name} ${version}: ${report === null ? missing : JSON.stringify(report.tally)}`);

async function judge(peer: Peer): Promise<Compared> {
  const program = peer.program === null ? process.execPath : join(home, 'bin', peer.program);
  const about = { name: peer.name, about: peer.about, version: versionOf(peer) };
  if (!existsSync(program)) return older.find(({ name, report }) => name === peer.name && report !== null) ?? { ...about, missing: `not built here: ${missingReason(peer)}`, report: null };
  const folder = mkdtempSync(join(tmpdir(), 'clew-conform-peer-'));
  const start = peer.start({ folder, ports: await freePorts(4), program });
  const running = await startPeer(program, start, folder);
  try {
    const target = { ...defaultTarget, isSlow: values.slow, ...start.target };
    const kept = values.resume ? openKept(join(dirname(home), 'conform', `${peer.name.toLowerCase()}.jsonl`), `${about.version} ${commit()} slow ${values.slow}`) : null;
    const results = await runCases(target, { select: makeSelect(values.only), kept: kept?.results, mayStart: () => performance.now() < untilMs, onResult: (result) => kept?.add(result) });
    const left = results.filter(({ reason }) => reason === timeUp).length;
    if (left === 0 && values.only === '') kept?.finish();
    if (values.peer !== undefined) console.log(toTable(results, { isColoured: false, isVerbose: false }));
    if (left > 0) console.log(`${left} of ${results.length} were not asked: the time was up.${kept === null ? '' : ' Run it again for the rest.'}`);
    if (values.peer !== undefined) process.exitCode = tallyOf(results).fail > 0 ? 1 : left > 0 ? 3 : 0;
    return { ...about, missing: '', day: new Date().toISOString().slice(0, 10), report: toJsonReport(target, results) };
  } finally {
    await running.stop();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Which code was asked; changes that are not committed count as another. */
function commit(): string {
  const git = (...args: readonly string[]): string => spawnSync('git', args, { encoding: 'utf8', cwd: import.meta.dirname }).stdout ?? '';
  return `${git('rev-parse', 'HEAD').trim()} ${createHash('sha256').update(git('diff', 'HEAD', '--', fileURLToPath(new URL('../../..', import.meta.url)))).digest('hex').slice(0, 12)}`;
}

function manifest(): Readonly<Record<string, { readonly version?: string; readonly missing?: string }>> {
  const path = join(home, 'peers.json');
  return existsSync(path) ? JSON.parse(readFileSync(path, 'utf8')) as ReturnType<typeof manifest> : {};
}

function versionOf({ program }: Peer): string {
  if (program === null) return (JSON.parse(readFileSync(new URL('../../package.json', import.meta.url), 'utf8')) as { readonly version: string }).version;
  // The builder's list may not be written yet; Go programs carry their modules' versions.
  return manifest()[program]?.version ?? moduleVersion(program);
}

function moduleVersion(program: string): string {
  const { stdout } = spawnSync('go', ['version', '-m', join(home, 'bin', program)], { encoding: 'utf8' });
  return new RegExp(`\\s(?:dep|mod)\\s\\S*/${program}\\s(\\S+)`).exec(stdout ?? '')?.[1] ?? '';
}

function missingReason({ program }: Peer): string {
  return program === null ? '' : manifest()[program]?.missing ?? 'npm run peers builds it';
}
