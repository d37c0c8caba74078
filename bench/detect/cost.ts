// A process of its own for one size, started by detect.ts: `node --expose-gc bench/detect/cost.ts --stage judge --series 10000 --panes 180 --warm 24`
// Prints one line of JSON: what a pane costs in CPU and what a series costs in memory.
import { parseArgs } from 'node:util';
import { readRequest, writeRequest } from '@clew/otlp';
import type { Batch } from '@clew/otlp';
import { defaultSettings, openEngine } from '@clew/engine';
import type { EngineSettings } from '@clew/engine';
import { openReason } from '../../packages/engine/src/reason.ts';
import { dice, makeSupply, paneMs, startMs } from './panes.ts';

const { values } = parseArgs({ options: { stage: { type: 'string', default: 'judge' }, series: { type: 'string', default: '10000' }, panes: { type: 'string', default: '180' }, warm: { type: 'string', default: '24' } } });
const [series, panes, warm] = [Number(values.series), Number(values.panes), Number(values.warm)];

/** Something that takes panes; `step` is what is measured, `supply` is not. */
interface Run { supply(pane: number): void; step(): number; counters(): Readonly<Record<string, number>> }

const settings: EngineSettings = { ...defaultSettings, limits: { ...defaultSettings.limits, metricSeries: Math.max(defaultSettings.limits.metricSeries, series) } };

/** Observations as features make them → findings and incidents: everything behind features. */
function openJudge(): Run {
  const supply = makeSupply(series);
  const reason = openReason(settings);
  let pane = supply.pane(0);
  return {
    supply: (number) => { pane = supply.pane(number); },
    step: () => reason.step(pane, supply.graph).findings.filter((finding) => finding.active).length,
    counters: () => reason.counters(),
  };
}

const perService = 100;

/** Decoded OTLP points → features → findings: the whole engine. Gauges only, one point a series and pane. */
function openWhole(): Run {
  const engine = openEngine(settings);
  let batches: Batch[] = [];
  let arrivalMs = 0;
  return {
    supply(number) {
      const next = dice(number + 1);
      arrivalMs = startMs + (number + 1) * paneMs;
      const timeUnixNano = BigInt(arrivalMs - 1_000) * 1_000_000n;
      batches = Array.from({ length: Math.ceil(series / perService) }, (_, service) => readRequest('metrics', writeRequest('metrics', {
        resourceMetrics: [{
          resource: { attributes: [{ key: 'service.name', value: { stringValue: `service-${service}` } }] },
          scopeMetrics: [{
            metrics: Array.from({ length: Math.min(perService, series - service * perService) }, (_each, metric) => (
              { name: `app.metric_${metric}`, unit: '1', gauge: { dataPoints: [{ timeUnixNano, asDouble: (metric + 1) * (1 + 0.02 * (next() + next() + next() + next() - 2)) }] } })),
          }],
        }],
      })));
    },
    step() {
      let findings = 0;
      for (const batch of batches) findings += engine.feed(batch, arrivalMs).findings.length;
      return findings;
    },
    counters: () => engine.world().counters,
  };
}

function heapBytes(): number {
  const collect = globalThis.gc;
  if (collect === undefined) throw new Error('start with --expose-gc');
  for (let round = 0; round < 4; round++) void collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

const run = values.stage === 'judge' ? openJudge() : openWhole();
run.supply(0);
const emptyBytes = heapBytes();
const cpuMs: number[] = [];
let findings = 0;
for (let pane = 0; pane < panes; pane++) {
  run.supply(pane);
  const before = process.cpuUsage();
  const found = run.step();
  const { user, system } = process.cpuUsage(before);
  if (pane < warm) continue;
  findings += found;
  cpuMs.push((user + system) / 1_000);
}
const held = heapBytes() - emptyBytes;
cpuMs.sort((left, right) => left - right);
const share = (ms: number): number => ms / paneMs;
const counters = run.counters();
console.log(JSON.stringify({
  stage: values.stage, series, panes, judged: counters.detect_series, refused: counters.detect_series_refused,
  cpuMsMedian: cpuMs[cpuMs.length >> 1], cpuMsP99: cpuMs[Math.floor(cpuMs.length * 0.99)], cpuMsMean: cpuMs.reduce((sum, each) => sum + each, 0) / cpuMs.length,
  coreShare: share(cpuMs.reduce((sum, each) => sum + each, 0) / cpuMs.length), bytesPerSeries: held / series, findings,
}));
