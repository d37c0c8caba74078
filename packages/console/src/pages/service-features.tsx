import { useState, type ReactNode } from 'react';
import { formatNumber, formatValue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { FeatureValue, ServiceFeaturesResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Answered, Bones } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { useLanguage, useSay } from '../words/speak.tsx';

/** Every feature of a service that is known now, asked for when somebody opens it. */
export function ServiceFeatures({ id }: { readonly id: string }): ReactNode {
  const say = useSay();
  const [opened, setOpened] = useState(false);
  return (
    <details className="more service-features" onToggle={(event) => setOpened(event.currentTarget.open)}>
      <summary data-row="">{say('service.features')}</summary>
      {opened ? <Values id={id} /> : null}
    </details>
  );
}

function Values({ id }: { readonly id: string }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const answer = useAnswer<ServiceFeaturesResponse>(`/services/${encodeURIComponent(id)}/features`, { live: true });
  const value = ({ value: number, texts, unit, window }: FeatureValue): string => {
    if (texts.length > 0) return texts.join(say('list.comma'));
    if (number === null) return '–';
    // Of numbers without a unit only those from 0 to 1 over a window are shares; an hour of the day is none.
    return unit === '1' && (window === 'point' || Math.abs(number) > 1) ? formatNumber(number, language) : formatValue(number, unit, language);
  };
  return (
    <Answered answer={answer} what={say('service.features')} skeleton={<Bones rows={8} widths={[30, 12]} />}>{({ features }) => (
      <>
        <dl className="facts feature-values">{features.map((feature) => <div key={`${feature.id} ${feature.subject} ${feature.window}`}><dt><code>{feature.id}</code> <span className="faint">{[feature.subject, feature.window].filter((part) => part !== '').join(' · ')}</span></dt><dd className={`num break${feature.value === null && feature.texts.length === 0 ? ' faint' : ''}`}>{value(feature)}</dd></div>)}</dl>
        <p className="quiet"><Link to={linkTo({ page: 'features' })} data-row="">{say('features.help')}</Link></p>
      </>
    )}</Answered>
  );
}
