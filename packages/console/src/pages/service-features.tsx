import { useState, type ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import type { FeatureValue, ServiceFeaturesResponse } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Answered, Bones } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { formatValue } from '../words/format.ts';
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
  const value = ({ value: number, texts, unit }: FeatureValue): string => (texts.length > 0 ? texts.join(say('list.comma')) : number === null ? '–' : formatValue(number, unit, language));
  return (
    <Answered answer={answer} what={say('service.features')} skeleton={<Bones rows={8} widths={[30, 12]} />}>{({ features }) => (
      <>
        <dl className="facts feature-values">{features.map((feature) => <div key={`${feature.id} ${feature.subject} ${feature.window}`}><dt><code>{feature.id}</code> <span className="faint">{[feature.subject, feature.window].filter((part) => part !== '').join(' · ')}</span></dt><dd className={`num break${feature.value === null && feature.texts.length === 0 ? ' faint' : ''}`}>{value(feature)}</dd></div>)}</dl>
        <p className="quiet"><Link to={linkTo({ page: 'features' })} data-row="">{say('features.help')}</Link></p>
      </>
    )}</Answered>
  );
}
