import type { EntityKind, Expression, Feature, FeatureScale } from '../model/index.ts';
import { toldFeatures } from './catalogue-told.ts';
import { wordsOf } from './expression.ts';
import { sketchRows, sumRows, textRows } from './partials.ts';

/** What happens to an item whose pane has been closed. */
export const lateRules = {
  drop: 'dropped from the feature and counted (`late_spans`, `late_logs`, `late_points`); the row itself is stored',
  fold: 'a cumulative counter loses nothing: the increase shows with the next point; a late delta or gauge is dropped and counted',
} as const;

const callers: readonly EntityKind[] = ['service', 'operation', 'edge', 'instance', 'database', 'queue', 'external'];
const felt: readonly EntityKind[] = ['service', 'operation'];
const resources: readonly EntityKind[] = ['service', 'instance', 'host'];

type Rest = Partial<Pick<Feature, 'symptomOf' | 'subject' | 'window' | 'late' | 'expression'>>;
/** Metric features are partials themselves: the level of that name. */
function feature(id: string, signal: Feature['signal'], entities: readonly EntityKind[], scale: FeatureScale, unit: string, definition: string, rest: Rest = {}): Feature {
  return {
    id, signal, entities, scale, unit, definition, expression: rest.expression ?? { level: ['mean', id] }, symptomOf: rest.symptomOf ?? [], subject: rest.subject ?? '',
    window: rest.window ?? 'pane', late: rest.late ?? 'drop', role: 'judged',
  };
}

const aSecond = (sum: string): Expression => ({ divide: [{ sum }, { seconds: 'window' }] });
const ratio = (part: string, whole: string): Expression => ({ divide: [{ sum: part }, { sum: whole }] });
const quantile = (share: number): Expression => ({ quantile: [share, 'duration'] });

