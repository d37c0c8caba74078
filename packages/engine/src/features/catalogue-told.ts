import type { CalendarPart, EntityKind, Expression, Feature, FeatureScale, OverMinutes } from '../model/index.ts';

/** Rows of the catalogue that are told on demand: windows longer than a pane, the calendar, the graph, and what follows from others. */

const callers: readonly EntityKind[] = ['service', 'operation', 'edge', 'instance', 'database', 'queue', 'external'];
const traced: readonly EntityKind[] = ['service', 'operation'];
const nodes: readonly EntityKind[] = ['service', 'database', 'queue', 'external'];
const resources: readonly EntityKind[] = ['service', 'instance', 'host'];
const all: readonly EntityKind[] = [...callers, 'host'];
const service: readonly EntityKind[] = ['service'];

type Shape = readonly [signal: Feature['signal'], entities: readonly EntityKind[], scale: FeatureScale, unit: string];

function told(id: string, [signal, entities, scale, unit]: Shape, window: Feature['window'], expression: Expression, definition: string, late: Feature['late'] = 'drop'): Feature {
  return { id, definition, expression, signal, entities, symptomOf: [], scale, unit, subject: '', window, late, role: 'told' };
}

const sum = (name: string): Expression => ({ sum: name });
const constant = (value: number): Expression => ({ constant: value });
const quantile = (share: number): Expression => ({ quantile: [share, 'duration'] });
const ratio = (part: string, whole: string): Expression => ({ divide: [sum(part), sum(whole)] });
const aSecond = (name: string): Expression => ({ divide: [sum(name), { seconds: 'window' }] });
const perTraced = (name: string): Expression => ({ divide: [sum(name), { multiply: [sum('traced'), constant(1e6)] }] });
const times = (expression: Expression, by: number): Expression => ({ multiply: [expression, constant(by)] });
const over = (how: OverMinutes, feature: string, minutes: number): Expression => ({ over: [how, feature, minutes] });

const rate: Shape = ['traces', callers, 'rate', '1/s'];
const share: Shape = ['traces', callers, 'share', '1'];
const latency: Shape = ['traces', callers, 'latency', 'ms'];
const ofTraces: Shape = ['traces', traced, 'gauge', '1'];
const calendar: Shape = ['calendar', all, 'gauge', '1'];
const yesOrNo: Shape = ['calendar', all, 'gauge', '{bool}'];

const windows: readonly Feature[] = [
  ...(['1m', '5m', '15m', '1h'] as const).map((window) => told(`request_rate_${window}`, rate, window, aSecond('requests'), `requests a second over ${window}`)),
  ...(['1m', '5m', '15m', '1h'] as const).map((window) => told(`error_rate_${window}`, share, window, ratio('errors', 'requests'), `share of requests that failed over ${window}`)),
  ...(['1m', '5m'] as const).flatMap((window) => [50, 95, 99].map((percent) =>
    told(`p${percent}_latency_${window}`, latency, window, quantile(percent / 100), `${percent}th percentile of the requests' durations over ${window}, at most 3.2 % off`))),
  told('p99_latency_1h', latency, '1h', quantile(0.99), '99th percentile of the requests\' durations over 1h, at most 3.2 % off'),
  told('mean_latency_1m', latency, '1m', { divide: [sum('durationNs'), times(sum('requests'), 1e6)] }, 'mean duration of the requests, exact'),
  told('max_latency_5m', latency, '5m', { largest: 'duration' }, 'longest request'),
  told('latency_variance', latency, '1m', { subtract: [quantile(0.95), quantile(0.5)] }, 'spread of the durations: 95th percentile − median'),
  told('latency_tail', latency, '1m', { subtract: [quantile(0.99), quantile(0.95)] }, 'tail of the durations: 99th − 95th percentile'),
  told('slow_request_share', share, '5m', { divide: [{ above: [1_000, 'duration'] }, sum('requests')] }, 'share of requests longer than a second'),
  told('concurrency', ['traces', callers, 'gauge', '{request}'], '1m', { divide: [sum('durationNs'), times({ seconds: 'window' }, 1e9)] }, 'requests in progress on average (Little: rate × mean duration)'),
];

