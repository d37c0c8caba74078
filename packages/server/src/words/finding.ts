import type { Finding, Node } from '@clew/engine';
import { nameOfFeature } from './feature.ts';
import { capitalized, makeNames } from './name.ts';
import { sayNumber, sayRange, sayShare, saySpan, sayTime, sayValue } from './quantity.ts';

/** How rare: `once in 3 years for this series`, at one judgement a pane while nothing is wrong. */
export function sayRarity(p: number, paneMs: number): string {
  if (p >= 1) return 'an ordinary value for this series';
  const betweenMs = paneMs / Math.max(p, Number.MIN_VALUE);
  if (betweenMs > ageMs) return 'less than once in a thousand years for this series';
  return `once in ${sayPeriod(betweenMs)} for this series`;
}

const yearMs = 365 * 86_400_000;
const ageMs = 1_000 * yearMs;
const periods = [[yearMs, 'year'], [30 * 86_400_000, 'month'], [86_400_000, 'day'], [3_600_000, 'hour'], [60_000, 'minute']] as const;

function sayPeriod(ms: number): string {
  for (const [unitMs, unit] of periods) {
    if (ms < 1.5 * unitMs && unit !== 'minute') continue;
    const count = Math.max(1, Math.round(ms / unitMs));
    return count === 1 ? `a ${unit}` : `${sayNumber(count)} ${unit}s`;
  }
  return 'a minute';
}

/** Why it fired, in one or two plain sentences. `nowMs`: until when it is known. */
export function sayFinding(finding: Finding, nodes: readonly Node[], { paneMs, nowMs }: { readonly paneMs: number; readonly nowMs: number }): string {
  const { onsetMs, active, lastMs, p } = finding;
  const lasts = saySpan((active ? Math.max(nowMs, lastMs) : lastMs) - onsetMs);
  const time = active ? `since ${sayTime(onsetMs, nowMs)} (${lasts})` : `from ${sayTime(onsetMs, nowMs)} on, for ${lasts}`;
  const rare = p === null ? '' : ` That happens ${sayRarity(p, paneMs).replace(/^an ordinary/, 'often: an ordinary')}.`;
  return `${capitalized(sayWhat(finding, nodes))}, ${time}.${rare}`;
}

function sayWhat({ entity, feature, subject, text, direction, observed, expected, unit, active, contributors }: Finding, nodes: readonly Node[]): string {
  const what = `${nameOfFeature(feature, subject, text)} of ${makeNames(nodes).of(entity)}`;
  const [is, has] = active ? ['is', 'has'] : ['was', 'had'];
  const value = sayValue(observed, unit);
  const range = sayRange(expected.low, expected.high, unit);
  switch (direction) {
    case 'up': case 'down': return `${what} ${is} ${value}, ${direction === 'up' ? 'above' : 'below'} its expected range of ${range}`;
    case 'new': return `${what} ${has} never been seen before`;
    case 'absent': return `${what} ${is} gone; its expected range is ${range}`;
    case 'trend': return `${what} ${active ? 'keeps' : 'kept'} changing in one direction and ${is} ${value}; its expected range is ${range}`;
    case 'shape': return `${what} ${active ? 'runs' : 'ran'} a course that it never took before, each value on its own possible`;
    case 'joint': return `${makeNames(nodes).of(entity)}: its numbers do not fit together${contributors.length === 0 ? '' : `, most of all ${contributors.slice(0, 3).map((each) => nameOfFeature(each.feature, each.subject)).join(', ')}`}, each on its own possible`;
    case 'sequence': return `${capitalized(sayShare(observed))} of the requests that ${makeNames(nodes).of(entity)} logs ${active ? 'write' : 'wrote'} what they usually do not (normally ${sayShare(expected.mid)}), most of all the ${nameOfFeature(feature, subject, text)}`;
    case 'missing': return `${what} ${is} no longer reported, so nothing is known of it`;
  }
}
