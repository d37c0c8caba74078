/** The address of everything that is seen: page, time, filters and selection. Pure; navigate.ts joins it to the browser. */
export type View =
  | { readonly page: 'now' | 'incidents' | 'services' | 'traces' | 'logs' | 'metrics' | 'profiles' | 'detectors' | 'backtest' | 'features' | 'ingest' | 'send' | 'settings' | 'missing' }
  | { readonly page: 'incident' | 'finding' | 'service' | 'trace' | 'profile'; readonly id: string };
export type PageName = View['page'];

/** Relative and moving on (`live`), or standing still. */
export type TimeRange = { readonly kind: 'last'; readonly spanMs: number } | { readonly kind: 'between'; readonly fromMs: number; readonly toMs: number };

export interface Route {
  readonly view: View;
  readonly time: TimeRange;
  /** Filters and selection of the page; a name that is absent is empty. */
  readonly filters: Readonly<Record<string, string>>;
}

const minuteMs = 60_000;
export const spans: readonly { readonly name: string; readonly spanMs: number; readonly key: 'time.last5m' | 'time.last15m' | 'time.last1h' | 'time.last6h' | 'time.last24h' | 'time.last7d' }[] = [
  { name: '5m', spanMs: 5 * minuteMs, key: 'time.last5m' },
  { name: '15m', spanMs: 15 * minuteMs, key: 'time.last15m' },
  { name: '1h', spanMs: 60 * minuteMs, key: 'time.last1h' },
  { name: '6h', spanMs: 360 * minuteMs, key: 'time.last6h' },
  { name: '24h', spanMs: 1440 * minuteMs, key: 'time.last24h' },
  { name: '7d', spanMs: 10_080 * minuteMs, key: 'time.last7d' },
];
export const defaultTime: TimeRange = { kind: 'last', spanMs: 15 * minuteMs };

const flat: Readonly<Record<string, PageName>> = { '': 'now', incidents: 'incidents', services: 'services', traces: 'traces', logs: 'logs', metrics: 'metrics', profiles: 'profiles', detectors: 'detectors', backtest: 'backtest', features: 'features', ingest: 'ingest', send: 'send', settings: 'settings' };
const single: Readonly<Record<string, 'incident' | 'finding' | 'service' | 'trace' | 'profile'>> = { incidents: 'incident', findings: 'finding', services: 'service', traces: 'trace', profiles: 'profile' };

export function readRoute(path: string, query: string): Route {
  const filters: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(query)) if (value !== '') filters[name] = value;
  const { range, from, to, ...rest } = filters;
  return { view: readView(path), time: readTime(range, from, to), filters: rest };
}

function readView(path: string): View {
  const [first = '', ...rest] = path.replace(/^\/+|\/+$/g, '').split('/');
  if (rest.length === 0 && Object.hasOwn(flat, first)) return { page: flat[first] } as View;
  const id = decode(rest.join('/'));
  return Object.hasOwn(single, first) && id !== '' ? { page: single[first], id } : { page: 'missing' };
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    // A broken escape is somebody's typing: there is no such page.
    return '';
  }
}

function readTime(range: string | undefined, from: string | undefined, to: string | undefined): TimeRange {
  const [fromMs, toMs] = [Number(from), Number(to)];
  if (from !== undefined && to !== undefined && Number.isFinite(fromMs) && Number.isFinite(toMs) && toMs > fromMs) return { kind: 'between', fromMs, toMs };
  const span = spans.find((each) => each.name === range);
  return span === undefined ? defaultTime : { kind: 'last', spanMs: span.spanMs };
}

export function writeRoute(route: Route): string {
  const { view, time, filters } = route;
  const query = new URLSearchParams();
  if (time.kind === 'between') {
    query.set('from', String(Math.round(time.fromMs)));
    query.set('to', String(Math.round(time.toMs)));
  } else {
    const span = spans.find((each) => each.spanMs === time.spanMs);
    if (span !== undefined && time.spanMs !== (defaultTime as { spanMs: number }).spanMs) query.set('range', span.name);
  }
  for (const name of Object.keys(filters).sort()) if (filters[name] !== '') query.set(name, filters[name]);
  const text = query.toString();
  return writeView(view) + (text === '' ? '' : `?${text}`);
}

function writeView(view: View): string {
  if ('id' in view) return `/${view.page}s/${encodeURIComponent(view.id)}`;
  return view.page === 'now' ? '/' : `/${view.page}`;
}

/** The range in numbers. `nowMs` is the newest moment there is data for. */
export function bounds(time: TimeRange, nowMs: number): { readonly fromMs: number; readonly toMs: number } {
  return time.kind === 'between' ? time : { fromMs: nowMs - time.spanMs, toMs: nowMs };
}

/** Half a window earlier (−1) or later (+1); never beyond now, where it goes live again. */
export function shift(time: TimeRange, direction: -1 | 1, nowMs: number): TimeRange {
  const { fromMs, toMs } = bounds(time, nowMs);
  const span = toMs - fromMs;
  const movedMs = toMs + (direction * span) / 2;
  if (movedMs >= nowMs) return spans.some((each) => each.spanMs === span) ? { kind: 'last', spanMs: span } : { kind: 'between', fromMs: nowMs - span, toMs: nowMs };
  return { kind: 'between', fromMs: movedMs - span, toMs: movedMs };
}

/** Stands still, or goes on from now with the nearest of the named spans. */
export function toggleLive(time: TimeRange, nowMs: number): TimeRange {
  if (time.kind === 'last') return { kind: 'between', ...bounds(time, nowMs) };
  const wanted = time.toMs - time.fromMs;
  const nearest = spans.reduce((best, each) => (Math.abs(each.spanMs - wanted) < Math.abs(best.spanMs - wanted) ? each : best));
  return { kind: 'last', spanMs: nearest.spanMs };
}
