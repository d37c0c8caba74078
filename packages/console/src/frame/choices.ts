import { headline, type Language, languageNames, languages, nodeName, plain, type Tongue } from '@clew/words';
import { sendJson } from '../api/client.ts';
import { tell } from '../copy.ts';
import type { DemoResponse, Incident, NodeSummary } from '../model.ts';
import { linkTo } from '../navigate.ts';
import { prefer, themes } from '../preference.ts';
import type { View } from '../route.ts';
import { say, type StringKey } from '../words/strings.ts';

/** One thing that can be found by name: an address to go to, or a command to run. */
export interface Choice { readonly key: string; readonly name: string; readonly kind: string; readonly to?: string; readonly run?: () => void }

const pages: readonly (readonly [StringKey, View])[] = [
  ['nav.now', { page: 'now' }], ['nav.incidents', { page: 'incidents' }], ['nav.services', { page: 'services' }], ['nav.traces', { page: 'traces' }],
  ['nav.logs', { page: 'logs' }], ['nav.metrics', { page: 'metrics' }], ['nav.profiles', { page: 'profiles' }], ['nav.detectors', { page: 'detectors' }], ['nav.backtest', { page: 'backtest' }], ['nav.features', { page: 'features' }], ['nav.ingest', { page: 'ingest' }], ['nav.send', { page: 'send' }], ['nav.settings', { page: 'settings' }],
];

export function choices({ services = [], incidents = [], demo, tongue }: { readonly services?: readonly NodeSummary[]; readonly incidents?: readonly Incident[]; readonly demo?: DemoResponse; readonly tongue: Tongue }): Choice[] {
  const { language } = tongue;
  const kind = (key: StringKey): string => say(language, key);
  return [
    ...incidents.map((incident): Choice => ({ key: incident.id, name: plain(headline(incident, tongue)), kind: kind('search.incident'), to: linkTo({ page: 'incident', id: incident.id }) })),
    ...services.map(({ node }): Choice => ({ key: node.id, name: nodeName(node), kind: kind(node.kind === 'service' ? 'search.service' : `kind.${node.kind}`), to: linkTo({ page: 'service', id: node.id }) })),
    ...pages.map(([key, view]): Choice => ({ key, name: say(language, key), kind: kind('search.page'), to: linkTo(view) })),
    ...themes.map((theme): Choice => ({ key: `theme ${theme}`, name: say(language, 'theme.use', { theme: say(language, `theme.${theme}`) }), kind: kind('search.command'), run: () => prefer({ theme }) })),
    ...languages.map((each): Choice => ({ key: `language ${each}`, name: say(language, 'language.use', { language: languageNames[each] }), kind: kind('search.command'), run: () => prefer({ language: each }) })),
    ...demoChoices(demo, language),
  ];
}

function demoChoices(demo: DemoResponse | undefined, language: Language): Choice[] {
  if (demo === undefined) return [];
  const command = (key: string, name: string, run: () => Promise<unknown>, done?: () => void): Choice => ({
    key, name, kind: say(language, 'search.command'),
    run: () => void run().then(() => done?.(), (error: unknown) => tell({ key: 'demo.failed', values: { why: String(error) } })),
  });
  if (demo.state === 'off') return [command('demo start', say(language, 'demo.start'), () => sendJson('POST', '/demo', { action: 'start' }))];
  return [
    ...demo.faults.map(({ name, title }) => command(`fault ${name}`, say(language, 'demo.plantOne', { name: title }), () => plantFault(name), () => tell({ key: 'demo.planted', values: { name: title } }))),
    command('demo clear', say(language, 'demo.clear'), clearFaults, () => tell({ key: 'demo.cleared' })),
    command('demo stop', say(language, 'demo.stop'), () => sendJson('POST', '/demo', { action: 'stop' })),
  ];
}

export const plantFault = (name: string): Promise<unknown> => sendJson('POST', '/demo/faults', { name });
export const clearFaults = (): Promise<unknown> => sendJson('DELETE', '/demo/faults');

/** Best first: begins with it, a word begins with it, contains it, has its letters in order. A trace id leads to its trace. */
export function rank(all: readonly Choice[], text: string, language: Language): Choice[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return [...all];
  const found = all.map((choice) => ({ choice, score: score(choice.name.toLowerCase(), wanted) })).filter(({ score: each }) => each > 0).sort((a, b) => b.score - a.score).map(({ choice }) => choice);
  if (/^[0-9a-f]{32}$/.test(wanted)) return [{ key: wanted, name: say(language, 'search.openTrace', { id: wanted }), kind: say(language, 'search.trace'), to: linkTo({ page: 'trace', id: wanted }) }, ...found];
  return [...found, { key: 'logs for', name: say(language, 'search.logsFor', { text: text.trim() }), kind: say(language, 'nav.logs'), to: linkTo({ page: 'logs' }, { text: text.trim() }) }];
}

function score(name: string, wanted: string): number {
  if (name.startsWith(wanted)) return 4;
  if (name.split(/[^\p{L}\p{N}]+/u).some((word) => word.startsWith(wanted))) return 3;
  if (name.includes(wanted)) return 2;
  let at = 0;
  for (const letter of name) if (letter === wanted[at]) at++;
  return at === wanted.length && wanted.length > 1 ? 1 : 0;
}
