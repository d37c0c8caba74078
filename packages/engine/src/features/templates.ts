import { maskedWords, wild } from '../base/masked-words.ts';

/**
 * Log templates by the online parsing tree of Drain (He et al., ICWS 2017), with two departures: numbers, ids, addresses
 * and quoted text are masked before the tree, and the tree has two levels only (number of words, first words), because the
 * masked words do the rest. Bounded: beyond the limit records fall to one template `<*>`.
 */
export interface Miner {
  /** Group key (number of words, first words) → templates. */
  readonly groups: Map<string, Template[]>;
  /** Templates held now, and made so far. */
  held: number;
  made: number;
}

export interface Template {
  /** `t1`, `t2` …: in order of appearance within the service. */
  readonly id: string;
  words: string[];
  firstSeenMs: number;
  lastSeenMs: number;
}

/** Share of equal words at which a record belongs to a template. */
const likeness = 0.5;
const rest: readonly string[] = [wild];

export function openMiner(): Miner {
  return { groups: new Map(), held: 0, made: 0 };
}

/** The template of a record, made when there is none like it; when the limit is reached, the one that catches all. */
export function mine(miner: Miner, text: string, atMs: number, templatesMax: number): Template {
  const words = maskedWords(text);
  const key = `${words.length} ${words[0].includes(wild) ? wild : words[0]}`;
  const group = miner.groups.get(key);
  let best: Template | null = null;
  let bestShare = 0;
  for (const template of group ?? []) {
    const share = likenessOf(template.words, words);
    if (share > bestShare) {
      best = template;
      bestShare = share;
    }
  }
  if (best !== null && bestShare >= likeness) {
    for (let at = 0; at < words.length; at++) if (best.words[at] !== words[at]) best.words[at] = wild;
    best.lastSeenMs = Math.max(best.lastSeenMs, atMs);
    return best;
  }
  if (miner.held >= templatesMax) return catchAll(miner, atMs);
  miner.held++;
  miner.made++;
  const made: Template = { id: `t${miner.made}`, words: [...words], firstSeenMs: atMs, lastSeenMs: atMs };
  if (group === undefined) miner.groups.set(key, [made]); else group.push(made);
  return made;
}

export function isCatchAll(template: Template): boolean {
  return template.id === 'other';
}

function catchAll(miner: Miner, atMs: number): Template {
  miner.held += miner.groups.has('other') ? 0 : 1;
  const known = miner.groups.get('other')?.[0];
  if (known !== undefined) return known;
  const made: Template = { id: 'other', words: [...rest], firstSeenMs: atMs, lastSeenMs: atMs };
  miner.groups.set('other', [made]);
  return made;
}

/** Equal words count whole, a wild word that meets any word counts half; the first word weighs as any other. */
function likenessOf(template: readonly string[], words: readonly string[]): number {
  let same = 0;
  for (let at = 0; at < words.length; at++) {
    if (template[at] === words[at]) same++;
    else if (template[at] === wild) same += 0.5;
  }
  return same / words.length;
}
