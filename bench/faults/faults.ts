/** `npm run faults -- --kills 200 --overload 600`: the long versions of what packages/server/src/faults tests in short. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runKills } from '../../packages/server/src/faults/fixture/kills.ts';
import { runOverload } from '../../packages/server/src/faults/fixture/overload.ts';

const { values } = parseArgs({ options: { kills: { type: 'string', default: '0' }, overload: { type: 'string', default: '0' }, seed: { type: 'string', default: '1' } } });
const say = (line: string): void => { process.stdout.write(`${line}\n`); };
const complaints: string[] = [];

async function inFolder(run: (folder: string) => Promise<{ readonly complaints: readonly string[] }>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'clew-faults-'));
  const begunMs = performance.now();
  const report = await run(folder);
  say(`${JSON.stringify({ ...report, complaints: report.complaints.length })} in ${((performance.now() - begunMs) / 1_000).toFixed(0)} s`);
  complaints.push(...report.complaints);
  // What failed is left for people to look at.
  if (report.complaints.length === 0) await rm(folder, { recursive: true });
  else say(`left in ${folder}`);
}

if (Number(values.kills) > 0) await inFolder((folder) => runKills({ kills: Number(values.kills), seed: Number(values.seed), folder, report: say }));
if (Number(values.overload) > 0) await inFolder((folder) => runOverload({ seconds: Number(values.overload), folder, rssBytesMax: 1_500e6, report: say }));
for (const complaint of complaints.slice(0, 100)) say(`FAILED ${complaint}`);
process.exitCode = complaints.length > 0 ? 1 : 0;
