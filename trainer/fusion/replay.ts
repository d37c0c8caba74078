import { defaultSettings, type Explanation } from '@clew/engine';
import type { FaultTruth } from '@clew/simulator';
import { openExplain, type Considered } from '../../packages/engine/src/explain/explain.ts';
import { keepPane, makeMemory } from '../../packages/engine/src/explain/memory.ts';
import { graphOf, type Episode } from './episode.ts';

/** One question as today's explainers answer it, and what was true. */
export interface Ranked {
  readonly run: string;
  readonly fault: string;
  readonly truth: FaultTruth;
  readonly atMs: number;
  readonly considered: Considered;
  readonly explanation: Explanation;
  /** Rows of the candidates that are right; of all faults that lasted then. */
  readonly right: readonly number[];
  readonly tookMs: number;
}

/** Asks every question of an episode again. */
export function replay({ run, faults, panes, questions }: Episode): Ranked[] {
  return questions.flatMap((asked): Ranked[] => {
    const memory = makeMemory();
    for (const pane of asked.panes) keepPane(memory, panes[pane]);
    let considered: Considered | null = null;
    const explain = openExplain(defaultSettings, memory, { considered(each) { considered = each; } });
    const beganMs = performance.now();
    const explanation = explain.explain({ atMs: asked.atMs, findings: asked.findings, around: asked.around, changes: asked.changes, graph: graphOf(asked) });
    const tookMs = performance.now() - beganMs;
    const seen = considered as Considered | null;
    if (seen === null) return [];
    const right = new Set(asked.lasting.flatMap((at) => faults[at].entities));
    const truth = faults[asked.fault];
    return [{ run, fault: `${run} ${asked.fault}`, truth, atMs: asked.atMs, considered: seen, explanation, right: seen.entities.flatMap((entity, at) => (right.has(entity) ? [at] : [])), tookMs }];
  });
}
