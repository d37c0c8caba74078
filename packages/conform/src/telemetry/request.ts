import type { Signal } from '../case.ts';
import type { Message } from '../oracle.ts';
import { newName, newSpanId, newTraceId, nowNs } from './ids.ts';

/** Attributes: `attribute('http.route', { stringValue: '/' })`. */
export const attribute = (key: string, value: Message): Message => ({ key, value });
export const text = (key: string, value: string): Message => attribute(key, { stringValue: value });

/** A good span; members given replace its own. */
export const span = (change: Message = {}): Message => ({
  traceId: newTraceId(), spanId: newSpanId(), name: 'GET /conform', kind: 2, startTimeUnixNano: nowNs(-1_000), endTimeUnixNano: nowNs(-900),
  attributes: [text('http.route', '/conform')], ...change,
});
export const log = (change: Message = {}): Message => ({
  timeUnixNano: nowNs(-500), observedTimeUnixNano: nowNs(-400), severityNumber: 9, severityText: 'INFO', body: { stringValue: 'conform' }, ...change,
});
/** A good point of a gauge or a sum. Metrics have names of their own, since some stores take no point older than the last of its series. */
export const point = (change: Message = {}): Message => ({ startTimeUnixNano: nowNs(-60_000), timeUnixNano: nowNs(-500), asDouble: 1.5, ...change });
export const gauge = (points: readonly Message[] = [point()], change: Message = {}): Message => ({ name: newName(), unit: '1', gauge: { dataPoints: points }, ...change });
export const sum = (points: readonly Message[] = [point()], change: Message = {}, data: Message = {}): Message => ({
  name: newName(), unit: '1', sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: points, ...data }, ...change,
});
export const histogramPoint = (change: Message = {}): Message => ({
  startTimeUnixNano: nowNs(-60_000), timeUnixNano: nowNs(-500), count: '6', sum: 21, bucketCounts: ['1', '2', '3'], explicitBounds: [1, 5], min: 0.5, max: 9, ...change,
});
export const histogram = (points: readonly Message[] = [histogramPoint()], change: Message = {}): Message => ({
  name: newName(), unit: 's', histogram: { aggregationTemporality: 2, dataPoints: points }, ...change,
});
export const exponentialPoint = (change: Message = {}): Message => ({
  startTimeUnixNano: nowNs(-60_000), timeUnixNano: nowNs(-500), count: '7', sum: 12, scale: 3, zeroCount: '1',
  positive: { offset: -2, bucketCounts: ['1', '2', '2'] }, negative: { offset: 0, bucketCounts: ['1'] }, ...change,
});
export const exponential = (points: readonly Message[] = [exponentialPoint()], change: Message = {}): Message => ({
  name: newName(), unit: 's', exponentialHistogram: { aggregationTemporality: 2, dataPoints: points }, ...change,
});
export const summary = (points: readonly Message[], change: Message = {}): Message => ({ name: newName(), unit: 's', summary: { dataPoints: points }, ...change });

const listNames: Readonly<Record<Signal, readonly [resources: string, scopes: string, items: string]>> = {
  traces: ['resourceSpans', 'scopeSpans', 'spans'], metrics: ['resourceMetrics', 'scopeMetrics', 'metrics'],
  logs: ['resourceLogs', 'scopeLogs', 'logRecords'], profiles: ['resourceProfiles', 'scopeProfiles', 'profiles'],
};

export interface Around {
  readonly resource?: Message | null;
  readonly scope?: Message | null;
  /** Members of the scope's envelope, the resource's envelope, and the request, such as `schemaUrl`. */
  readonly inScope?: Message;
  readonly inResource?: Message;
  readonly inRequest?: Message;
}

const clean = (message: Message): Message => Object.fromEntries(Object.entries(message).filter(([, value]) => value !== undefined && value !== null));

/** A request with these items under one resource and one scope. A null resource or scope is left out. */
export function request(signal: Signal, items: readonly Message[], around: Around = {}): Message {
  const [resources, scopes, list] = listNames[signal];
  const { resource = { attributes: [text('service.name', 'conform')] }, scope = { name: 'clew-conform', version: '1' } } = around;
  return clean({
    [resources]: [clean({ resource: signal === 'metrics' && resource !== null ? instance(resource) : resource, [scopes]: [clean({ scope, [list]: items, ...around.inScope })], ...around.inResource })],
    ...around.inRequest,
  });
}

/** An instance of its own, as its metrics have names of their own: some stores make a series of the resource too. */
const instance = (resource: Message): Message => (Array.isArray(resource.attributes) ? { ...resource, attributes: [...resource.attributes, text('service.instance.id', newName())] } : resource);

/** The names that a signal's lists have in JSON. */
export const listsOf = (signal: Signal): readonly [string, string, string] => listNames[signal];
