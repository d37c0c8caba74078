import { useSyncExternalStore } from 'react';
import { readRoute, writeRoute, type Route, type TimeRange, type View } from './route.ts';

const listeners = new Set<() => void>();
let current = readRoute(location.pathname, location.search);

function reread(): void {
  current = readRoute(location.pathname, location.search);
  for (const listener of listeners) listener();
}
addEventListener('popstate', reread);

export function useRoute(): Route {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => current);
}

export function route(): Route {
  return current;
}

/** A new page is a new entry in the browser's history; a changed filter or selection replaces the one we are on. */
export function go(to: string, how: 'push' | 'replace' = 'push'): void {
  if (to === location.pathname + location.search) return;
  if (how === 'push') history.pushState(null, '', to);
  else history.replaceState(null, '', to);
  reread();
  if (how === 'push') scrollTo(0, 0);
}

/** The address of a page, in the time that is shown now. */
export function linkTo(view: View, filters: Readonly<Record<string, string>> = {}, time: TimeRange = current.time): string {
  return writeRoute({ view, time, filters });
}

export function setFilters(changes: Readonly<Record<string, string>>): void {
  go(writeRoute({ ...current, filters: { ...current.filters, ...changes } }), 'replace');
}

export function setTime(time: TimeRange): void {
  go(writeRoute({ ...current, time }));
}
