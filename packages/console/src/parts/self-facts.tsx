import type { ReactNode } from 'react';
import { formatBytes, formatNumber } from '@clew/words';
import type { SelfResponse } from '../model.ts';
import { sayKind, hasString } from '../words/strings.ts';
import { Time, useLanguage, useSay } from '../words/speak.tsx';

const groups = ['memory', 'log', 'intake', 'store', 'engine', 'live'] as const;
type Group = (typeof groups)[number] | 'drops';
const groupOfPrefix: Readonly<Record<string, Group>> = { process: 'memory', door: 'intake', log: 'log', intake: 'intake', store: 'store', engine: 'engine', api: 'live' };
/** What has been left out, given up or lost: one place to look whether there was any. */
const isDrop = /_(shed|refused|dropped|skipped|failed|rollbacks|forgotten_early|missed_records|late|lost)$/;

function groupOf(name: string): Group {
  return isDrop.test(name) ? 'drops' : (groupOfPrefix[name.split('_')[0]] ?? 'engine');
}

/** The process about itself, in the order that data takes through it; at the end what did not make it. */
export function SelfFacts({ values }: { readonly values: SelfResponse }): ReactNode {
  const say = useSay();
  const byGroup = Map.groupBy(Object.entries(values), ([name]) => groupOf(name));
  const drops = byGroup.get('drops') ?? [];
  return (
    <div className="self-groups">
      {groups.map((group) => <Facts key={group} title={say(`selfGroup.${group}`)} facts={byGroup.get(group) ?? []} />)}
      <Facts title={say('selfGroup.drops')} facts={drops} note={drops.every(([, value]) => value === 0) ? say('selfGroup.noDrops') : undefined} strong />
    </div>
  );
}

function Facts({ title, facts, note, strong = false }: { readonly title: string; readonly facts: readonly (readonly [name: string, value: number])[]; readonly note?: string; readonly strong?: boolean }): ReactNode {
  const language = useLanguage();
  if (facts.length === 0) return null;
  const label = (name: string): string => (hasString(`self.${name}`) ? sayKind(language, 'self', name) : name.replace(/^[a-z]+_/, '').replaceAll('_', ' '));
  return (
    <section><h3>{title}</h3>
      {note === undefined ? null : <p className="quiet">{note}</p>}
      <dl className="facts">{facts.map(([name, value]) => <div key={name} title={name}><dt>{label(name)}</dt><dd className={`num${strong && value > 0 ? ' strong' : value === 0 ? ' faint' : ''}`}><Value name={name} value={value} /></dd></div>)}</dl>
    </section>
  );
}

function Value({ name, value }: { readonly name: string; readonly value: number }): ReactNode {
  const language = useLanguage();
  if (name.endsWith('Ms')) return value === 0 ? '–' : <Time at={value} />;
  return /bytes/i.test(name) ? formatBytes(value, language) : formatNumber(value, language, 12);
}
