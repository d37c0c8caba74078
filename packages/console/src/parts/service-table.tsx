import type { ReactNode } from 'react';
import { formatShare, formatValue, nodeName } from '@clew/words';
import { Sparkline } from '../draw/sparkline.tsx';
import type { Health, NodeSummary } from '../model.ts';
import { go, linkTo, setFilters, useRoute } from '../navigate.ts';
import type { StringKey } from '../words/strings.ts';
import { Time, useLanguage, useSay } from '../words/speak.tsx';
import { Link } from './link.tsx';
import { State } from './mark.tsx';

type Column = 'name' | 'state' | 'rate' | 'errors' | 'p99' | 'saturation' | 'change';
const columns: readonly { readonly id: Column; readonly key: StringKey; readonly number?: boolean; readonly spare?: boolean }[] = [
  { id: 'name', key: 'table.service' }, { id: 'state', key: 'table.state' }, { id: 'rate', key: 'table.rate', number: true }, { id: 'errors', key: 'table.errors', number: true },
  { id: 'p99', key: 'table.p99', number: true }, { id: 'saturation', key: 'table.saturation', number: true, spare: true }, { id: 'change', key: 'table.lastChange', spare: true },
];
const urgency: Readonly<Record<Health, number>> = { broken: 4, watch: 3, recovering: 2, unknown: 1, healthy: 0 };
/** Errors are drawn against at least this share. */
const errorsTopLeast = 0.05;
const last = (values: readonly (number | null)[]): number => values[values.length - 1] ?? -1;

function compare(by: Column, a: NodeSummary, b: NodeSummary): number {
  switch (by) {
    case 'name': return nodeName(a.node).localeCompare(nodeName(b.node));
    case 'state': return urgency[b.health] - urgency[a.health];
    case 'rate': return last(b.rate) - last(a.rate);
    case 'errors': return last(b.errorShare) - last(a.errorShare);
    case 'p99': return last(b.p99Ms) - last(a.p99Ms);
    case 'saturation': return (b.saturation?.share ?? -1) - (a.saturation?.share ?? -1);
    case 'change': return (b.lastChange?.atMs ?? 0) - (a.lastChange?.atMs ?? 0);
  }
}

/** Filter and order live in the address: `q`, and `sort` with a leading `-` for the other way round. */
export function ServiceTable({ services }: { readonly services: readonly NodeSummary[] }): ReactNode {
  const say = useSay();
  const { filters } = useRoute();
  const { q = '', sort = 'state' } = filters;
  const reversed = sort.startsWith('-');
  const by = columns.find((column) => column.id === sort.replace('-', ''))?.id ?? 'state';
  const wanted = q.toLowerCase();
  const shown = services.filter(({ node }) => node.kind !== 'user' && (wanted === '' || nodeName(node).toLowerCase().includes(wanted) || node.id.toLowerCase().includes(wanted)))
    .sort((a, b) => (reversed ? -1 : 1) * compare(by, a, b) || nodeName(a.node).localeCompare(nodeName(b.node)));
  return (
    <>
      <p className="filter-line"><input type="search" data-filter="" aria-label={say('table.filter')} placeholder={say('table.filter')} value={q} onChange={(event) => setFilters({ q: event.target.value })} /> <span className="faint num">{q === '' ? '' : say('table.filtered', { shown: shown.length, all: services.length })}</span></p>
      <div className="wide"><table className="services">
        <thead><tr>{columns.map(({ id, key, number, spare }) => (
          <th key={id} scope="col" className={`${number ? 'number' : ''}${spare ? ' spare' : ''}`} aria-sort={by === id ? (reversed ? 'descending' : 'ascending') : undefined}>
            <button type="button" title={say('table.sortBy', { column: say(key) })} onClick={() => setFilters({ sort: by === id && !reversed ? `-${id}` : id })}>{say(key)}<span aria-hidden="true">{by === id ? (reversed ? ' ▾' : ' ▴') : ''}</span></button>
          </th>
        ))}</tr></thead>
        <tbody>{shown.map((summary) => <ServiceRow key={summary.node.id} summary={summary} />)}</tbody>
      </table></div>
      {shown.length === 0 ? <p className="quiet">{say('table.none')}</p> : null}
    </>
  );
}

function ServiceRow({ summary: { node, health, rate, errorShare, p99Ms, saturation, lastChange } }: { readonly summary: NodeSummary }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const to = linkTo({ page: 'service', id: node.id });
  const series = (values: readonly (number | null)[], unit: string, label: string, topLeast = 0): ReactNode => {
    const value = values[values.length - 1];
    const text = value === null || value === undefined ? '–' : formatValue(value, unit, language);
    return <td className="number"><span className="spark-cell"><Sparkline values={values} label={label} topLeast={topLeast} /><span className="num">{text}</span></span></td>;
  };
  return (
    <tr onClick={(event) => { if (!(event.target instanceof Element && event.target.closest('a'))) go(to); }}>
      <th scope="row" title={nodeName(node)}><Link to={to} data-row="">{nodeName(node)}</Link>{node.kind === 'service' ? null : <span className="faint"> {say(`kind.${node.kind}`)}</span>}</th>
      <td>{health === 'healthy' ? <span className="faint">{say('health.healthy')}</span> : <State health={health} />}</td>
      {series(rate, '1/s', say('table.rate'))}{series(errorShare, '1', say('table.errors'), errorsTopLeast)}{series(p99Ms, 'ms', say('table.p99'))}
      <td className="number num spare" title={saturation?.metric}>{saturation === null ? <span className="faint">–</span> : formatShare(saturation.share, language)}</td>
      <td className="change-cell spare" title={lastChange?.what}>{lastChange === null ? <span className="faint">–</span> : <><Time at={lastChange.atMs} /> <span className="soft">{lastChange.what}</span></>}</td>
    </tr>
  );
}
