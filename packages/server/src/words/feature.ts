import { capitalized, sayPlain } from './name.ts';
import { sayFromTo, sayShare, sayValue } from './quantity.ts';

/** What a feature of the catalogue is called in a sentence. One that is not here is called by its id, underscores as spaces. */
const featureWords: Readonly<Record<string, string>> = {
  request_rate: 'request rate',
  error_share: 'share of failed requests',
  latency_p50: 'median duration',
  latency_p95: '95th percentile of duration',
  instance_count: 'number of instances',
  cpu_utilization: 'CPU utilization',
  cpu_usage: 'CPU in use',
  memory_usage: 'memory in use',
  memory_utilization: 'memory utilization',
  heap_usage: 'heap in use',
  heap_utilization: 'heap utilization',
  gc_share: 'time in garbage collection',
  eventloop_utilization: 'event loop utilization',
  eventloop_delay: 'event loop delay',
  disk_utilization: 'disk utilization',
  disk_io: 'disk traffic',
  network_io: 'network traffic',
  network_errors: 'network errors',
  restarts: 'restarts',
  pool_used: 'connections in use of pool',
  pool_utilization: 'utilization of connection pool',
  pool_pending: 'requests that wait for a connection of pool',
  pool_wait: 'wait for a connection of pool',
  pool_timeouts: 'timeouts of connection pool',
  queue_lag: 'messages not yet consumed',
  active_requests: 'requests in progress',
  log_rate: 'log rate',
  error_log_rate: 'rate of error logs',
  new_template_rate: 'rate of new log messages',
  log_template: 'log line',
  missing_line: 'missing log line',
  odd_line: 'log line out of place',
  metric: 'metric',
  metric_rate: 'rate of metric',
  metric_mean: 'mean of metric',
  metric_p95: '95th percentile of metric',
};

/** `text`: what the subject means where it is an id, such as the words of a log template. */
export function nameOfFeature(feature: string, subject: string, text = ''): string {
  const words = featureWords[feature] ?? sayPlain(feature.replaceAll('_', ' '));
  if (text !== '') return `${words} "${sayPlain(text, 80)}"`;
  if (subject !== '') return `${words} ${sayPlain(subject, 80)}`;
  // Which pool is not known: the sentence does without.
  return words.replace(/ of pool$/, '').replace(/ of connection pool$/, ' of the connection pool');
}

export interface Reading { readonly feature: string; readonly subject?: string; readonly observed: number; readonly expected: number; readonly unit: string }

/** The symptom as the first sentence says it, without time: `Checkout is failing for 12 % of requests`. */
export function saySymptom(name: string, reading: Reading, isPast: boolean): string {
  const { feature, observed, expected, unit } = reading;
  const who = capitalized(name);
  const is = isPast ? 'was' : 'is';
  switch (feature) {
    case 'error_share':
      return `${who} ${is} failing for ${sayShare(observed)} of requests`;
    case 'latency_p50': case 'latency_p95':
      return observed >= expected
        ? `${who} ${is} slow: ${feature === 'latency_p50' ? 'half' : '5 %'} of requests ${isPast ? 'took' : 'take'} over ${sayValue(observed, unit)} (normally ${sayValue(expected, unit)})`
        : `${who} ${is} faster than normal (${sayFromTo(expected, observed, unit)})`;
    case 'request_rate':
      if (observed === 0) return `${who} ${isPast ? 'got' : 'gets'} no requests (normally ${sayValue(expected, unit)})`;
      return `${who} ${isPast ? 'got' : 'gets'} ${sayValue(observed, unit).replace(' a second', '')} requests a second (normally ${sayValue(expected, unit).replace(' a second', '')})`;
    case 'queue_lag':
      return `${who} ${isPast ? 'had' : 'has'} ${sayValue(observed, unit)} waiting (normally ${sayValue(expected, unit)})`;
    default:
      return `${capitalized(nameOfFeature(feature, reading.subject ?? ''))} of ${name} ${is} ${sayValue(observed, unit)} (normally ${sayValue(expected, unit)})`;
  }
}
