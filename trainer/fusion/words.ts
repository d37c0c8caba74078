import { defaultSettings } from '@clew/engine';
import { explainLimits } from '../../packages/engine/src/explain/limits.ts';
import { weights } from '../../packages/engine/src/explain/weights.ts';
import { decideLimits } from '../../packages/engine/src/decide/limits.ts';
import { answerFor } from '../../bench/field/causes.ts';
import type { Alarm, Answer } from '../../bench/field/watch.ts';
import type { Played, Ranked } from './replay.ts';

/** Shares of a question's candidates in their order, then *unknown*, then *outside*. */
export type Shares = (each: Ranked) => Float64Array;

/** All that one incident said, oldest first. */
export interface Speech { readonly alarm: Alarm; readonly words: readonly Ranked[] }

/** An answer may be given out so long after it was asked for. */
const slackMs = 15_000;
/** The first word that is kept of an incident comes so long after it opened (record.ts). */
const apartMs = 30_000;

/** What an answer says: the likeliest candidates, and how much is left. As explain/fuse.ts says it. */
export function answerOf({ considered: { entities }, explanation }: Ranked, p: Float64Array): Answer {
  const order = [...entities.keys()].sort((a, b) => p[b] - p[a]).slice(0, explainLimits.causes).filter((at, place) => p[at] >= (place < explainLimits.causesAlways ? weights.leastOfFirst : weights.leastConfidence));
  const causes = order.map((at) => {
    const known = explanation.causes.find(({ entity }) => entity === entities[at]);
    return { entity: entities[at], kind: known?.kind ?? 'unknown', confidence: p[at], path: known?.path.map((step) => step.entity) ?? [] };
  });
  return { causes, unknown: 1 - causes.reduce((sum, { confidence }) => sum + confidence, 0) };
}

/** By incident, one for each time somebody is called. Recordings that do not tell who said an answer tell it by the findings that are in it. */
export function speechesOf(of: readonly Ranked[]): Speech[] {
  return [...Map.groupBy(of, ({ episode }) => episode)].flatMap(([{ alarms }, own]) => (alarms === undefined ? guessed(own) : recorded(alarms, own)));
}

function recorded(alarms: readonly Alarm[], of: readonly Ranked[]): Speech[] {
  return alarms.map((alarm, at) => {
    const nextMs = alarms.slice(at + 1).find(({ id }) => id === alarm.id)?.saidMs ?? Infinity;
    return { alarm, words: of.filter(({ asked: { saidBy, atMs } }) => saidBy === alarm.id && atMs >= alarm.saidMs - slackMs && atMs < nextMs - slackMs) };
  });
}

/** An incident only grows: what holds fewer findings than it did was asked aside. */
function guessed(of: readonly Ranked[]): Speech[] {
  const drafts: { readonly findings: Set<string>; readonly entities: Set<string>; readonly words: Ranked[]; size: number }[] = [];
  for (const each of of) {
    const { findings } = each.asked;
    let draft = drafts.find((one) => findings.length >= one.size && findings.some(({ id }) => one.findings.has(id)));
    if (draft === undefined) drafts.push(draft = { findings: new Set(), entities: new Set(), words: [], size: 0 });
    draft.words.push(each);
    draft.size = findings.length;
    for (const { id } of findings) draft.findings.add(id);
    for (const entity of each.considered.affected) draft.entities.add(entity);
  }
  return drafts.filter(({ size }) => size > 1).map(({ entities, words }, at) => ({
    alarm: { id: `guessed ${at}`, saidMs: words[0].asked.atMs, reopened: false, mergedInto: null, entities: [...entities], causes: [], answer: null, headline: '' }, words,
  }));
}

/** The last word: a later *unknown* does not take back an answer, and a sure one gives way to no other after a while (engine/src/decide). */
export function lastWord(words: readonly Ranked[], sharesOf: Shares): Ranked | null {
  let last: Ranked | null = null;
  let before = null as Answer['causes'][number] | null;
  for (const each of words) {
    const { causes, unknown } = answerOf(each, sharesOf(each));
    const named = causes.length > 0 && causes[0].confidence >= unknown ? causes[0] : null;
    if (before !== null && named === null) continue;
    const isSettled = before !== null && before.confidence >= decideLimits.settledConfidence && each.asked.atMs - words[0].asked.atMs > decideLimits.settledPanes * defaultSettings.paneMs - apartMs;
    if (isSettled && named?.entity !== before?.entity) continue;
    last = each;
    before = named;
  }
  return last;
}

/** The alarms of an episode with what their incidents said last. */
export function alarmsOf(episode: Played, speeches: readonly Speech[], sharesOf: Shares): Alarm[] {
  return speeches.filter(({ words }) => words[0]?.episode === episode).map(({ alarm, words }) => {
    const last = lastWord(words, sharesOf);
    return { ...alarm, answer: last === null ? null : answerOf(last, sharesOf(last)) };
  });
}

/** Of each fault of an episode the incident that is judged for it, as the field judges; null where it was not found. */
export function judgedFor(episode: Played, speeches: readonly Speech[], sharesOf: Shares): (Speech | null)[] {
  const alarms = alarmsOf(episode, speeches, sharesOf);
  const own = speeches.filter(({ words }) => words[0]?.episode === episode);
  return episode.faults.map((fault) => {
    const chosen = answerFor(fault, episode.faults, alarms);
    return chosen === null ? null : own[alarms.indexOf(chosen)];
  });
}
