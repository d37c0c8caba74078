/** `npm run fuzz -- --runs 10000000`: changed requests through every decoder; ends with 1 when anything but a declared refusal came out. */
import { parseArgs } from 'node:util';
import { runCampaign } from './campaign.ts';
import type { Report } from './campaign.ts';
import { readCorpus, writeCorpus } from './corpus.ts';
import { explore } from './explore.ts';
import { allTargets } from './targets.ts';

const { values } = parseArgs({ options: { runs: { type: 'string', default: '10000000' }, seed: { type: 'string', default: '1' }, explore: { type: 'string', default: '0.01' }, only: { type: 'string', default: '' }, save: { type: 'boolean', default: false } } });
const [seed, runs] = [Number(values.seed), Number(values.runs)];
const begunMs = performance.now();
const rssMax = { bytes: 0 };

function line(report: Report): string {
  rssMax.bytes = Math.max(rssMax.bytes, process.memoryUsage.rss());
  const ends = [...report.ends].toSorted(([, a], [, b]) => b - a).map(([word, count]) => `${word} ${count}`).join(', ');
  const inputs = [...report.corpus.values()].reduce((sum, each) => sum + each.length, 0);
  const seconds = (performance.now() - begunMs) / 1_000;
  return `${report.runs} runs in ${seconds.toFixed(0)} s · ${ends} · ${inputs} inputs kept · slowest ${report.slowestMs.toFixed(1)} ms · RSS ${(rssMax.bytes / 1e6).toFixed(0)} MB · ${report.failures.size} kinds of failure`;
}

const explored = await explore({ seed, only: values.only, runs: Math.ceil(runs * Number(values.explore)), kept: readCorpus() });
process.stdout.write(`explored: ${explored.runs} runs, ${explored.blocks} blocks reached, ${[...explored.kept.values()].flat().length} inputs kept\n`);
if (values.save) writeCorpus(explored.kept);
const report = await runCampaign({
  targets: (await allTargets(seed)).filter(({ name }) => name.includes(values.only)),
  seed, runs: runs - explored.runs, coverage: null, kept: explored.kept, slowMs: 50,
  onProgress: (now) => process.stdout.write(`${line(now)}\n`),
});
process.stdout.write(`${line(report)}\n`);
for (const { target, what, input, times } of report.failures.values()) {
  process.stdout.write(`\nFAILED ${times} ×: ${target}\n${what.slice(0, 1_500)}\ninput (base64): ${Buffer.from(input).toString('base64')}\n`);
}
process.exitCode = report.failures.size > 0 ? 1 : 0;
