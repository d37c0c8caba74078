import { useCallback, useEffect, useRef, useState } from 'react';
import { ApiError, getJson } from './client.ts';
import { onEvent } from './live.ts';

/** What is known about one answer. `data` stays while it is asked for again, and when that fails. */
export interface Answer<Data> {
  readonly data: Data | undefined;
  readonly error: ApiError | undefined;
  readonly loading: boolean;
  readonly receivedMs: number | undefined;
  reload(): void;
}

interface Kept { readonly data: unknown; readonly receivedMs: number }
/** Answers seen lately, so that going back shows the page at once while it is asked for again. */
const kept = new Map<string, Kept>();
const answersKept = 40;

function keep(path: string, answer: Kept): void {
  kept.delete(path);
  kept.set(path, answer);
  for (const oldest of kept.keys()) {
    if (kept.size <= answersKept) break;
    kept.delete(oldest);
  }
}

/** What was seen with a token is not for who comes without. */
export function forget(): void {
  kept.clear();
}

interface State { readonly group: string | null; readonly kept: Kept | undefined; readonly error: ApiError | undefined; readonly loading: boolean }
interface Flight { readonly group: string | null; readonly aborter: AbortController; again: boolean }

/**
 * Asks for `path` (null: nothing to ask) when it changes. With `live`, again after each closed pane; `group` names paths that show
 * the same thing at another time, so that what was shown stays until the new answer is there. One request of a group is under way
 * at a time: a range that moves on faster than the server answers must not keep every answer from arriving.
 */
export function useAnswer<Data>(path: string | null, { live = false, group = path }: { readonly live?: boolean; readonly group?: string | null } = {}): Answer<Data> {
  const [state, setState] = useState<State>(() => ({ group, kept: cached(path), error: undefined, loading: path !== null }));
  const flight = useRef<Flight | null>(null);
  const wanted = useRef(path);
  const askAgain = useRef<() => void>(() => undefined);
  const reload = useCallback(() => askAgain.current(), []);

  useEffect(() => {
    wanted.current = path;
    const ask = (from: string): void => {
      const mine: Flight = { group, aborter: new AbortController(), again: false };
      flight.current = mine;
      const settle = (change: Partial<State>): void => {
        if (flight.current !== mine) return;
        flight.current = null;
        setState((was) => ({ group, kept: was.group === group ? was.kept : undefined, error: undefined, loading: false, ...change }));
        if (mine.again && wanted.current !== null) ask(wanted.current);
      };
      getJson<Data>(from, mine.aborter.signal).then((data) => {
        const answer = { data, receivedMs: Date.now() };
        keep(from, answer);
        settle({ kept: answer });
      }, (error: unknown) => {
        if (!mine.aborter.signal.aborted) settle({ error: error instanceof ApiError ? error : new ApiError(0, { code: 'unexpected', message: String(error), value: from, next: '' }) });
      });
    };
    const askNow = (): void => {
      if (flight.current?.group === group && flight.current !== null) {
        flight.current.again = true;
        return;
      }
      flight.current?.aborter.abort();
      flight.current = null;
      setState((was) => ({ group, kept: was.group === group ? was.kept : cached(path), error: was.group === group ? was.error : undefined, loading: path !== null }));
      if (path !== null) ask(path);
    };
    askAgain.current = askNow;
    askNow();
  }, [path, group]);

  useEffect(() => () => {
    flight.current?.aborter.abort();
    flight.current = null;
  }, []);
  useEffect(() => (live ? onEvent('world', reload) : undefined), [live, reload]);

  const current = state.group === group;
  const shown = current ? state.kept : cached(path);
  return { data: shown?.data as Data | undefined, receivedMs: shown?.receivedMs, error: current ? state.error : undefined, loading: !current || state.loading, reload };
}

/** Asks again so often, while `isWanted`: for what the server does not push. */
export function usePolling({ reload }: Pick<Answer<unknown>, 'reload'>, everyMs: number, isWanted = true): void {
  useEffect(() => {
    if (!isWanted) return undefined;
    const timer = setInterval(reload, everyMs);
    return () => clearInterval(timer);
  }, [isWanted, everyMs, reload]);
}

function cached(path: string | null): Kept | undefined {
  return path === null ? undefined : kept.get(path);
}
