import { pressCauseKey } from '../api/cause-verdicts.ts';
import { markCurrent } from '../api/verdicts.ts';
import { copyLink, copyMarkdown } from '../copy.ts';
import { go, linkTo, route, setTime } from '../navigate.ts';
import { shift, toggleLive } from '../route.ts';
import { goKeys, parentOf } from './table.ts';

/** The keyboard of every page, in one listener. A list that handles a key itself stops it before it comes here. */
export interface Overlays { open(which: 'help' | 'search'): void; close(): boolean }

const sequenceMs = 1_200;
let goSinceMs = 0;

export function listen(overlays: Overlays): () => void {
  const onKey = (event: KeyboardEvent): void => {
    if (event.defaultPrevented || event.isComposing) return;
    if (event.key.toLowerCase() === 'k' && (event.ctrlKey || event.metaKey) && !event.altKey) {
      event.preventDefault();
      overlays.open('search');
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Escape') return escape(event, overlays);
    if (isTyping(event.target) || document.querySelector('dialog[open]') !== null) return;
    if (act(event, overlays)) event.preventDefault();
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

function act(event: KeyboardEvent, overlays: Overlays): boolean {
  const nowMs = Date.now();
  const going = nowMs - goSinceMs < sequenceMs;
  goSinceMs = 0;
  if (going && Object.hasOwn(goKeys, event.key)) {
    go(linkTo(goKeys[event.key]));
    return true;
  }
  switch (event.key) {
    case 'g': goSinceMs = nowMs; return true;
    case '?': overlays.open('help'); return true;
    case '/': return focusFilter();
    case 'j': return move(1);
    case 'k': return move(-1);
    case '[': setTime(shift(route().time, -1, nowMs)); return true;
    case ']': setTime(shift(route().time, 1, nowMs)); return true;
    case '.': setTime(toggleLive(route().time, nowMs)); return true;
    case 'c': copyLink(); return true;
    case 'm': copyMarkdown(); return true;
    case 'y': return pressCauseKey('confirm');
    case 'n': return pressCauseKey('deny');
    case 'p': return play();
    case 'v': return markCurrent('real');
    case 'x': return markCurrent('noise');
    default: return false;
  }
}

function escape(event: KeyboardEvent, overlays: Overlays): void {
  if (overlays.close()) return event.preventDefault();
  const typing = document.activeElement;
  if (typing instanceof HTMLElement && isTyping(typing)) return typing.blur();
  const { view } = route();
  if (view.page !== 'now') go(linkTo(parentOf(view)));
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input:not([type=checkbox], [type=radio], [type=range]), textarea, select, [contenteditable]');
}

function focusFilter(): boolean {
  const filter = document.querySelector<HTMLInputElement>('[data-filter]');
  filter?.focus();
  filter?.select();
  return filter !== null;
}

function play(): boolean {
  const button = document.querySelector<HTMLElement>('[data-play]');
  button?.click();
  return button !== null;
}

/** From the row in focus to the next one in the order of the page. */
function move(direction: 1 | -1): boolean {
  const rows = [...document.querySelectorAll<HTMLElement>('main [data-row]')];
  if (rows.length === 0) return false;
  const focus = document.activeElement;
  const at = rows.findIndex((row) => row === focus || row.contains(focus));
  const next = rows[at < 0 ? (direction === 1 ? 0 : rows.length - 1) : Math.min(rows.length - 1, Math.max(0, at + direction))];
  next.focus();
  next.scrollIntoView({ block: 'nearest' });
  return true;
}
