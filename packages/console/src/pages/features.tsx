import type { ReactNode } from 'react';
import { formatUnit } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { FeatureRow, FeaturesResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { useTitle } from '../parts/title.ts';
import { sayKind } from '../words/strings.ts';
import { useLanguage, useSay } from '../words/speak.tsx';

const roles = ['all', 'judged', 'told'] as const;

/** The catalogue: what is computed of what arrives, word for word as the engine has it. */
export function FeaturesPage(): ReactNode {
  const say = useSay();
  useTitle(say('features.title'));
  const answer = useAnswer<FeaturesResponse>('/features');
  const { filters: { q = '', role = 'all' } } = useRoute();
  const wanted = q.toLowerCase();
  const fits = (row: FeatureRow): boolean => (role === 'all' || row.role === role) && `${row.id} ${row.definition} ${row.expression}`.toLowerCase().includes(wanted);
  return (
    <>
      <h1>{say('features.title')}</h1>
      <p className="soft">{say('features.lead', { n: answer.data?.features.length ?? 0 })}</p>
      <p className="filter-line">
        <input type="search" data-filter="" aria-label={say('features.filter')} placeholder={say('features.filter')} value={q} onChange={(event) => setFilters({ q: event.target.value })} />
        <span className="segments" role="group">{roles.map((each) => <button key={each} type="button" aria-pressed={each === role} onClick={() => setFilters({ role: each === 'all' ? '' : each })}>{say(`features.${each}`)}</button>)}</span>
      </p>
      <Answered answer={answer} what={say('features.title')} skeleton={<Bones rows={14} widths={[16, 40, 12, 8]} />}>{({ features }) => {
        const shown = features.filter(fits);
        return shown.length === 0 ? <Empty title={say('features.none')} next={say('features.noneNext')} /> : <FeatureTable rows={shown} />;
      }}</Answered>
    </>
  );
}

function FeatureTable({ rows }: { readonly rows: readonly FeatureRow[] }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  return (
    <div className="wide"><table role="table" className="catalogue stack">
      <thead role="rowgroup"><tr role="row"><th role="columnheader" scope="col">{say('features.feature')}</th><th role="columnheader" scope="col">{say('features.what')}</th><th role="columnheader" scope="col">{say('features.of')}</th><th role="columnheader" scope="col">{say('features.window')}</th><th role="columnheader" scope="col">{say('features.unit')}</th></tr></thead>
      <tbody role="rowgroup">{rows.map(({ id, definition, expression, entities, window, unit, role }) => (
        <tr role="row" key={id} tabIndex={-1} data-row="">
          <th role="rowheader" scope="row"><code>{id}</code>{role === 'judged' ? <span className="faint block">{say('features.judged')}</span> : null}</th>
          <td role="cell" className="whole"><span className="block">{definition}</span><code className="soft">{expression}</code></td>
          <td role="cell" className="soft" data-label={say('features.of')}>{entities.map((entity) => sayKind(language, 'kind', entity)).join(say('list.comma'))}</td><td role="cell" className="soft one-line" data-label={say('features.window')}>{window}</td><td role="cell" className="soft" data-label={say('features.unit')}>{formatUnit(unit) || '–'}</td>
        </tr>
      ))}</tbody>
    </table></div>
  );
}
