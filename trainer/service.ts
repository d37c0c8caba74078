import { slotCount } from '../packages/engine/src/detect/autoencoder/slots.ts';
import { makeDice } from './random.ts';
import type { Dice } from './random.ts';

/**
 * One made-up service: traffic with a daily rhythm, noise that remembers, surges and deployments; latency, CPU, memory, pressure
 * and logs follow from the traffic by laws that differ from service to service (an M/M/1 knee, Little's law, saw teeth). Faults
 * break those laws. Values are in the units of the feature catalogue, in the order of the autoencoder's slots.
 */
export const faultKinds = [
  'slow', 'slow_tail', 'errors', 'cpu_stolen', 'cpu_and_slow', 'memory_leak', 'pool_exhausted', 'traffic_lost', 'retry_storm', 'errors_and_fast',
] as const;
export type FaultKind = (typeof faultKinds)[number];
export interface Fault { readonly kind: FaultKind; readonly from: number; readonly to: number; readonly strength: number }

export interface Sample { readonly values: Float64Array; readonly weights: Float64Array }

interface Laws {
  readonly rate: number; readonly dayShare: number; readonly dayPhase: number; readonly secondShare: number; readonly secondPhase: number;
  readonly wander: number; readonly wanderMemory: number; readonly capacity: number;
  readonly p50Ms: number; readonly tail: number; readonly jitter: number; readonly pauseChance: number;
  readonly errorShare: number; readonly cpuIdle: number; readonly cpuBusy: number; readonly cpuNoise: number;
  readonly memoryBytes: number; readonly toothPanes: number; readonly toothShare: number; readonly workers: number;
  readonly logShare: number; readonly logBase: number; readonly metricEvery: number; readonly has: readonly boolean[]; readonly lossChance: number;
}

interface Surge { readonly from: number; readonly rise: number; readonly hold: number; readonly factor: number }

const dayPanes = 8640;

export function makeService(seed: number, panes: number, fault: Fault | null): Sample[] {
  const dice = makeDice(seed);
  const laws = drawLaws(dice);
  const surges = drawSurges(dice, panes);
  const deploys = new Set(Array.from({ length: dice.poisson(panes / 2500) }, () => Math.floor(dice.uniform() * panes)));
  const outages = Array.from({ length: dice.poisson(panes / 1500) }, () => ({ from: Math.floor(dice.uniform() * panes), panes: 3 + Math.floor(dice.uniform() * 20) }));
  let wander = 0;
  let latencyWander = 0;
  let tooth = dice.uniform() * laws.toothPanes;
  let leaked = 0;
  const samples: Sample[] = [];
  for (let pane = 0; pane < panes; pane++) {
    const harm = fault !== null && pane >= fault.from && pane < fault.to ? fault : null;
    wander += (1 - laws.wanderMemory) * -wander + Math.sqrt(1 - laws.wanderMemory ** 2) * laws.wander * (dice.chance(0.05) ? dice.heavy() : dice.normal());
    latencyWander = 0.9 * latencyWander + 0.44 * laws.jitter * dice.normal();
    tooth = deploys.has(pane) ? 0 : (tooth + 1) % laws.toothPanes;
    if (deploys.has(pane)) leaked = 0;
    if (harm?.kind === 'memory_leak') leaked += 0.004 * harm.strength;
    const afterDeploy = [0, 1, 2].some((back) => deploys.has(pane - back));
    samples.push(samplePane({ dice, laws, harm, pane, load: loadOf(laws, surges, pane) * Math.exp(wander), latencyWander, tooth, leaked, afterDeploy, isDark: outages.some((each) => pane >= each.from && pane < each.from + each.panes) }));
  }
  return samples;
}

interface Moment {
  readonly dice: Dice; readonly laws: Laws; readonly harm: Fault | null; readonly pane: number; readonly load: number;
  readonly latencyWander: number; readonly tooth: number; readonly leaked: number; readonly afterDeploy: boolean; readonly isDark: boolean;
}

