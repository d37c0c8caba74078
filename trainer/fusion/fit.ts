// node trainer/fusion/fit.ts <file.jsonl …> [--write] : weights of the fusion by conditional logit, judged by cross-validation over systems
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { candidateEvidence, unknownEvidence } from '../../packages/engine/src/explain/evidence.ts';
import type { Recorded } from './record.ts';

interface Case extends Recorded { readonly weight: number }
interface Weights { readonly candidate: Float64Array; readonly unknown: Float64Array }

const folds = 5;
const ridges = [0.0003, 0.001, 0.003, 0.01];
const [steps, rate, keepMean, keepSquare] = [400, 0.05, 0.9, 0.99];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false } } });
const recorded = positionals.flatMap((path) => readFileSync(path, 'utf8').trim().split('\n').map((line) => JSON.parse(line) as Recorded));
const perFault = Map.groupBy(recorded, ({ fault }) => fault);
const cases: Case[] = recorded.map((each) => ({ ...each, weight: 1 / (perFault.get(each.fault)?.length ?? 1) }));
const runs = [...new Set(cases.map(({ run }) => run))];
console.log(`${cases.length} rankings of ${perFault.size} faults in ${runs.length} systems; the right cause is a candidate in ${percent(cases, ({ right }) => right.length > 0)}`);
console.log(`by hand   ${judge(cases, handOf)}`);
let best = { ridge: ridges[0], loss: Infinity };
for (const ridge of ridges) {
  const held = new Map<Case, Float64Array>();
  for (let fold = 0; fold < folds; fold++) {
    const isHeld = ({ run }: Case): boolean => runs.indexOf(run) % folds === fold;
    const weights = fit(cases.filter((each) => !isHeld(each)), ridge);
    for (const each of cases.filter(isHeld)) held.set(each, shares(weights, each));
  }
  const loss = lossOf(cases, (each) => held.get(each) ?? new Float64Array());
  console.log(`ridge ${ridge} held out: loss ${loss.toFixed(3)} ${judge(cases, (each) => held.get(each) ?? new Float64Array())}`);
  if (loss < best.loss) best = { ridge, loss };
}
const weights = fit(cases, best.ridge);
console.log([...candidateEvidence].map((name, at) => `${name} ${weights.candidate[at].toFixed(2)}`).join(' · '));
console.log([...unknownEvidence].map((name, at) => `${name} ${weights.unknown[at].toFixed(2)}`).join(' · '));
if (values.write) {
  const list = (names: readonly string[], of: Float64Array): string => names.map((name, at) => `  '${name}': ${of[at].toFixed(3)},`).join('\n');
  const path = fileURLToPath(new URL('../../packages/engine/src/explain/learnt-weights.ts', import.meta.url));
  writeFileSync(path, `/** Written by trainer/fusion/fit.ts from ${cases.length} rankings of ${perFault.size} simulated faults in ${runs.length} systems; ridge ${best.ridge}. docs/models/fusion.md. */\nexport const candidateWeights: Readonly<Record<string, number>> = {\n${list(candidateEvidence, weights.candidate)}\n};\n\nexport const unknownWeights: Readonly<Record<string, number>> = {\n${list(unknownEvidence, weights.unknown)}\n};\n`);
}

/** Shares of the candidates in their order, the last is *unknown*. */
function shares({ candidate, unknown }: Weights, each: Case): Float64Array {
  const utilities = Float64Array.from([...each.candidates.map((row) => dot(candidate, row)), dot(unknown, each.unknown)]);
  const highest = Math.max(...utilities);
  const powers = utilities.map((utility) => Math.exp(utility - highest));
  const total = powers.reduce((sum, power) => sum + power, 0);
  return powers.map((power) => power / total);
}

