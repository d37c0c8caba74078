import type { ReactNode } from 'react';
import { formatBytes, formatNumber } from '@clew/words';
import { Sparkline } from '../draw/sparkline.tsx';
import type { SourceAccount, SourceIntake } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { Ago } from '../parts/ago.tsx';
import { Link } from '../parts/link.tsx';
import { useLanguage, useSay } from '../words/speak.tsx';
import { OutcomeBar, OutcomeLegend } from './bar.tsx';
import { outcomesOf } from './outcome.ts';

/** Each source with its signals: how it flows, and what became of it. */
export function Accounts({ sources }: { readonly sources: readonly SourceIntake[] }): ReactNode {
  const say = useSay();
  return (
    <>
      <OutcomeLegend />
      <div className="wide"><table role="table" className="accounts stack">
        <thead role="rowgroup"><tr role="row">
          <th role="columnheader" scope="col">{say('ingest.source')}</th><th role="columnheader" scope="col">{say('ingest.signal')}</th><th role="columnheader" scope="col">{say('ingest.outcome')}</th><th role="columnheader" scope="col" className="number">{say('ingest.sent')}</th><th role="columnheader" scope="col" className="number">{say('send.refused')}</th>
          <th role="columnheader" scope="col" className="number">{say('ingest.rate')}</th><th role="columnheader" scope="col" className="number">{say('send.requests')}</th><th role="columnheader" scope="col" className="number">{say('send.last')}</th>
        </tr></thead>
        {sources.map((source) => <tbody role="rowgroup" key={source.name}>{source.accounts.map((account, at) => <AccountRow key={account.signal ?? ''} account={account} source={at === 0 ? source : null} name={source.name} rows={source.accounts.length} />)}</tbody>)}
      </table></div>
    </>
  );
}

interface RowProps { readonly account: SourceAccount; /** Null but in the first row of a source. */ readonly source: SourceIntake | null; readonly name: string; readonly rows: number }

function AccountRow({ account, source, name, rows }: RowProps): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const { signal, rates: { accepted }, history, items, refusedItems, refusedRequests, requests, bytes, lastAcceptedMs } = account;
  const count = (value: number): string => formatNumber(value, language, 12);
  const rate = (value: number): string => formatNumber(value, language);
  const signalName = signal === null ? say('ingest.noSignal') : say(`nav.${signal}`);
  return (
    <tr role="row" tabIndex={-1} data-row="">
      {source === null ? null : <th role="rowheader" scope="rowgroup" rowSpan={rows} className="source-cell whole"><Link to={linkTo({ page: 'ingest' }, { source: name })} className="name">{name}</Link>{name === 'others' ? <span className="faint block">{say('ingest.others')}</span> : <span className="faint block agent" title={source.agent}>{source.agent === '' ? source.address : source.agent}</span>}</th>}
      <td role="cell">{signal === null ? <span className="faint">{signalName}</span> : <Link to={linkTo({ page: 'ingest' }, { source: name, signal })} className="name">{signalName}</Link>}</td>
      <td role="cell" className="whole"><OutcomeBar given={outcomesOf(account)} /></td>
      <td role="cell" className="number" data-label={say('ingest.sent')}><span className="spark-cell"><Sparkline values={history.accepted} label={`${say('ingest.accepted15')}, ${name} ${signalName}`} /><span className="num">{count(items)}</span></span></td>
      <td role="cell" className="number" data-label={say('send.refused')}><span className={`spark-cell${history.refused.some((each) => each > 0) ? ' spark-refused' : ''}`}><Sparkline values={history.refused} label={`${say('ingest.refusedIn15')}, ${name} ${signalName}`} topLeast={1} /><span className={`num${refusedItems + refusedRequests > 0 ? ' strong' : ' faint'}`}>{refusedItems > 0 || refusedRequests === 0 ? count(refusedItems) : null}{refusedRequests > 0 ? <span className={refusedItems > 0 ? 'block' : undefined}>{say('send.refusedRequests', { n: count(refusedRequests) })}</span> : null}</span></span></td>
      <td role="cell" className="number num" data-label={say('ingest.rate')} title={say('ingest.rates', { m1: rate(accepted.m1), m5: rate(accepted.m5), m15: rate(accepted.m15) })}>{rate(accepted.m1)}</td>
      <td role="cell" className="number num" data-label={say('send.requests')}>{count(requests)} <span className="faint">· {formatBytes(bytes, language)}</span></td>
      <td role="cell" className="number" data-label={say('send.last')}><Ago atMs={lastAcceptedMs} /></td>
    </tr>
  );
}
