import { Fragment, useState, type ReactNode } from 'react';
import { entityName, formatNumber, formatShare, type Names } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { DetectionResponse, DetectorRow, DetectorsResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { Empty } from '../parts/answered.tsx';
import { State } from '../parts/mark.tsx';
import { useLanguage, useSay } from '../words/speak.tsx';

type Detector = DetectionResponse['detectors'][number];
const states = { ready: 'detection.ready', 'warming up': 'detection.warming', off: 'detection.off' } as const;
const weightsShown = 3;
/** Fewer than this are not worth folding. */
const idleLeast = 4;

/** Each detector: what it found, how much of that people called right, and on request how it decides. */
export function DetectorTable({ detectors, names }: { readonly detectors: readonly Detector[]; readonly names: Names }): ReactNode {
  const say = useSay();
  const { filters } = useRoute();
  const catalogue = useAnswer<DetectorsResponse>('/detectors').data?.detectors ?? [];
  // One that has not voted yet is still there to be read about.
  const rows = [...detectors, ...catalogue.filter(({ id }) => !detectors.some((each) => each.id === id)).map(({ id }): Detector => ({ id, findings: 0, real: 0, noise: 0, weights: [], state: '' }))];
  const [isWhole, setWhole] = useState(false);
  // Those that have nothing to tell stand behind one line; one that failed, or whose method is open, never does.
  const isIdle = ({ id, findings, weights, state }: Detector): boolean => findings === 0 && weights.length === 0 && (state === 'ready' || state === '') && id !== filters.detector;
  const idle = rows.filter(isIdle).length;
  const shown = isWhole || idle < idleLeast || idle === rows.length ? rows : rows.filter((row) => !isIdle(row));
  if (rows.length === 0) return <Empty title={say('detection.none')} next={say('detection.noneNext')} />;
  return (
    <div className="wide"><table className="detectors">
      <thead><tr><th scope="col">{say('finding.detector')}</th><th scope="col">{say('detection.state')}</th><th scope="col" className="number">{say('detection.findings')}</th><th scope="col" className="number spare">{say('detection.real')}</th><th scope="col" className="number spare">{say('detection.noise')}</th><th scope="col">{say('detection.precision')}</th><th scope="col" className="roomy">{say('detection.weights')}</th></tr></thead>
      <tbody>{shown.map((detector) => {
        const row = catalogue.find(({ id }) => id === detector.id);
        const opened = filters.detector === detector.id;
        return (
          <Fragment key={detector.id}>
            <DetectorLine detector={detector} names={names} opened={opened} hasMethod={row !== undefined} />
            {opened && row !== undefined ? <tr className="method-row"><td colSpan={7}><Method row={row} /></td></tr> : null}
          </Fragment>
        );
      })}
      {shown.length === rows.length && !isWhole ? null : <tr className="others"><td colSpan={7}><button type="button" className="plain" data-row="" aria-expanded={isWhole} onClick={() => setWhole(!isWhole)}>{isWhole ? say('detection.fewer') : say('detection.others', { n: idle })}</button></td></tr>}</tbody>
    </table></div>
  );
}

function DetectorLine({ detector: { id, findings, real, noise, weights, state }, names, opened, hasMethod }: { readonly detector: Detector; readonly names: Names; readonly opened: boolean; readonly hasMethod: boolean }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const count = (value: number, more = ''): ReactNode => <td className={`number num${value === 0 ? ' faint' : ''}${more}`}>{formatNumber(value, language, 9)}</td>;
  const marked = real + noise;
  return (
    <tr>
      <th scope="row">{hasMethod ? <button type="button" className="plain detector-name" data-row="" aria-expanded={opened} title={say('detection.method')} onClick={() => setFilters({ detector: opened ? '' : id })}><span className="fold-mark" aria-hidden="true">{opened ? '▾' : '▸'}</span><code>{id}</code></button> : <code>{id}</code>}</th>
      <td className={state === 'ready' ? undefined : 'soft'}><StateWord state={state} /></td>
      {count(findings)}{count(real, ' spare')}{count(noise, ' spare')}
      <td>{marked === 0 ? <span className="faint">{findings === 0 ? '–' : say('detection.noWord')}</span> : <span className="precision"><span className="precision-bar" aria-hidden="true"><span style={{ width: `${(100 * real) / marked}%` }} /></span><span className="num">{formatShare(real / marked, language)}</span></span>}</td>
      <td className="weights roomy">{weights.length === 0 ? <span className="faint">–</span> : <>{weights.slice(0, weightsShown).map(({ entity, weight }) => <span key={entity} className="weight">{entityName(entity, names)} <span className="num">× {formatNumber(weight, language, 2)}</span></span>)}{weights.length > weightsShown ? <span className="faint num"> +{weights.length - weightsShown}</span> : null}</>}</td>
    </tr>
  );
}

/** One that failed is unknown, never quiet: it is marked. */
function StateWord({ state }: { readonly state: string }): ReactNode {
  const say = useSay();
  if (state === '') return <span className="faint">–</span>;
  if (Object.hasOwn(states, state)) return say(states[state as keyof typeof states]);
  return <State health="watch" word={state.startsWith('failed: ') ? say('detection.failed', { why: state.slice('failed: '.length) }) : state} />;
}

function Method({ row: { looksAt, method, opens, blindTo } }: { readonly row: DetectorRow }): ReactNode {
  const say = useSay();
  return <dl className="method">{([['detection.looksAt', looksAt], ['detection.method', method], ['detection.opens', opens], ['detection.blindTo', blindTo]] as const).map(([key, words]) => <div key={key}><dt>{say(key)}</dt><dd>{words}</dd></div>)}</dl>;
}