function fit(of: readonly Case[], ridge: number): Weights {
  const size = candidateEvidence.length;
  const all = new Float64Array(size + unknownEvidence.length);
  const weights: Weights = { candidate: all.subarray(0, size), unknown: all.subarray(size) };
  const [gradient, mean, square] = [new Float64Array(all.length), new Float64Array(all.length), new Float64Array(all.length)];
  const total = of.reduce((sum, { weight }) => sum + weight, 0);
  for (let step = 1; step <= steps; step++) {
    gradient.fill(0);
    for (const each of of) {
      const p = shares(weights, each);
      const rightTotal = rightOf(each).reduce((sum, at) => sum + p[at], 0);
      for (let at = 0; at < p.length; at++) {
        const goal = rightOf(each).includes(at) ? p[at] / rightTotal : 0;
        const excess = (each.weight / total) * (p[at] - goal);
        const row = at < each.candidates.length ? each.candidates[at] : each.unknown;
        const offset = at < each.candidates.length ? 0 : size;
        for (let column = 0; column < row.length; column++) gradient[offset + column] += excess * row[column];
      }
    }
    for (let i = 0; i < all.length; i++) {
      const slope = gradient[i] + ridge * all[i];
      mean[i] = keepMean * mean[i] + (1 - keepMean) * slope;
      square[i] = keepSquare * square[i] + (1 - keepSquare) * slope * slope;
      all[i] -= (rate * (mean[i] / (1 - keepMean ** step))) / (Math.sqrt(square[i] / (1 - keepSquare ** step)) + 1e-8);
    }
  }
  return weights;
}

/** Nothing to name is *unknown*, and so is a cause that the telemetry does not hold, whoever stands nearest to it. */
function rightOf(each: Recorded): readonly number[] {
  return each.inside && each.right.length > 0 ? each.right : [each.candidates.length];
}

function handOf(each: Case): Float64Array {
  return Float64Array.from({ length: each.candidates.length + 1 }, (_, at) => (at < each.candidates.length ? 1 / (at + 1) : 0));
}

function judge(of: readonly Case[], sharesOf: (each: Case) => Float64Array): string {
  const order = (each: Case): number[] => [...sharesOf(each).keys()].filter((at) => at < each.candidates.length).sort((a, b) => sharesOf(each)[b] - sharesOf(each)[a]);
  const last = [...Map.groupBy(of, ({ fault }) => fault)].map(([, own]) => own.toSorted((a, b) => a.atS - b.atS)).map((own) => own[own.length - 1]);
  const named = last.filter(({ right, inside }) => inside && right.length > 0);
  const top = (k: number): string => percent(last, (each) => order(each).slice(0, k).some((at) => each.right.includes(at)));
  const blind = last.filter(({ inside }) => !inside);
  const saysUnknown = (each: Case): boolean => { const p = sharesOf(each); return p.every((share) => share <= p[p.length - 1]); };
  const bins = Array.from({ length: 10 }, () => ({ weight: 0, hit: 0, said: 0 }));
  let brier = 0;
  for (const each of of) {
    const p = sharesOf(each);
    const first = [...p.keys()].sort((a, b) => p[b] - p[a])[0];
    const hit = rightOf(each).includes(first) ? 1 : 0;
    const bin = bins[Math.min(9, Math.floor(p[first] * 10))];
    bin.weight += each.weight; bin.hit += each.weight * hit; bin.said += each.weight * p[first];
    brier += each.weight * (p[first] - hit) ** 2;
  }
  const total = bins.reduce((sum, { weight }) => sum + weight, 0);
  const error = bins.reduce((sum, { hit, said }) => sum + Math.abs(hit - said), 0) / total;
  return `last word: top-1 ${top(1)}, top-3 ${top(3)} of all; top-1 ${percent(named, (each) => each.right.includes(order(each)[0]))} where it can be named; unknown said in ${percent(blind, saysUnknown)} of ${blind.length} where not, in ${percent(named, saysUnknown)} where it can; calibration error ${error.toFixed(3)}, Brier ${(brier / total).toFixed(3)}`;
}

function lossOf(of: readonly Case[], sharesOf: (each: Case) => Float64Array): number {
  const total = of.reduce((sum, { weight }) => sum + weight, 0);
  return of.reduce((sum, each) => sum - each.weight * Math.log(Math.max(1e-9, rightOf(each).reduce((own, at) => own + sharesOf(each)[at], 0))), 0) / total;
}

function percent<T>(of: readonly T[], is: (each: T) => boolean): string {
  return of.length === 0 ? '–' : `${((100 * of.filter(is).length) / of.length).toFixed(1)} %`;
}

function dot(weights: Float64Array, row: readonly number[]): number {
  let sum = 0;
  for (let i = 0; i < row.length; i++) sum += weights[i] * row[i];
  return sum;
}