const calendarRow = (id: string, part: CalendarPart, shape: Shape, words: string): Feature => told(id, shape, 'point', { calendar: part }, words);
const turn = (part: CalendarPart, period: number): Expression => times({ divide: [{ calendar: part }, constant(period)] }, 2 * Math.PI);

const moments: readonly Feature[] = [
  calendarRow('hour_of_day', 'hour', calendar, 'local hour, 0–23'),
  calendarRow('day_of_week', 'weekday', calendar, 'local day, 1 Monday – 7 Sunday'),
  calendarRow('day_of_month', 'day', calendar, 'local day of the month, 1–31'),
  calendarRow('month', 'month', calendar, 'local month, 1–12'),
  calendarRow('is_weekend', 'weekend', yesOrNo, 'no workday of the week, by the calendar of the settings'),
  calendarRow('is_holiday', 'holiday', yesOrNo, 'a holiday of the settings'),
  calendarRow('is_business_hour', 'businessHour', yesOrNo, 'within business hours (9–18 unless set) of a workday that is no holiday'),
  calendarRow('is_peak_hour', 'peakHour', yesOrNo, 'within peak hours (10–12 and 14–16 unless set) of a workday that is no holiday'),
  calendarRow('is_deploy_window', 'deployWindow', yesOrNo, 'within a deploy window of the settings'),
  told('hour_sin', calendar, 'point', { sine: turn('hour', 24) }, 'hour of the day on a circle'),
  told('hour_cos', calendar, 'point', { cosine: turn('hour', 24) }, 'hour of the day on a circle'),
  told('day_sin', calendar, 'point', { sine: turn('weekday', 7) }, 'day of the week on a circle'),
  told('day_cos', calendar, 'point', { cosine: turn('weekday', 7) }, 'day of the week on a circle'),
];

const texts = (id: string, entities: readonly EntityKind[], signal: Feature['signal'], name: string, words: string): Feature =>
  told(id, [signal, entities, 'gauge', ''], 'point', { texts: name }, words);

const graph: readonly Feature[] = [
  texts('upstream_services', nodes, 'graph', 'upstream', 'nodes that call it'),
  texts('downstream_services', nodes, 'graph', 'downstream', 'nodes that it calls'),
  told('dependency_count', ['graph', nodes, 'count', '{node}'], 'point', { countDistinct: 'downstream' }, 'number of nodes that it calls'),
  told('dependent_count', ['graph', nodes, 'count', '{node}'], 'point', { countDistinct: 'upstream' }, 'number of nodes that call it'),
  texts('region', service, 'resources', 'regions', 'cloud.region of its resources within the hour'),
  texts('tenant_id', service, 'resources', 'tenants', 'tenant.id of its resources within the hour'),
  told('tenant_count', ['resources', service, 'count', '{tenant}'], 'point', { countDistinct: 'tenants' }, 'number of them'),
  told('user_count_5m', ['traces', service, 'count', '{user}'], '5m', { countDistinct: 'users' }, 'different users (user.id, else enduser.id) of its spans: exact below 128, beyond that ±9 %. Who they are is neither kept nor told'),
  told('user_count_1h', ['traces', service, 'count', '{user}'], '1h', { countDistinct: 'users' }, 'different users within the hour'),
  texts('deployment_version', service, 'resources', 'versions', 'service.version values heard, newest last'),
];

const level = (id: string, unit: string, name: string, by: number, definition: string, entities = resources, late: Feature['late'] = 'drop'): Feature =>
  told(id, ['metrics', entities, 'gauge', unit], '1m', by === 1 ? { level: ['mean', name] } : times({ level: ['mean', name] }, by), definition, late);
const parts = (id: string, definition: string): Feature =>
  ({ ...told(id, ['metrics', resources, 'rate', 'By/s'], 'since the point before', { level: ['mean', id] }, definition, 'fold') });

