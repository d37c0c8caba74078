// `npm run bench:detect [-- --series 10000,100000 --panes 180 --faults 20 --seed 1 --past-minutes 30 --only cost,delay,latency,model,prometheus -o table|json]`
// What judging costs (CPU of one core, memory a series), how long a finding takes in a running server, what the model's batch
// takes, and what Debian's Prometheus needs for z-score rules over as many series.
import { execFileSync } from 'node:child_process';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { measureDelay } from './delay.ts';
import { measureLatency } from './latency.ts';
import type { Latency } from './latency.ts';
import { measureModel } from './model.ts';
import { measurePrometheus } from './prometheus.ts';

const { values } = parseArgs({
  options: {
    series: { type: 'string', default: '10000,100000' }, panes: { type: 'string', default: '180' }, faults: { type: 'string', default: '20' }, seed: { type: 'string', default: '1' },
    'past-minutes': { type: 'string', default: '30' }, only: { type: 'string', default: 'cost,delay,latency,model,prometheus' }, output: { type: 'string', short: 'o', default: 'table' },
  },
});
const parts = new Set(values.only.split(','));
const sizes = values.series.split(',').map(Number);

interface Cost {
  readonly stage: 'judge' | 'whole'; readonly series: number; readonly panes: number; readonly judged: number; readonly refused: number;
  readonly cpuMsMedian: number; readonly cpuMsP99: number; readonly coreShare: number; readonly bytesPerSeries: number; readonly findings: number;
}
interface Bar { readonly what: string; readonly measured: number; readonly bar: string; readonly holds: boolean | null }

const costs = parts.has('cost') ? sizes.flatMap((series) => (['judge', 'whole'] as const).map((stage) => costOf(stage, series))) : [];
const models = parts.has('model') ? await measureModel(256) : [];
const delays = parts.has('delay') ? measureDelay(Number(values.faults), Number(values.seed)) : [];
const latencies = parts.has('latency') ? await measureLatency(Number(values.faults), Number(values.seed)) : [];
const prometheus = parts.has('prometheus') ? await measurePrometheus(sizes[0], Number(values['past-minutes']), 6) : null;
const report = {
  machine: `${cpus().length} × ${cpus()[0].model.trim()}, Node ${process.version}, load ${loadavg()[0].toFixed(1)} before the end`,
  costs, models, delays, latencies, prometheus: prometheus ?? (parts.has('prometheus') ? 'not installed' : 'not asked for'), bars: bars(),
};
if (values.output === 'json') console.log(JSON.stringify(report, null, 2));
else print();

/** Small sizes look at more panes: what is learnt in an hour then counts. Of each a process of its own. */
function costOf(stage: Cost['stage'], series: number): Cost {
  const panes = Math.max(36, Math.round(Number(values.panes) * Math.min(1, 20_000 / series)));
  console.error(`${stage}: ${series} series, ${panes} panes`);
  return JSON.parse(execFileSync(process.execPath, ['--expose-gc', '--max-old-space-size=6000', 'bench/detect/cost.ts', '--stage', stage, '--series', `${series}`, '--panes', `${panes}`], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'inherit'] })) as Cost;
}

function bars(): Bar[] {
  const judge = costs.find(({ stage, series }) => stage === 'judge' && series === 10_000);
  const inTime = (kind: string): number | undefined => delays.find((each) => each.kind === kind)?.p99;
  const hard = latencies.find(({ kind }) => kind === 'hard');
  const slow = latencies.find(({ kind }) => kind === 'slow');
  const model = models.findLast(({ batchMsP99 }) => !Number.isNaN(batchMsP99));
  const bar = (what: string, measured: number | undefined, limit: number): Bar[] => (
    measured === undefined ? [] : [{ what, measured, bar: `≤ ${limit}`, holds: Number.isNaN(measured) ? null : measured <= limit }]);
  return [
    ...bar('share of one core at 10,000 series', judge?.coreShare, 0.15),
    ...bar('bytes a series at 10,000 series', judge?.bytesPerSeries, 4_000),
    ...bar('seconds to the finding by the engine\'s clock, slow services, P99', inTime('slow'), 12),
    ...bar('seconds to the finding by the engine\'s clock, hard failures, P99', inTime('hard'), 2),
    ...bar('seconds from arrival to finding, slow services, P99', slow?.findingP99, 12),
    ...bar('seconds from arrival to finding, hard failures, P99', hard?.findingP99, 2),
    ...bar('seconds from arrival to incident event, hard failures, P99', hard?.incidentP99, 2),
    ...bar(`ms a batch of the model (${model?.runtime}), P99`, model?.batchMsP99, 50),
  ];
}

function print(): void {
  const round = (value: number, digits = 2): number => Number(value.toFixed(digits));
  console.log(report.machine);
  table(costs.map((each) => ({
    what: each.stage === 'judge' ? 'judging alone' : 'intake to findings', series: each.series, judged: each.judged, panes: each.panes, 'CPU ms a pane': round(each.cpuMsMedian),
    'P99': round(each.cpuMsP99), '% of a core': round(each.coreShare * 100), 'bytes a series': Math.round(each.bytesPerSeries), 'findings (none is right)': each.findings,
  })));
  table(models.map((each) => ({ model: each.runtime, windows: each.windows, 'ms a batch': round(each.batchMsMedian), P99: round(each.batchMsP99), note: each.note })));
  table(delays.map((each) => ({ fault: each.kind, faults: each.faults, found: each.found, 'by the engine\'s clock, median s': round(each.median), 'P99 s': round(each.p99) })));
  table(latencies.map((each: Latency) => ({
    fault: each.kind, faults: each.faults, found: each.found, 'finding median s': round(each.findingMedian), 'finding P99 s': round(each.findingP99),
    'incident median s': round(each.incidentMedian), 'incident P99 s': round(each.incidentP99),
  })));
  if (prometheus !== null) {
    console.table([{
      Prometheus: prometheus.version, series: prometheus.series, 'past min': prometheus.minutesOfPast, 'CPU s a period, scraping': round(prometheus.scrapeCpuSeconds, 3),
      'with rules': round(prometheus.rulesCpuSeconds, 3), '% of a core': round(prometheus.coreShare * 100), 'RSS MB': Math.round(prometheus.rssBytes / 1e6), 'bytes a series': Math.round(prometheus.bytesPerSeries),
    }]);
  } else console.log(`Prometheus: ${String(report.prometheus)}`);
  table(report.bars.map((each) => ({ ...each, measured: round(each.measured, 4) })));
}

function table(rows: readonly object[]): void {
  if (rows.length > 0) console.table(rows);
}
