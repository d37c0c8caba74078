// `npm run bench:ingest [-- --all | --peers clew,otelcol,…] [--signal traces|logs|metrics-1k|metrics-100k] [--seconds 10] [--connections 8] [--rate 60000] [-o json|markdown]`
// Items acknowledged, durable and queryable, over OTLP/HTTP, generator and server on this machine. Without --all: Clew alone.
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { loads } from './generator.ts';
import type { Load } from './generator.ts';
import { measureLimits } from './limits.ts';
import type { Limits } from './limits.ts';
import { measure } from './measure.ts';
import type { Measured } from './measure.ts';
import { missing, receivers } from './receivers.ts';

const { values } = parseArgs({
  options: {
    all: { type: 'boolean', default: false }, peers: { type: 'string' }, signal: { type: 'string' }, rate: { type: 'string' }, output: { type: 'string', short: 'o', default: 'table' },
    seconds: { type: 'string' }, connections: { type: 'string', default: '8' }, idle: { type: 'string', default: '11' }, 'warm-up': { type: 'string' },
  },
});
const wanted = values.peers?.split(',') ?? (values.all ? receivers.map(({ name }) => name) : ['clew']);
const signals = values.signal?.split(',') ?? [...loads];
for (const name of wanted) if (!receivers.some((each) => each.name === name)) throw new Error(`--peers: ${name} is none of ${receivers.map((each) => each.name).join(', ')}`);
for (const name of signals) if (!loads.includes(name as Load)) throw new Error(`--signal: ${name} is none of ${loads.join(', ')}`);
// All of them, sixteen runs, take less than ten minutes; Clew alone less than three.
const plan = { seconds: Number(values.seconds ?? (values.all ? 7 : 10)), warmUpSeconds: Number(values['warm-up'] ?? (values.all ? 3 : 4)), idleSeconds: Number(values.idle), connections: Number(values.connections), rate: values.rate === undefined ? null : Number(values.rate) };

const startLoad = loadavg()[0];
const limits = await measureLimits();
const results: Measured[] = [];
const failures: { readonly receiver: string; readonly load: string; readonly reason: string }[] = [];
for (const receiver of receivers.filter(({ name }) => wanted.includes(name))) {
  const reason = missing(receiver.name);
  if (reason !== '') failures.push({ receiver: receiver.name, load: 'all', reason });
  for (const load of reason === '' ? receiver.loads.filter((each) => signals.includes(each)) : []) {
    console.error(`${receiver.name}: ${load}`);
    try {
      results.push(await measure(receiver, load, plan));
    } catch (error) {
      failures.push({ receiver: receiver.name, load, reason: String(error) });
    }
  }
}
const machine = { cores: cpus().length, model: cpus()[0].model.trim(), node: process.version, loadBefore: Math.round(startLoad * 100) / 100, at: new Date().toISOString() };
if (values.output === 'json') console.log(JSON.stringify({ machine, limits, results, failures }, null, 2));
else if (values.output === 'markdown') console.log(toMarkdown(limits, results));
else print(limits, results);
for (const { receiver, load, reason } of failures) console.error(`not measured: ${receiver} (${load}): ${reason}`);
process.exitCode = failures.some(({ receiver }) => receiver === 'clew') ? 1 : 0;

/** The tables of docs/performance.md. */
function toMarkdown(own: Limits, measured: readonly Measured[]): string {
  const line = (cells: readonly unknown[]): string => `| ${cells.join(' | ')} |`;
  const thousands = (value: number | null): string => (value === null ? '–' : Math.round(value).toLocaleString('en'));
  const heads = ['receiver', 'load', 'acked/s', 'queryable/s', 'items per core', 'MB per core', 'CPU s per million', 'ack p50/p99 ms, flat out', 'at half', 'B/item on disk', 'RSS idle/peak MB', 'idle CPU %'];
  return [
    `${machine.cores} × ${machine.model}, Node ${machine.node}, load average before ${machine.loadBefore}, ${machine.at}`, '',
    line(heads), line(heads.map(() => '---')),
    ...measured.map((each) => line([each.receiver, each.load, thousands(each.ackedPerSecond), thousands(each.queryablePerSecond), thousands(each.itemsPerCore), each.mbPerCore, each.cpuSecondsPerMillion, `${each.fullAckMsP50} / ${each.fullAckMsP99}`, `${each.halfAckMsP50} / ${each.halfAckMsP99}`, each.bytesPerItemOnDisk, `${each.rssIdleMb} / ${each.rssPeakMb}`, each.cpuIdlePercent])),
    '', line(['physical limit', 'measured']), line(['---', '---']),
    line(['memcpy', `${own.memcpyMbPerSecond} MB/s`]), line(['loopback, one writer and one reader', `${own.loopbackMbPerSecond} MB/s`]),
    ...Object.entries(own.writeAndSyncMbPerSecond).map(([size, rate]) => line([`write + fdatasync of ${size}`, `${rate} MB/s`])), line(['fdatasync of 4 KiB', `${own.syncMsP50} ms`]),
    ...Object.entries(own.decodeItemsPerCore).map(([load, rate]) => line([`decode alone, ${load}`, `${thousands(rate)} items/s a core`])),
  ].join('\n');
}

function print(own: Limits, measured: readonly Measured[]): void {
  console.log(`${machine.cores} × ${machine.model}, Node ${machine.node}, load before ${machine.loadBefore}`);
  console.log(`limits: memcpy ${own.memcpyMbPerSecond} MB/s · loopback ${own.loopbackMbPerSecond} MB/s · write+fdatasync ${Object.entries(own.writeAndSyncMbPerSecond).map(([size, rate]) => `${rate} MB/s (${size})`).join(', ')}, ${own.syncMsP50} ms the shortest · decode alone ${Object.entries(own.decodeItemsPerCore).map(([load, rate]) => `${load} ${rate}/s`).join(', ')}`);
  console.table(measured.map((each) => ({
    receiver: each.receiver, load: each.load, 'acked/s': each.ackedPerSecond, 'queryable/s': each.queryablePerSecond ?? '-', 'items/core': each.itemsPerCore, 'MB/core': each.mbPerCore, 'CPU s/M': each.cpuSecondsPerMillion,
    'p50/p99 full ms': `${each.fullAckMsP50}/${each.fullAckMsP99}`, 'p50/p99 half ms': `${each.halfAckMsP50}/${each.halfAckMsP99}`, 'B/item': each.bytesPerItemOnDisk, 'RSS idle/peak MB': `${each.rssIdleMb}/${each.rssPeakMb}`, 'idle CPU %': each.cpuIdlePercent, refused: each.refusedRequests,
  })));
  for (const { receiver, load, threadsUs, generatorUs, durability } of measured) console.log(`${receiver} ${load}: µs an item by thread ${JSON.stringify(threadsUs)}, generator ${generatorUs}; ${durability}`);
}
