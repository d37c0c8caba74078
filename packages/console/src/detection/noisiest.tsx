import { Fragment, type ReactNode } from 'react';
import { entityName, formatNumber, type Names, nodeOf, seriesName } from '@clew/words';
import { SeriesChart } from '../finding/band-chart.tsx';
import type { DetectionResponse } from '../model.ts';
import { linkTo, setFilters, useRoute } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { useLanguage, useSay } from '../words/speak.tsx';

/** Once is not noisy. */
const findingsLeast = 2;
const shownMost = 12;

/** Series that were found most often; each opens with its band. */
export function Noisiest({ noisiest: all, names }: { readonly noisiest: DetectionResponse['noisiest']; readonly names: Names }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const { filters } = useRoute();
  const noisiest = all.filter(({ findings }) => findings >= findingsLeast).slice(0, shownMost);
  if (noisiest.length === 0) return <p className="quiet">{say('detection.quiet')}</p>;
  const most = Math.max(1, ...noisiest.map(({ findings }) => findings));
  return (
    <div className="wide"><table className="noisiest">
      <thead><tr><th scope="col">{say('detection.series')}</th><th scope="col">{say('detection.in24h')}</th><th scope="col" className="number">{say('detection.noise')}</th><th scope="col"><span className="hidden">{say('detection.showSeries')}</span></th></tr></thead>
      <tbody>{noisiest.map(({ series, entity, feature, subject, text, findings, noise }) => {
        const opened = filters.series === series;
        return (
          <Fragment key={series}>
            <tr>
              <th scope="row" className="break"><Link to={linkTo({ page: 'service', id: nodeOf(entity) })} className="name" data-row="">{entityName(entity, names)}</Link> {seriesName({ feature, subject, text }, language)}</th>
              <td><span className="precision"><span className="precision-bar plain-bar" aria-hidden="true"><span style={{ width: `${(100 * findings) / most}%` }} /></span><span className="num">{formatNumber(findings, language, 9)}</span></span></td>
              <td className={`number num${noise === 0 ? ' faint' : ''}`}>{formatNumber(noise, language, 9)}</td>
              <td className="number"><button type="button" className="plain" data-row="" aria-expanded={opened} onClick={() => setFilters({ series: opened ? '' : series })}>{say(opened ? 'detection.hideSeries' : 'detection.showSeries')}</button></td>
            </tr>
            {opened ? <tr className="method-row"><td colSpan={4}><SeriesChart series={series} height={160} otherwise={<p className="quiet">{say('detection.seriesGone')}</p>} /></td></tr> : null}
          </Fragment>
        );
      })}</tbody>
    </table></div>
  );
}
