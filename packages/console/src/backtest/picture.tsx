import type { ReactNode } from 'react';
import { entityName, formatTime, type Names, seriesName } from '@clew/words';
import type { BacktestResult, BacktestRow } from '../model.ts';
import { Time, useLanguage, useSay } from '../words/speak.tsx';

const ticks = 5;
const laneHeight = 28;

/** Lanes over time: found by both, only by A, only by B. What people marked is told by its shape as well. */
export function Picture({ result, names }: { readonly result: BacktestResult; readonly names: Names }): ReactNode {
  const say = useSay();
  const { covered: { fromMs, toMs }, rows, b } = result;
  const lanes: readonly (readonly [BacktestRow['where'], string])[] = b === null ? [['a', say('finding.title')]] : [['both', say('backtest.both')], ['a', say('backtest.onlyA')], ['b', say('backtest.onlyB')]];
  return (
    <figure className="lanes" aria-label={say('backtest.picture')}>
      <div className="lane lane-axis"><span /><span className="lane-track">{Array.from({ length: ticks }, (_, at) => <span key={at} className="tl-tick" style={{ left: `${(100 * at) / (ticks - 1)}%` }}><Time at={fromMs + ((toMs - fromMs) * at) / (ticks - 1)} /></span>)}</span></div>
      {lanes.map(([where, name]) => {
        const own = rows.filter((row) => row.where === where);
        return <div key={where} className="lane"><span className="lane-name">{name} <b className="num">{own.length}</b></span><span className="lane-track" style={{ height: laneHeight }}>{own.map((row) => <LaneMark key={row.a?.id ?? row.b?.id} row={row} fromMs={fromMs} toMs={toMs} names={names} />)}</span></div>;
      })}
      <p className="lane-legend faint"><span className="lane-mark real" /> {say('verdict.mark.real')} <span className="lane-mark noise" /> {say('verdict.mark.noise')} <span className="lane-mark" /> {say('backtest.row.unmarked').toLowerCase()}</p>
    </figure>
  );
}

function LaneMark({ row, fromMs, toMs, names }: { readonly row: BacktestRow; readonly fromMs: number; readonly toMs: number; readonly names: Names }): ReactNode {
  const language = useLanguage();
  const told = row.a ?? row.b;
  if (told === null) return null;
  const x = (atMs: number): number => Math.max(0, Math.min(100, (100 * (atMs - fromMs)) / (toMs - fromMs)));
  const title = `${formatTime(told.onsetMs, toMs)} ${entityName(told.entity, names)} ${seriesName(told, language)}`;
  return <span className={`lane-mark ${row.mark ?? ''}`} title={title} style={{ left: `${x(told.onsetMs)}%`, width: `max(4px, ${x(told.lastMs) - x(told.onsetMs)}%)` }} />;
}