const judgedFeatures: readonly Feature[] = [
  feature('request_rate', 'traces', callers, 'rate', '1/s', 'requests a second: server and consumer spans (and root internal spans, for jobs); of edges and virtual nodes, the callers\' client and producer spans. 0 with weight 0 when an entity seen in the last 30 panes is silent', { symptomOf: felt, expression: aSecond('requests') }),
  feature('error_share', 'traces', callers, 'share', '1', 'share of those requests that failed: status ERROR, or HTTP 5xx (clients: 4xx too), or the gRPC codes that are errors on that side', { symptomOf: felt, expression: ratio('errors', 'requests') }),
  feature('latency_p50', 'traces', callers, 'latency', 'ms', 'median duration of those requests, at most 3.2 % off (log-linear buckets)', { symptomOf: felt, expression: quantile(0.5) }),
  feature('latency_p95', 'traces', callers, 'latency', 'ms', '95th percentile of their duration, at most 3.2 % off', { symptomOf: felt, expression: quantile(0.95) }),
  feature('self_time', 'traces', ['service'], 'latency', 'ms', 'own time a request: what the service\'s own spans take beneath a request, children taken off, over the requests whose trace was assembled', { expression: { divide: [{ sum: 'selfNs' }, { multiply: [{ sum: 'traced' }, { constant: 1e6 }] }] } }),
  feature('retry_share', 'traces', ['service'], 'share', '1', 'share of the calls beneath its requests that repeat a failed call of the same kind beneath the same parent', { expression: ratio('retries', 'tracedCalls') }),
  feature('instance_count', 'resources', ['service'], 'count', '{instance}', 'distinct instances (service.instance.id, else pod, container or host) that sent spans, points or logs in the last 6 panes'),

  feature('cpu_utilization', 'metrics', resources, 'gauge', '1', 'share of the CPU in use; of a service, its busiest instance; of a host, 1 − idle'),
  feature('cpu_usage', 'metrics', resources, 'gauge', '{cpu}', 'CPU seconds a second, from the usage gauge or the time counter', { window: 'since the point before', late: 'fold' }),
  feature('memory_usage', 'metrics', resources, 'gauge', 'By', 'memory in use; of a service, its largest instance'),
  feature('memory_utilization', 'metrics', resources, 'gauge', '1', 'memory in use ÷ its limit, or as reported; of a service, its fullest instance'),
  feature('heap_usage', 'metrics', resources, 'gauge', 'By', 'heap in use (JVM, V8)'),
  feature('heap_utilization', 'metrics', resources, 'gauge', '1', 'heap in use ÷ its limit'),
  feature('gc_share', 'metrics', resources, 'gauge', '1', 'seconds of garbage collection a second', { window: 'since the point before', late: 'fold' }),
  feature('eventloop_utilization', 'metrics', resources, 'gauge', '1', 'share of time in which the event loop is busy'),
  feature('eventloop_delay', 'metrics', resources, 'latency', 'ms', '99th percentile (else mean) of the event loop\'s delay'),
  feature('disk_utilization', 'metrics', resources, 'gauge', '1', 'share of the fullest file system in use'),
  feature('disk_io', 'metrics', resources, 'rate', 'By/s', 'bytes a second read and written', { window: 'since the point before', late: 'fold' }),
  feature('network_io', 'metrics', resources, 'rate', 'By/s', 'bytes a second sent and received', { window: 'since the point before', late: 'fold' }),
  feature('network_errors', 'metrics', resources, 'rate', '1/s', 'network errors and dropped packets a second', { window: 'since the point before', late: 'fold' }),
  feature('restarts', 'metrics', ['service', 'instance'], 'count', '{restart}', 'restarts: container restart counts that rose, processes that began anew under the same identity, instances that took the place of one that went silent', { expression: { sum: 'restarts' } }),

  feature('pool_used', 'metrics', ['service', 'instance'], 'gauge', '{connection}', 'connections of a client pool in use', { subject: 'pool' }),
  feature('pool_utilization', 'metrics', ['service', 'instance'], 'gauge', '1', 'connections in use ÷ the pool\'s maximum', { subject: 'pool' }),
  feature('pool_pending', 'metrics', ['service', 'instance'], 'gauge', '{request}', 'requests that wait for a connection', { subject: 'pool' }),
  feature('pool_wait', 'metrics', ['service', 'instance'], 'latency', 'ms', 'mean time to get a connection', { subject: 'pool', window: 'since the point before', late: 'fold' }),
  feature('pool_timeouts', 'metrics', ['service', 'instance'], 'rate', '1/s', 'waits for a connection that timed out, a second', { subject: 'pool', window: 'since the point before', late: 'fold' }),

  feature('queue_lag', 'metrics', ['queue', 'service'], 'gauge', '{message}', 'messages not yet consumed, summed over partitions; `node` is the consumer when the graph knows exactly one', { subject: 'consumer group', symptomOf: ['queue', 'service'] }),
  feature('active_requests', 'metrics', ['service', 'instance'], 'gauge', '{request}', 'requests being served at the same time'),

  feature('metric', 'metrics', resources, 'gauge', 'as sent', 'any other gauge or up-down counter: last value of each series in the pane; gauges averaged, up-down counters summed over their attributes', { subject: 'metric name' }),
  feature('metric_rate', 'metrics', resources, 'rate', 'as sent, a second', 'any other monotonic counter: increase a second, summed over its attributes, resets handled', { subject: 'metric name', window: 'since the point before', late: 'fold' }),
  feature('metric_mean', 'metrics', resources, 'gauge', 'as sent', 'any other histogram or summary: sum ÷ count of what it gained', { subject: 'metric name', window: 'since the point before', late: 'fold' }),
  feature('metric_p95', 'metrics', resources, 'gauge', 'as sent', 'any other explicit histogram: 95th percentile of what it gained, interpolated within its bucket', { subject: 'metric name', window: 'since the point before', late: 'fold' }),

  feature('log_rate', 'logs', ['service'], 'rate', '1/s', 'log records a second', { expression: aSecond('logs') }),
  feature('error_log_rate', 'logs', ['service'], 'rate', '1/s', 'log records of severity ERROR and above a second; 0 while the service writes other records', { expression: aSecond('errorLogs') }),
  feature('new_template_rate', 'logs', ['service'], 'rate', '1/s', 'records a second, of severity WARN and above, whose template this service had not written before; begins 30 panes after its first record', { expression: aSecond('freshLogs') }),
];

/** The whole catalogue: what detectors judge in every pane, then what is told on demand. */
export const features: readonly Feature[] = [...judgedFeatures, ...toldFeatures];

const byId: ReadonlyMap<string, Feature> = new Map(features.map((each) => [each.id, each]));

/** The row of the catalogue; a feature that is not in it is our mistake. */
export function featureOf(id: string): Feature {
  const row = byId.get(id);
  if (row === undefined) throw new Error(`BUG: feature ${id} is not in the catalogue`);
  return row;
}

/** The rows as docs/features.md shows them. */
export function catalogueTable(): string {
  const rows = features.map((each) => [
    `\`${each.id}\``, each.definition, `\`${wordsOf(each.expression)}\``, each.signal, each.entities.join(', '), each.window, each.unit, each.late, each.role,
    each.symptomOf.join(', ') || 'none', each.scale, each.subject || '–',
  ].join(' | '));
  const head = ['feature', 'definition', 'expression', 'signal', 'entities', 'window', 'unit', 'late data', 'role', 'symptom of', 'scale', 'subject'];
  return [head.join(' | '), head.map(() => '---').join(' | '), ...rows].map((line) => `| ${line} |`).join('\n');
}

/** The partials as docs/features.md shows them. */
export function partialsTable(): string {
  const rows = [['sum', sumRows], ['sketch', sketchRows], ['texts', textRows]] as const;
  const lines = rows.flatMap(([kind, table]) => Object.entries(table).map(([name, words]) => `| \`${name}\` | ${kind} | ${words} |`));
  return ['| partial | kind | what it holds |', '| --- | --- | --- |', ...lines].join('\n');
}
