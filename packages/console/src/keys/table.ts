import type { View } from '../route.ts';
import type { StringKey } from '../words/strings.ts';

/** Every key that does something, for the help page and for the tests. */
export const keyTable: readonly { readonly keys: readonly string[]; readonly does: StringKey }[] = [
  { keys: ['?'], does: 'keys.help' },
  { keys: ['Ctrl K', '⌘ K'], does: 'keys.search' },
  { keys: ['/'], does: 'keys.filter' },
  { keys: ['g n', 'g i', 'g s', 'g t', 'g l', 'g m', 'g p', 'g a', 'g b', 'g f', 'g r', 'g d'], does: 'keys.go' },
  { keys: ['j', 'k'], does: 'keys.move' },
  { keys: ['Enter'], does: 'keys.open' },
  { keys: ['Esc'], does: 'keys.back' },
  { keys: ['[', ']'], does: 'keys.time' },
  { keys: ['.'], does: 'keys.live' },
  { keys: ['c'], does: 'keys.copyLink' },
  { keys: ['m'], does: 'keys.copyMarkdown' },
  { keys: ['v', 'x'], does: 'keys.verdict' },
  { keys: ['y', 'n'], does: 'keys.causeVerdict' },
  { keys: ['p'], does: 'keys.play' },
  { keys: ['← ↑ → ↓'], does: 'keys.map' },
];

export const goKeys: Readonly<Record<string, View>> = {
  n: { page: 'now' }, i: { page: 'incidents' }, s: { page: 'services' }, t: { page: 'traces' }, l: { page: 'logs' }, m: { page: 'metrics' }, p: { page: 'profiles' }, a: { page: 'detectors' }, b: { page: 'backtest' }, f: { page: 'features' }, r: { page: 'ingest' }, d: { page: 'send' },
};

/** Where Esc leads from a page: its list, or Now. */
export function parentOf(view: View): View {
  switch (view.page) {
    case 'incident': return { page: 'incidents' };
    case 'service': return { page: 'services' };
    case 'trace': return { page: 'traces' };
    case 'profile': return { page: 'profiles' };
    case 'backtest': case 'features': return { page: 'detectors' };
    default: return { page: 'now' };
  }
}