function samplePane({ dice, laws, harm, pane, load, latencyWander, tooth, leaked, afterDeploy, isDark }: Moment): Sample {
  const on = (kind: FaultKind, value: number, otherwise: number): number => (harm?.kind === kind ? value : otherwise);
  const strength = harm?.strength ?? 0;
  const mean = laws.rate * load * on('traffic_lost', 1 / (1 + strength), 1) * on('retry_storm', 1 + 0.7 * strength, 1);
  const count = dice.poisson(mean * 10);
  const use = Math.min(0.95, (mean / laws.capacity) * on('cpu_and_slow', 1 + 0.3 * strength, 1));
  const knee = 1 / (1 - use);
  const slow = on('slow', 1 + 0.5 * strength, 1) * on('cpu_and_slow', 1 + 0.3 * strength, 1) * on('pool_exhausted', 1 + strength, 1) * on('retry_storm', 1 + 0.3 * strength, 1) * on('errors_and_fast', 1 / (1 + 0.4 * strength), 1) * (afterDeploy ? 1.15 : 1);
  const events = count + 1;
  const p50 = laws.p50Ms * (0.7 + 0.3 * knee) * slow * Math.exp(latencyWander + (0.8 / Math.sqrt(events)) * dice.normal());
  const tail = laws.tail * on('slow_tail', 1 + 0.6 * strength, 1) * (dice.chance(laws.pauseChance) ? dice.between(1.5, 3) : 1) * (afterDeploy ? 1.3 : 1);
  const p95 = p50 * Math.max(1, tail * Math.exp((1.2 / Math.sqrt(events)) * dice.normal()));
  const share = Math.min(0.9, laws.errorShare * knee ** 0.5 + on('errors', 0.04 * strength, 0) + on('errors_and_fast', 0.08 * strength, 0) + on('pool_exhausted', 0.01 * strength, 0));
  const failed = dice.binomial(count, share);
  const cpu = laws.cpuIdle + laws.cpuBusy * (mean / laws.capacity) * on('cpu_and_slow', 1 + 0.6 * strength, 1) + on('cpu_stolen', 0.15 * strength * laws.cpuBusy, 0);
  const memory = laws.memoryBytes * (1 + 0.1 * use + laws.toothShare * (tooth / laws.toothPanes) + leaked);
  const busy = Math.min(laws.workers, ((mean * p50) / 1000) * 1.3 + on('pool_exhausted', 0.3 * strength * laws.workers, 0)) / laws.workers;
  const raw = [
    count / 10, count === 0 ? Number.NaN : failed / count, count === 0 ? Number.NaN : p50, count === 0 ? Number.NaN : p95,
    cpu * Math.exp(laws.cpuNoise * dice.normal()), memory * Math.exp(0.004 * dice.normal()), busy * Math.exp(0.1 * dice.normal()),
    dice.poisson(failed * laws.logShare + laws.logBase) / 10,
  ];
  const values = new Float64Array(slotCount).fill(Number.NaN);
  const weights = new Float64Array(slotCount);
  raw.forEach((value, slot) => {
    const isMetric = slot >= 4 && slot <= 6;
    if (!laws.has[slot] || dice.chance(laws.lossChance) || (isMetric && (isDark || pane % laws.metricEvery !== 0))) return;
    values[slot] = value;
    weights[slot] = slot < 4 ? count : 1;
  });
  return { values, weights };
}

function drawLaws(dice: Dice): Laws {
  const rate = dice.scale(0.5, 200);
  const p50Ms = dice.scale(2, 400);
  return {
    rate, dayShare: dice.between(0, 0.7), dayPhase: dice.uniform(), secondShare: dice.between(0, 0.25), secondPhase: dice.uniform(),
    wander: dice.between(0.02, 0.2), wanderMemory: dice.between(0.5, 0.98), capacity: rate * dice.between(1.8, 8),
    p50Ms, tail: dice.between(1.5, 6), jitter: dice.between(0.02, 0.15), pauseChance: dice.scale(0.001, 0.03),
    errorShare: dice.chance(0.4) ? 0 : dice.scale(0.0005, 0.03), cpuIdle: dice.between(0.01, 0.1), cpuBusy: dice.between(0.3, 1), cpuNoise: dice.between(0.03, 0.2),
    memoryBytes: dice.scale(5e7, 4e9), toothPanes: Math.round(dice.scale(12, 2000)), toothShare: dice.chance(0.5) ? dice.between(0.05, 0.5) : 0.01, workers: Math.max(4, ((rate * p50Ms) / 1000) * dice.between(3, 12)),
    logShare: dice.between(0, 2), logBase: dice.chance(0.5) ? 0 : dice.scale(0.05, 3), metricEvery: dice.chance(0.5) ? 1 : dice.chance(0.5) ? 3 : 6,
    has: [true, true, true, true, dice.chance(0.85), dice.chance(0.85), dice.chance(0.6), dice.chance(0.75)], lossChance: dice.chance(0.3) ? 0.02 : 0,
  };
}

/** What people do at once: a rush that comes in minutes and stays for up to an hour. */
function drawSurges(dice: Dice, panes: number): Surge[] {
  return Array.from({ length: dice.poisson(panes / 300) }, () => ({
    from: Math.floor(dice.uniform() * panes), rise: dice.scale(1, 60), hold: dice.scale(6, 360), factor: dice.chance(0.2) ? dice.between(0.5, 0.9) : dice.scale(1.2, 2.5),
  }));
}

function loadOf(laws: Laws, surges: readonly Surge[], pane: number): number {
  const day = 1 + laws.dayShare * Math.sin(2 * Math.PI * (pane / dayPanes + laws.dayPhase)) + laws.secondShare * Math.sin(4 * Math.PI * (pane / dayPanes + laws.secondPhase));
  let factor = 1;
  for (const { from, rise, hold, factor: full } of surges) {
    const since = pane - from;
    if (since < 0 || since > 2 * rise + hold) continue;
    const height = since < rise ? since / rise : since > rise + hold ? (2 * rise + hold - since) / rise : 1;
    factor *= full ** height;
  }
  return Math.max(0.02, day) * factor;
}