const metrics: readonly Feature[] = [
  parts('disk_read', 'bytes a second read'),
  parts('disk_write', 'bytes a second written'),
  parts('network_received', 'bytes a second received'),
  parts('network_sent', 'bytes a second sent'),
  level('cpu_usage_1m', '%', 'cpu_utilization', 100, 'mean share of the CPU in use'),
  level('memory_usage_1m', '%', 'memory_utilization', 100, 'mean share of memory in use'),
  level('disk_io_read_1m', 'MBy/s', 'disk_read', 1e-6, 'megabytes a second read', resources, 'fold'),
  level('disk_io_write_1m', 'MBy/s', 'disk_write', 1e-6, 'megabytes a second written', resources, 'fold'),
  level('network_in_1m', 'MBy/s', 'network_received', 1e-6, 'megabytes a second received', resources, 'fold'),
  level('network_out_1m', 'MBy/s', 'network_sent', 1e-6, 'megabytes a second sent', resources, 'fold'),
  level('memory_bytes_1m', 'By', 'memory_usage', 1, 'mean of the memory in use'),
  level('heap_bytes_1m', 'By', 'heap_usage', 1, 'mean of the heap in use'),
  told('cpu_peak_5m', ['metrics', resources, 'gauge', '1'], '5m', { level: ['max', 'cpu_utilization'] }, 'largest share of the CPU in use'),
  told('memory_peak_5m', ['metrics', resources, 'gauge', '1'], '5m', { level: ['max', 'memory_utilization'] }, 'largest share of memory in use'),
  told('eventloop_peak_5m', ['metrics', resources, 'gauge', '1'], '5m', { level: ['max', 'eventloop_utilization'] }, 'largest share of time in which the event loop was busy'),
  told('disk_fullness_1h', ['metrics', resources, 'gauge', '1'], '1h', { level: ['max', 'disk_utilization'] }, 'share of the fullest file system in use, at most'),
  told('memory_growth_1h', ['metrics', resources, 'gauge', 'By/min'], '1h', over('slope', 'memory_bytes_1m', 60), 'growth of memory in use, bytes a minute over an hour of whole minutes'),
  told('heap_growth_1h', ['metrics', resources, 'gauge', 'By/min'], '1h', over('slope', 'heap_bytes_1m', 60), 'growth of the heap in use, bytes a minute over an hour of whole minutes'),
];

/** requirements: mean, deviation and maximum over 5, 15 and 60 minutes, lags, and change, of the three main series. */
const main: readonly (readonly [name: string, feature: string, shape: Shape])[] = [
  ['p99_latency', 'p99_latency_1m', latency], ['error_rate', 'error_rate_1m', share], ['request_rate', 'request_rate_1m', rate],
];
const series: readonly Feature[] = main.flatMap(([name, feature, shape]) => [
  ...([[5, '5m'], [15, '15m'], [60, '1h']] as const).flatMap(([minutes, window]) => [
    told(`${name}_mean_${window}`, shape, window, over('mean', feature, minutes), `mean of ${feature} over ${minutes} whole minutes`),
    told(`${name}_std_${window}`, shape, window, over('stddev', feature, minutes), `standard deviation of ${feature} over ${minutes} whole minutes`),
    told(`${name}_max_${window}`, shape, window, over('max', feature, minutes), `largest ${feature} of ${minutes} whole minutes`),
  ]),
  told(`${name}_median_1h`, shape, '1h', over('median', feature, 60), `median of ${feature} over 60 whole minutes`),
  told(`${name}_lag_1m`, shape, '1m', { lag: [feature, 1] }, `${feature} in the whole minute before the last`),
  told(`${name}_lag_5m`, shape, '5m', { lag: [feature, 5] }, `${feature} in the whole minute five before the last`),
  told(`${name}_difference_5m`, shape, '5m', { subtract: [{ lag: [feature, 0] }, { lag: [feature, 5] }] }, `${feature} of the last whole minute − that five minutes before`),
]);
const changes: readonly Feature[] = [
  told('request_rate_change_5m', share, '5m', { divide: [{ subtract: [{ lag: ['request_rate_1m', 0] }, { lag: ['request_rate_1m', 5] }] }, { lag: ['request_rate_1m', 5] }] }, 'change of request_rate_1m within five minutes, as a share of what it was'),
  told('throughput_trend', ['traces', callers, 'gauge', '1/s/min'], '15m', over('slope', 'request_rate_1m', 15), 'growth of the request rate a minute, least squares over 15 whole minutes'),
  told('throughput_acceleration', ['traces', callers, 'gauge', '1/s/min'], '15m', { subtract: [over('slope', 'request_rate_1m', 5), over('slope', 'request_rate_1m', 15)] }, 'that over the last 5 whole minutes − that over 15'),
];

