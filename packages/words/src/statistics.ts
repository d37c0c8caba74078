import type { Evidence } from '@clew/engine';
import { fill } from './fill.ts';
import { formatQuantity, formatShare } from './format.ts';
import { listed, named, oneLine, type Piece, type Tongue } from './piece.ts';
import { say, template } from './say.ts';

type Statistic = Extract<Evidence, { kind: 'mechanism' | 'effect' | 'graph_pattern' }>;
const whatCharsMax = 160;
const hole = '\u0000';

/** What a model reckons, with its interval and what it was adjusted for: for whoever wants to check, behind a fold. */
export function statisticSentence(evidence: Statistic, tongue: Tongue): Piece[] {
  const { language } = tongue;
  if (evidence.kind === 'graph_pattern') return [say(language, 'statistics.graph_pattern', { share: formatShare(Math.min(evidence.share, mostAlike), language) })];
  // A share of requests is at most all of them, whatever the ends of an interval reckon.
  const value = (each: number): string => formatQuantity(evidence.of === 'errors' ? Math.min(1, Math.max(0, each)) : Math.max(0, each), evidence.of === 'latency' ? 'ms' : '1', language);
  const common = { target: named(evidence.target, tongue), low: value(evidence.low), high: value(evidence.high) };
  if (evidence.kind === 'mechanism') return fill<Piece>(template(language, 'statistics.mechanism'), { ...common, own: value(Math.min(evidence.own, evidence.total)), total: value(evidence.total) });
  const { treatment, what, of, effect, adjustedFor, refutedBy } = evidence;
  const pieces = fill<Piece>(template(language, refutedBy === null ? 'statistics.effect' : `statistics.effect.${refutedBy}`), {
    ...common, effect: value(effect), what: treatment === 'change' ? oneLine(what, whatCharsMax) : say(language, `statistics.what.${treatment}`), outcome: say(language, `statistics.outcome.${of}`), beside: hole,
  });
  return pieces.flatMap((piece) => (piece === hole ? listed([say(language, 'statistics.load'), ...adjustedFor.map((node) => named(node, tongue))], tongue) : [piece]));
}

/** Certainty is never claimed. */
const mostAlike = 0.99;
