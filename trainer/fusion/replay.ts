import { defaultSettings, type Explanation } from '@clew/engine';
import { openExplain, type Considered } from '../../packages/engine/src/explain/explain.ts';
import { keepPane, makeMemory } from '../../packages/engine/src/explain/memory.ts';
import { graphOf, type Asked, type Episode } from './episode.ts';

/** An episode without what its questions were asked of. */
export type Played = Omit<Episode, 'panes' | 'questions'>;

/** One question as today's explainers answer it. */
export interface Ranked {
  readonly episode: Played;
  readonly asked: Pick<Asked, 'atMs' | 'saidBy' | 'fault' | 'lasting'> & { readonly findings: readonly { readonly id: string }[] };
  readonly considered: Pick<Considered, 'entities' | 'evidence' | 'affected'>;
  readonly explanation: Pick<Explanation, 'causes' | 'unknown' | 'outside'>;
  readonly tookMs: number;
}

/** Asks every question of an episode again. */
export function replay(episode: Episode): Ranked[] {
  const { run, services, faults, alarms } = episode;
  const played: Played = { run, services, faults, ...(alarms === undefined ? {} : { alarms }) };
  return episode.questions.flatMap((asked): Ranked[] => {
    const memory = makeMemory();
    for (const pane of asked.panes) keepPane(memory, episode.panes[pane]);
    let considered: Considered | null = null;
    const explain = openExplain(defaultSettings, memory, { considered(each) { considered = each; } });
    const beganMs = performance.now();
    const { causes, unknown, outside } = explain.explain({ atMs: asked.atMs, findings: asked.findings, around: asked.around, changes: asked.changes, graph: graphOf(asked) });
    const tookMs = performance.now() - beganMs;
    const seen = considered as Considered | null;
    if (seen === null) return [];
    const { entities, evidence, affected } = seen;
    const { atMs, saidBy, fault, lasting } = asked;
    return [{ episode: played, asked: { atMs, ...(saidBy === undefined ? {} : { saidBy }), fault, lasting, findings: asked.findings.map(({ id }) => ({ id })) }, considered: { entities, evidence, affected }, explanation: { causes, unknown, outside }, tookMs }];
  });
}
