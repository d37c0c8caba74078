import { useState, type FormEvent, type ReactNode } from 'react';
import { useAnswer } from '../api/answer.ts';
import type { DetectorsResponse } from '../model.ts';
import { fromField, MomentField, toField } from '../parts/moment-field.tsx';
import { useSay } from '../words/speak.tsx';

/** As POST /backtests takes it. */
export interface BacktestBody { readonly from: number; readonly to: number; readonly source: 'log' | 'rows'; readonly withVerdicts: boolean; readonly againstWithVerdicts?: boolean; readonly detectors: readonly string[] | null; readonly budget?: number; readonly against?: readonly string[] | null; readonly againstBudget?: number }

interface Version { readonly detectors: readonly string[] | null; readonly budget: string; readonly hears: boolean }
const asSet: Version = { detectors: null, budget: '', hears: false };
const budgetLeast = 0.01;
const budgetMost = 1_000;

export function BacktestForm({ fromMs, toMs, busy, onRun }: { readonly fromMs: number; readonly toMs: number; readonly busy: boolean; readonly onRun: (body: BacktestBody) => void }): ReactNode {
  const say = useSay();
  const ids = useAnswer<DetectorsResponse>('/detectors').data?.detectors.map(({ id }) => id) ?? [];
  const [from, setFrom] = useState(() => toField(fromMs));
  const [to, setTo] = useState(() => toField(toMs));
  const [a, setA] = useState<Version>(asSet);
  const [b, setB] = useState<Version | null>(null);
  const [source, setSource] = useState<BacktestBody['source']>('log');
  const [start, end] = [fromField(from), fromField(to)];
  const isEmpty = a.detectors?.length === 0 || b?.detectors?.length === 0;
  const wrong = !(end > start) ? say('time.badRange') : isEmpty ? say('backtest.unchosen') : null;
  const run = (event: FormEvent): void => {
    event.preventDefault();
    const budget = ({ budget: text }: Version): number | undefined => (text === '' ? undefined : Number(text));
    onRun({ from: start, to: end, source, detectors: a.detectors, budget: budget(a), withVerdicts: a.hears, ...(b === null ? {} : { against: b.detectors, againstBudget: budget(b), againstWithVerdicts: b.hears }) });
  };
  return (
    <form className="backtest-form" aria-label={say('backtest.title')} onSubmit={run}>
      <fieldset><legend>{say('backtest.range')}</legend><MomentField label={say('time.from')} name="from" value={from} onChange={setFrom} /><MomentField label={say('time.to')} name="to" value={to} onChange={setTo} />
        <label className="field"><span>{say('backtest.source')}</span><select value={source} onChange={(event) => setSource(event.target.value === 'rows' ? 'rows' : 'log')}><option value="log">{say('backtest.source.log')}</option><option value="rows">{say('backtest.source.rows')}</option></select></label>
      </fieldset>
      <VersionFields name={say('backtest.versionA')} version={a} ids={ids} onChange={setA} />
      <div className="compare-with">
        <label className="check"><input type="checkbox" checked={b !== null} onChange={(event) => setB(event.target.checked ? asSet : null)} /> {say('backtest.compare')}</label>
        {b === null ? null : <VersionFields name={say('backtest.versionB')} version={b} ids={ids} onChange={setB} />}
      </div>
      <p className="form-end"><button type="submit" className="primary" disabled={busy || wrong !== null}>{say('backtest.run')}</button> {wrong === null ? null : <span role="alert" className="wrong">{wrong}</span>}</p>
    </form>
  );
}

function VersionFields({ name, version, ids, onChange }: { readonly name: string; readonly version: Version; readonly ids: readonly string[]; readonly onChange: (version: Version) => void }): ReactNode {
  const say = useSay();
  const { detectors, budget } = version;
  const chosen = (id: string): boolean => detectors === null || detectors.includes(id);
  const toggle = (id: string): void => {
    const next = ids.filter((each) => (each === id ? !chosen(id) : chosen(each)));
    onChange({ ...version, detectors: next.length === ids.length ? null : next });
  };
  return (
    <fieldset className="version">
      <legend>{name}</legend>
      <div className="detector-choice" role="group" aria-label={say('backtest.detectors')}>
        <label className="check all"><input type="checkbox" checked={detectors === null} onChange={(event) => onChange({ ...version, detectors: event.target.checked ? null : [] })} /> {say('backtest.all')}</label>
        {ids.map((id) => <label key={id} className="check"><input type="checkbox" checked={chosen(id)} onChange={() => toggle(id)} /> <code>{id}</code></label>)}
      </div>
      <label className="field"><span>{say('backtest.budget')}</span><input type="number" min={budgetLeast} max={budgetMost} step="any" placeholder={say('backtest.asSet')} value={budget} onChange={(event) => onChange({ ...version, budget: event.target.value })} /></label>
      <label className="check" title={say('backtest.hearsAbout')}><input type="checkbox" checked={version.hears} onChange={(event) => onChange({ ...version, hears: event.target.checked })} /> {say('backtest.hears')}</label>
    </fieldset>
  );
}
