import { useEffect, useState, type ReactNode } from 'react';
import { formatShare } from '@clew/words';
import { useAnswer, usePolling } from '../api/answer.ts';
import { ApiError, sendJson } from '../api/client.ts';
import { BacktestForm, type BacktestBody } from '../backtest/form.tsx';
import { BacktestResultView } from '../backtest/result.tsx';
import { tell } from '../copy.ts';
import type { BacktestResponse, BacktestsResponse } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { useNames } from '../parts/names.ts';
import { useTitle } from '../parts/title.ts';
import { Time, useLanguage, useSay, useTongue } from '../words/speak.tsx';

const askMs = 700;
/** A range to begin with, when the page shows less: a day says more than a quarter of an hour. */
const dayMs = 86_400_000;

/** What detectors would have said of what was kept; which run is shown is in the address. */
export function BacktestPage(): ReactNode {
  const say = useSay();
  useTitle(say('backtest.title'));
  const { time, filters: { run } } = useRoute();
  const [opened] = useState(() => (time.kind === 'between' ? { fromMs: time.fromMs, toMs: time.toMs } : { fromMs: Date.now() - Math.max(dayMs, time.spanMs), toMs: Date.now() }));
  const last = useAnswer<BacktestsResponse>('/backtests');
  const shown = run ?? last.data?.backtests[0]?.id ?? null;
  const answer = useAnswer<BacktestResponse>(shown === null ? null : `/backtests/${encodeURIComponent(shown)}`);
  const { reload: reloadLast } = last;
  const isRunning = answer.data?.state === 'running';
  usePolling(answer, askMs, isRunning);
  useEffect(() => { if (!isRunning) reloadLast(); }, [isRunning, reloadLast]);
  const complain = (error: unknown): void => tell({ key: 'backtest.failed', values: { why: error instanceof ApiError ? `${error.message} ${error.next}` : String(error) } });
  const start = (body: BacktestBody): void => void sendJson<BacktestResponse>('POST', '/backtests', body).then(({ id }) => setFilters({ run: id, where: '', rows: '' }), complain);
  const cancel = (id: string): void => void sendJson('DELETE', `/backtests/${encodeURIComponent(id)}`).then(answer.reload, complain);
  return (
    <>
      <h1>{say('backtest.title')}</h1>
      <p className="soft">{say('backtest.lead')}</p>
      <BacktestForm {...opened} busy={isRunning} onRun={start} />
      <LastRuns runs={last.data?.backtests ?? []} shown={shown} />
      {shown === null ? (last.data === undefined ? <Bones rows={3} /> : <Empty title={say('backtest.none')} next={say('backtest.noneNext')} />)
        : <section className="backtest-shown"><Answered answer={answer} what={say('backtest.title')} skeleton={<Bones rows={8} widths={[20, 12, 12]} />}>{(backtest) => <Backtest backtest={backtest} onCancel={() => cancel(backtest.id)} />}</Answered></section>}
    </>
  );
}

function Backtest({ backtest: { state, progress, reason, asked, result }, onCancel }: { readonly backtest: BacktestResponse; readonly onCancel: () => void }): ReactNode {
  const say = useSay();
  const tongue = useTongue(useNames());
  const language = useLanguage();
  switch (state) {
    case 'running': return <p role="status" className="running"><progress max={1} value={progress} /> <span className="num">{say('backtest.running', { share: formatShare(progress, language) })}</span> <button type="button" onClick={onCancel}>{say('backtest.cancel')}</button></p>;
    case 'failed': return <p className="problem" role="alert">{say('backtest.failed', { why: reason })}</p>;
    case 'cancelled': return <p className="quiet">{say('backtest.wasCancelled')}</p>;
    case 'done': return result === null ? null : <BacktestResultView asked={asked} result={result} tongue={tongue} />;
  }
}

/** More than one was run: the way back to each. */
function LastRuns({ runs, shown }: { readonly runs: readonly BacktestResponse[]; readonly shown: string | null }): ReactNode {
  const say = useSay();
  if (runs.length < 2) return null;
  return (
    <nav className="last-runs" aria-label={say('backtest.last')}>
      <span className="faint">{say('backtest.last')}</span>
      {runs.map(({ id, startedMs, state }) => <button key={id} type="button" className="plain" aria-pressed={id === shown} onClick={() => setFilters({ run: id, where: '', rows: '' })}><Time at={startedMs} /> <span className="faint">{say(`backtest.state.${state}`)}</span></button>)}
    </nav>
  );
}
