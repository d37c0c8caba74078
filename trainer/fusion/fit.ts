// node trainer/fusion/fit.ts <folder …> [--write] [--ablation] : weights of the fusion by conditional logit, judged by cross-validation over systems
import { readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { descend, softmax } from '../../packages/engine/src/explain/measure/conditional-logit.ts';
import { candidateEvidence, sources, unknownEvidence } from '../../packages/engine/src/explain/evidence.ts';
import { graphNetColumns, graphNetUnknownColumns } from '../../packages/engine/src/explain/by-graph-net.ts';
import { mechanismColumns } from '../../packages/engine/src/explain/by-mechanism.ts';
import { placeEvidence } from '../../packages/engine/src/explain/place-evidence.ts';
import { outsideEvidence, unseenEvidence } from '../../packages/engine/src/explain/unseen.ts';
import { readEpisode } from './episode.ts';
import { casesOf, goalOf, type Case } from './cases.ts';
import { judgeWords, reliability, summary } from './judge.ts';
import { priorCandidate, priorUnknown } from './prior.ts';
import { replay, type Ranked } from './replay.ts';
import { speechesOf, type Shares } from './words.ts';

const folds = 5;
const ridges = [0.003, 0.01, 0.03];
/** Of what is said in the end by weights that never saw the system. */
const temperatures = Array.from({ length: 31 }, (_, at) => (7 + at) / 10);
const descent = { steps: 400, rate: 0.05 };

/** What is left out at a time to see what it is worth: a source with all columns that speak of it, or what goes together. */
const groups: readonly (readonly [string, ReadonlySet<string>])[] = [
  ['attribute', new Set(placeEvidence)], ['mechanism', new Set(mechanismColumns)], ['graph_net', new Set([...graphNetColumns, ...graphNetUnknownColumns])], ['unseen', new Set([...unseenEvidence, ...outsideEvidence])],
  ...sources.map((source) => [source, new Set([...candidateEvidence, ...unknownEvidence].filter((column) => column.split(' ').includes(source)))] as const),
];

const { values, positionals } = parseArgs({ allowPositionals: true, options: { write: { type: 'boolean', default: false }, ablation: { type: 'boolean', default: false } } });
const ranked = positionals.flatMap((folder) => readdirSync(folder).filter((name) => name.endsWith('.episode')).sort().flatMap((name) => replay(readEpisode(join(folder, name)))));
const speeches = speechesOf(ranked);
const { learnt: cases, last } = casesOf(ranked, speeches, treeShares);
const episodes = [...new Set(ranked.map(({ episode }) => episode))];
console.log(`${ranked.length} rankings of ${last.length} faults in ${episodes.length} systems; the right cause is a candidate in ${percent(last.filter(({ truth }) => truth.inside), ({ right }) => right.length > 0)} of the last words`);
const size = candidateEvidence.length;
const alternativesByRanked = new Map(ranked.map((each) => [each, alternativesOf(each)]));
const held = new Map(ridges.map((ridge) => [ridge, crossValidate(ridge, allColumns())]));
const lossOfRidge = (ridge: number): number => lossOf(last, (each) => softmax(utilitiesHeld(ridge, each), 1));
for (const ridge of ridges) console.log(`ridge ${ridge} held out: loss of last words ${lossOfRidge(ridge).toFixed(3)}; ${summary(judgeWords(ranked, speeches, (each) => softmax(utilitiesHeld(ridge, each), 1)))}`);
const best = ridges.toSorted((a, b) => lossOfRidge(a) - lossOfRidge(b))[0];
const temperature = temperatures.toSorted((a, b) => lossOf(last, (each) => softmax(utilitiesHeld(best, each), a)) - lossOf(last, (each) => softmax(utilitiesHeld(best, each), b)))[0];
const warm = judgeWords(ranked, speeches, (each) => softmax(utilitiesHeld(best, each), temperature));
console.log(`ridge ${best}, temperature ${temperature}, held out: loss ${lossOf(last, (each) => softmax(utilitiesHeld(best, each), temperature)).toFixed(3)}; ${summary(warm)}\n${reliability(warm)}`);
console.log(`as the weights in the tree have it, on the same incidents: loss ${lossOf(last, treeShares).toFixed(3)}; ${summary(judgeWords(ranked, speeches, treeShares))}`);
if (values.ablation) {
  for (const [source, columns] of groups) {
    const without = crossValidate(best, allColumns().map((used, at) => (used && !columns.has(columnName(at)) ? 1 : 0)));
    console.log(`without ${source.padEnd(12)} ${summary(judgeWords(ranked, speeches, (each) => softmax(without.get(each) ?? new Float64Array(), temperature)))}`);
  }
}
if (values.write) write(fit(cases, best, allColumns()));

function utilitiesHeld(ridge: number, each: Ranked): Float64Array {
  return held.get(ridge)?.get(each) ?? new Float64Array();
}

function allColumns(): Uint8Array {
  return new Uint8Array(size + 2 * unknownEvidence.length).fill(1);
}

function columnName(at: number): string {
  return at < size ? candidateEvidence[at] : unknownEvidence[(at - size) % unknownEvidence.length];
}

/** Utilities of every ranking by weights that never saw its system. */
function crossValidate(ridge: number, used: Uint8Array): Map<Ranked, Float64Array> {
  const told = new Map<Ranked, Float64Array>();
  for (let fold = 0; fold < folds; fold++) {
    const isHeld = ({ episode }: Ranked): boolean => episodes.indexOf(episode) % folds === fold;
    const learnt = fit(cases.filter(({ ranked: each }) => !isHeld(each)), ridge, used);
    for (const each of ranked.filter(isHeld)) told.set(each, utilitiesOf(learnt, alternativesByRanked.get(each) ?? []));
  }
  return told;
}

function write(learnt: Float64Array): void {
  const [candidate, unknown, outside] = [learnt.subarray(0, size), learnt.subarray(size, size + unknownEvidence.length), learnt.subarray(size + unknownEvidence.length)];
  const list = (name: string, columns: readonly string[], of: Float64Array): string => `export const ${name}: Readonly<Record<string, number>> = {\n${columns.map((column, at) => `  '${column}': ${(of[at] / temperature).toFixed(4)},`).join('\n')}\n};\n`;
  const path = fileURLToPath(new URL('../../packages/engine/src/explain/learnt-weights.ts', import.meta.url));
  writeFileSync(path, `/** Written by trainer/fusion/fit.ts from ${ranked.length} rankings of ${last.length} simulated faults in ${episodes.length} systems; ridge ${best}, temperature ${temperature}. docs/models/fusion.md. */\n${list('candidateWeights', candidateEvidence, candidate)}\n${list('unknownWeights', unknownEvidence, unknown)}\n${list('outsideWeights', unknownEvidence, outside)}`);
}

/** What is not 0 of a row, and where its weights stand. */
interface Sparse { readonly at: Int32Array; readonly values: Float64Array }

/** Of the candidates in their order, then *unknown*, then *outside*. */
function alternativesOf({ considered: { evidence } }: Ranked): Sparse[] {
  return [...evidence.candidates.map((row) => sparse(row, 0)), sparse(evidence.unknown, size), sparse(evidence.unknown, size + unknownEvidence.length)];
}

function sparse(row: Float64Array, offset: number): Sparse {
  const at = [...row.keys()].filter((column) => row[column] !== 0);
  return { at: Int32Array.from(at, (column) => column + offset), values: Float64Array.from(at, (column) => row[column]) };
}

function utilitiesOf(weights: Float64Array, alternatives: readonly Sparse[]): Float64Array {
  const utilities = new Float64Array(alternatives.length);
  for (let i = 0; i < alternatives.length; i++) {
    const { at, values: of } = alternatives[i];
    for (let column = 0; column < at.length; column++) utilities[i] += weights[at[column]] * of[column];
  }
  return utilities;
}

function treeShares({ explanation, considered }: Ranked): Float64Array {
  const named = considered.entities.map((entity) => explanation.causes.find((cause) => cause.entity === entity)?.confidence ?? 0);
  return Float64Array.from([...named, explanation.unknown - (explanation.outside ?? 0), explanation.outside ?? 0]);
}

function fit(of: readonly Case[], ridge: number, used: Uint8Array): Float64Array {
  const prior = priorOf();
  const all = prior.map((value, at) => (used[at] === 0 ? 0 : value));
  const total = of.reduce((sum, { weight }) => sum + weight, 0);
  descend(all, (slopes) => {
    for (const each of of) addGradient(slopes, all, each, each.weight / total);
    for (let i = 0; i < all.length; i++) slopes[i] = used[i] === 0 ? 0 : slopes[i] + ridge * (all[i] - prior[i]);
  }, descent);
  return all;
}

function priorOf(): Float64Array {
  return Float64Array.from([...candidateEvidence.map((name) => priorCandidate[name] ?? 0), ...unknownEvidence.map((name) => priorUnknown[name] ?? 0), ...unknownEvidence.map((name) => priorUnknown[name] ?? 0)]);
}

function addGradient(gradient: Float64Array, weights: Float64Array, each: Case, weight: number): void {
  const alternatives = alternativesByRanked.get(each.ranked) ?? [];
  const p = softmax(utilitiesOf(weights, alternatives), 1);
  const right = goalOf(each);
  const rightTotal = right.reduce((sum, at) => sum + p[at], 0);
  for (let i = 0; i < p.length; i++) {
    const goal = right.includes(i) ? p[i] / rightTotal : 0;
    const excess = weight * (p[i] - goal);
    const { at, values: of } = alternatives[i];
    for (let column = 0; column < at.length; column++) gradient[at[column]] += excess * of[column];
  }
}

function lossOf(of: readonly Case[], sharesOf: Shares): number {
  return of.reduce((sum, each) => { const p = sharesOf(each.ranked); return sum - Math.log(Math.max(1e-9, goalOf(each).reduce((own, at) => own + p[at], 0))); }, 0) / of.length;
}

function percent<T>(of: readonly T[], is: (each: T) => boolean): string {
  return of.length === 0 ? '–' : `${((100 * of.filter(is).length) / of.length).toFixed(1)} %`;
}
