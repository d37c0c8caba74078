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

interface State { readonly path: string | null; readonly kept: Kept | undefined; readonly error: ApiError | undefined; readonly loading: boolean }

/**
 * Asks for `path` (null: nothing to ask) when it changes. With `live`, again after each closed pane; `group` names paths that show
 * the same thing at another time, so that what was shown stays until the new answer is there.
 */
export function useAnswer<Data>(path: string | null, { live = false, group = path }: { readonly live?: boolean; readonly group?: string | null } = {}): Answer<Data> {
  const [state, setState] = useState<State>(() => ({ path, kept: path === null ? undefined : kept.get(path), error: undefined, loading: path !== null }));
  const shown = useRef<{ group: string | null; kept: Kept | undefined }>({ group, kept: state.kept });
  const [asked, setAsked] = useState(0);
  const reload = useCallback(() => setAsked((times) => times + 1), []);

  useEffect(() => {
    if (path === null) {
      setState({ path, kept: undefined, error: undefined, loading: false });
      return;
    }
    const aborter = new AbortController();
    setState((was) => ({ path, kept: kept.get(path) ?? (was.path === path || shown.current.group === group ? (was.kept ?? shown.current.kept) : undefined), error: was.path === path ? was.error : undefined, loading: true }));
    getJson<Data>(path, aborter.signal).then((data) => {
      const answer = { data, receivedMs: Date.now() };
      keep(path, answer);
      shown.current = { group, kept: answer };
      if (!aborter.signal.aborted) setState({ path, kept: answer, error: undefined, loading: false });
    }, (error: unknown) => {
      if (aborter.signal.aborted) return;
      const failure = error instanceof ApiError ? error : new ApiError(0, { code: 'unexpected', message: String(error), value: path, next: '' });
      setState((was) => ({ path, kept: was.kept, error: failure, loading: false }));
    });
    return () => aborter.abort();
  }, [path, group, asked]);

  useEffect(() => (live ? onEvent('world', reload) : undefined), [live, reload]);

  const now = state.path === path || shown.current.group === group ? state.kept : path === null ? undefined : kept.get(path);
  return { data: now?.data as Data | undefined, receivedMs: now?.receivedMs, error: state.path === path ? state.error : undefined, loading: state.loading || state.path !== path, reload };
}
