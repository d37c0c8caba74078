import type { Finding } from '@clew/engine';
import { seriesName } from './feature.ts';
import { fill } from './fill.ts';
import { formatAgo, formatDuration, formatNumber, formatQuantity } from './format.ts';
import type { Language } from './language.ts';
import { timeOf } from './moment.ts';
import { named, startUpper, type Piece, type Tongue } from './piece.ts';
import { say, sayKind, template, type SentenceKey } from './say.ts';

/** Why it fired: observed, expected, since when. */
export function findingSentence(finding: Finding, tongue: Tongue): Piece[] {
  const { entity, direction, observed, unit, onsetMs, lastMs, active } = finding;
  const { language, nowMs } = tongue;
  const since = active
    ? say(language, 'since.ago', { time: timeOf(onsetMs, tongue), duration: formatAgo(nowMs - onsetMs, language) })
    : say(language, 'since.span', { from: timeOf(onsetMs, tongue), to: timeOf(lastMs, tongue), duration: formatDuration(Math.max(1_000, lastMs - onsetMs), language) });
  const feature = seriesName(finding, language);
  return fill<Piece>(template(language, keys[direction]), {
    name: named(entity, tongue), since, feature: direction === 'sequence' ? feature : startUpper(feature), observed: formatQuantity(observed, unit, language), range: expectedRange(finding, language), tense: '',
  }, () => (active ? 1 : 2));
}

/** Of these two numbers say nothing. */
const wordless: ReadonlySet<Finding['direction']> = new Set(['new', 'absent', 'shape', 'joint', 'sequence', 'missing']);

/** The same in a row: `p95 latency 50 ms → 3.5 s`, without the name. */
export function findingLine(finding: Finding, { language }: Pick<Tongue, 'language'>): string {
  const feature = seriesName(finding, language);
  if (wordless.has(finding.direction)) return `${feature} · ${sayKind(language, 'direction', finding.direction)}`;
  return `${feature} ${formatQuantity(finding.expected.mid, finding.unit, language)} → ${formatQuantity(finding.observed, finding.unit, language)}`;
}

const keys: Readonly<Record<Finding['direction'], SentenceKey>> = {
  up: 'finding.above', down: 'finding.below', trend: 'finding.trend', new: 'finding.new', absent: 'finding.absent', shape: 'finding.shape', joint: 'finding.joint', sequence: 'finding.sequence', missing: 'finding.missing',
};

/** `40 – 70 ms`: the unit once when both ends share it. A quantity that cannot be negative begins at 0. */
export function expectedRange({ expected, unit }: Pick<Finding, 'expected' | 'unit'>, language: Language): string {
  const low = formatQuantity(expected.low < 0 && expected.high > 0 && unit !== '' ? 0 : expected.low, unit, language);
  const high = formatQuantity(expected.high, unit, language);
  const suffix = /(\s\D+|\/s)$/.exec(high)?.[0] ?? '';
  return low === high ? high : `${suffix !== '' && low.endsWith(suffix) ? low.slice(0, -suffix.length) : low} – ${high}`;
}

const yearMs = 365 * 86_400_000;
const ageYears = 1_000;
const periods = [['years', yearMs], ['months', 30 * 86_400_000], ['days', 86_400_000], ['hours', 3_600_000], ['minutes', 60_000]] as const;

/** How rare something is at one judgement a pane while nothing is wrong. Null: ordinary. */
export function rarity(p: number, paneMs: number): { readonly unit: 'never' | (typeof periods)[number][0]; readonly n: number } | null {
  if (p >= 1) return null;
  const betweenMs = paneMs / Math.max(p, Number.MIN_VALUE);
  if (betweenMs > ageYears * yearMs) return { unit: 'never', n: 0 };
  const [unit, unitMs] = periods.find(([, ms]) => betweenMs >= 1.5 * ms) ?? periods[periods.length - 1];
  return { unit, n: Math.max(1, Math.round(betweenMs / unitMs)) };
}

export function raritySentence(p: number, paneMs: number, language: Language): string {
  const rare = rarity(p, paneMs);
  return rare === null ? say(language, 'rare.ordinary') : say(language, `rare.${rare.unit}`, { n: rare.n });
}

/** Over how many panes the evidence came together before it was told; empty when one was enough. */
export function gatheredSentence({ onsetMs, detectedMs }: Pick<Finding, 'onsetMs' | 'detectedMs'>, paneMs: number, language: Language): string {
  const n = Math.round((detectedMs - onsetMs) / paneMs);
  return n < 2 ? '' : say(language, 'rare.gathered', { duration: formatDuration(n * paneMs, language) });
}

export function rarityShort(p: number, paneMs: number, language: Language): string {
  const rare = rarity(p, paneMs);
  return rare === null ? '–' : say(language, `rareShort.${rare.unit}`, { n: rare.n });
}

const superscripts: Readonly<Record<string, string>> = { '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹' };

/** `0.03`, `2 × 10⁻⁹`: compared by their size. */
export function formatChance(p: number, language: Language): string {
  if (!(p > 0)) return formatNumber(p, language);
  if (p >= 0.001) return formatNumber(p, language, 2);
  const [digits, power] = p.toExponential(0).split('e');
  return `${digits} × 10${[...power].map((character) => superscripts[character] ?? '').join('')}`;
}