const traces: readonly Feature[] = [
  told('span_rate', ['traces', service, 'rate', '1/s'], '1m', aSecond('spans'), 'spans a second, of every kind'),
  told('self_time_share', ofTraces, '5m', ratio('selfNs', 'tracedNs'), 'share of the requests\' time that the service\'s own spans take themselves; above 1 when they work in parallel'),
  told('database_time', ['traces', traced, 'latency', 'ms'], '5m', perTraced('databaseNs'), 'time a request in its own calls to databases'),
  told('network_time', ['traces', traced, 'latency', 'ms'], '5m', perTraced('networkNs'), 'time a request on the way to callees and back: their answer\'s time taken off'),
  told('trace_spans', ['traces', traced, 'gauge', '{span}'], '5m', ratio('treeSpans', 'traced'), 'shape of the traces: spans of a request\'s tree'),
  told('trace_depth', ['traces', traced, 'gauge', '{span}'], '5m', ratio('treeDepth', 'traced'), 'shape of the traces: longest path of a request\'s tree'),
  told('calls_per_request', ['traces', traced, 'gauge', '{call}'], '5m', ratio('tracedCalls', 'traced'), 'client and producer spans of its own a request'),
  told('database_calls_per_request', ['traces', traced, 'gauge', '{call}'], '5m', ratio('databaseCalls', 'traced'), 'calls to databases a request: high where one query is made for each row'),
  told('retry_rate', ['traces', traced, 'rate', '1/s'], '5m', aSecond('retries'), 'calls a second that repeat a failed one, of the assembled traces'),
  told('downstream_error_rate', ['traces', service, 'share', '1'], '1m', ratio('callErrors', 'calls'), 'its callees\' error share as it sees it: calls on the edges that leave it'),
  told('call_rate', ['traces', service, 'rate', '1/s'], '1m', aSecond('calls'), 'calls a second on the edges that leave it'),
  told('fan_out', ['traces', service, 'gauge', '{call}'], '5m', ratio('calls', 'requests'), 'calls on the edges that leave it ÷ requests, not limited to assembled traces'),
  told('cold_start_share', ['traces', service, 'share', '1'], '5m', ratio('coldRequests', 'requests'), 'share of requests served by an instance within a minute of its appearance beside others'),
  told('consume_rate', ['traces', ['queue'], 'rate', '1/s'], '1m', aSecond('consumed'), 'messages a second read from the queue'),
  told('queue_imbalance', ['traces', ['queue'], 'rate', '1/s'], '5m', { divide: [{ subtract: [sum('requests'), sum('consumed')] }, { seconds: 'window' }] }, 'messages written − messages read, a second: above 0 while the queue grows'),
];

const logs: readonly Feature[] = [
  told('log_rate_5m', ['logs', service, 'rate', '1/s'], '5m', aSecond('logs'), 'log records a second'),
  told('error_log_share', ['logs', service, 'share', '1'], '5m', ratio('errorLogs', 'logs'), 'share of log records of severity ERROR and above'),
  told('new_template_rate_1h', ['logs', service, 'rate', '1/s'], '1h', aSecond('freshLogs'), 'records a second of severity WARN and above whose template was new when they came'),
  told('logs_per_request', ['logs', service, 'gauge', '{record}'], '5m', ratio('logs', 'requests'), 'log records a request'),
  told('restarts_1h', ['metrics', service, 'count', '{restart}'], '1h', sum('restarts'), 'restarts of instances'),
];

export const toldFeatures: readonly Feature[] = [...windows, ...moments, ...graph, ...metrics, ...series, ...changes, ...traces, ...logs];
