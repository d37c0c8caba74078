import type { ReactNode } from 'react';
import { formatNumber } from '@clew/words';
import { useLanguage, useSay } from '../words/speak.tsx';
import { outcomes, partsOf, type Outcomes } from './outcome.ts';

const width = 160;
const height = 10;
const leastPart = 3;

/** Of 100 sent: what became of them, as parts of one bar. The words stand in its label; the pattern stands in the legend, which is beside it. */
export function OutcomeBar({ given }: { readonly given: Outcomes }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const parts = partsOf(given, width, leastPart);
  const label = parts.map(({ outcome, of100, items }) => `${say(`ingest.is.${outcome}`)} ${formatNumber(of100, language)} (${say('ingest.items', { n: formatNumber(items, language, 12) })})`).join(', ');
  if (parts.length === 0) return <span className="faint">–</span>;
  return (
    <svg className="outcome-bar" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>
      <title>{label}</title>
      {parts.map(({ outcome, from, width: wide }) => <rect key={outcome} className={`outcome-${outcome}`} x={from} y={0} width={wide} height={height} />)}
    </svg>
  );
}

const hatch = <defs><pattern id="outcome-hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)"><rect width="4" height="4" className="hatch-ground" /><rect width="2" height="4" className="hatch-line" /></pattern></defs>;

export function OutcomeLegend(): ReactNode {
  const say = useSay();
  return (
    <ul className="outcome-legend" aria-label={say('ingest.legend')}>
      {outcomes.map((outcome) => <li key={outcome}><svg width="10" height="10" aria-hidden="true">{outcome === 'late' ? hatch : null}<rect className={`outcome-${outcome}`} width="10" height="10" /></svg> {say(`ingest.is.${outcome}`)}</li>)}
      <li className="faint">{say('ingest.curves')}</li>
    </ul>
  );
}
