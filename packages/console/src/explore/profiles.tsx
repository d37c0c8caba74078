import type { ReactNode } from 'react';
import { entityName, formatDuration, formatNumber, formatValue, type Names } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { query } from '../api/client.ts';
import type { ProfileSummary } from '../model.ts';
import { go, linkTo, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { pageBefore } from './page-before.ts';
import { useNames } from '../parts/names.ts';
import { ChooseService, Field, SearchForm } from '../parts/search-form.tsx';
import { useTitle } from '../parts/title.ts';
import { useBounds } from '../range.ts';
import { Time, useLanguage, useSay } from '../words/speak.tsx';

const foundMost = 200;

/** Profiles of the time that is shown, newest first, of all services or of one. */
export function ProfilesPage(): ReactNode {
  const say = useSay();
  useTitle(say('nav.profiles'));
  const names = useNames();
  const { filters: { service = '', type = '', before = '' } } = useRoute();
  const bounds = useBounds();
  const fromMs = Math.round(bounds.fromMs);
  // An older page ends where the one before it ended, and stands still.
  const toMs = Math.min(Math.round(bounds.toMs), before === '' ? Infinity : Number(before) || 0);
  const what = { service, type, before, limit: foundMost };
  const answer = useAnswer<{ readonly profiles: readonly ProfileSummary[] }>(`/profiles${query({ from: fromMs, to: toMs, service, type, limit: foundMost })}`, { group: `profiles ${query(what)}` });
  return (
    <>
      <h1>{say('nav.profiles')}</h1>
      <SearchForm label={say('nav.profiles')}>
        <ChooseService />
        <Field name="type" label={say('profile.type')} hint="cpu" width={140} first />
      </SearchForm>
      <Answered answer={answer} what={say('nav.profiles')} skeleton={<Bones rows={10} widths={[12, 24, 20, 12, 12]} />}>{({ profiles }) => (profiles.length === 0 && before === '' ? <Empty title={say('profiles.none')} next={say(service === '' && type === '' ? 'profiles.noneNext' : 'traces.noneNext')} /> : <><ProfileTable profiles={profiles} isNewest={before === ''} names={names} /><Pages profiles={profiles} before={before} /></>)}</Answered>
    </>
  );
}

/** The way to older ones, and back to the newest; which page is shown is in the address. */
function Pages({ profiles, before }: { readonly profiles: readonly ProfileSummary[]; readonly before: string }): ReactNode {
  const say = useSay();
  const { filters, time } = useRoute();
  const older = pageBefore(profiles, foundMost);
  if (before === '' && older === null) return null;
  return (
    <nav className="pages" aria-label={say('pages.label')}>
      {before === '' ? null : <Link to={linkTo({ page: 'profiles' }, { ...filters, before: '' }, time)} data-row="">{say('pages.newest')}</Link>}
      {older === null ? <span className="faint">{say('pages.end')}</span> : <Link to={linkTo({ page: 'profiles' }, { ...filters, before: String(older) }, time)} data-row="">{say('pages.older')}</Link>}
    </nav>
  );
}

function ProfileTable({ profiles, isNewest, names }: { readonly profiles: readonly ProfileSummary[]; readonly isNewest: boolean; readonly names: Names }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  return (
    <>
      <p className="quiet found">{!isNewest ? say('profiles.foundOlder', { n: profiles.length }) : profiles.length >= foundMost ? say('profiles.foundMax', { n: foundMost }) : say('profiles.found', { n: profiles.length })}</p>
      <div className="wide"><table className="profiles">
        <thead><tr><th scope="col">{say('traces.started')}</th><th scope="col">{say('explore.service')}</th><th scope="col">{say('profile.type')}</th><th scope="col" className="number">{say('profiles.total')}</th><th scope="col" className="number spare">{say('profiles.lasted')}</th><th scope="col" className="number spare">{say('profiles.samples')}</th><th scope="col" className="number spare">{say('profiles.spans')}</th></tr></thead>
        <tbody>{profiles.map(({ id, timeMs, service, type, unit, total, durationNs, samples, spans }) => {
          const to = linkTo({ page: 'profile', id });
          return (
            <tr key={id} onClick={(event) => { if (!(event.target instanceof Element && event.target.closest('a'))) go(to); }}>
              <td className="faint nowrap"><Time at={timeMs} /></td>
              <th scope="row"><Link to={to} data-row="">{entityName(service, names)}</Link></th>
              <td>{type === '' ? '–' : type}</td>
              <td className="number num">{formatValue(total, unit, language)}</td>
              <td className="number num spare">{durationNs === '0' ? '–' : formatDuration(Number(durationNs) / 1e6, language)}</td>
              <td className="number num spare">{formatNumber(samples, language, 9)}</td>
              <td className="number num soft spare">{formatNumber(spans, language, 9)}</td>
            </tr>
          );
        })}</tbody>
      </table></div>
    </>
  );
}
