/** Limits that keep items out of the analysis, or make something be forgotten: what was lost by them, and what to change. */
interface LimitWords { readonly what: string; readonly next: string }

const words = (what: string, next: string): LimitWords => ({ what, next });

/** By the name of the engine's counter that counts items. Such items are stored; only the analysis does without them. */
export const droppedLimits = {
  future_items: words('Their time lies ahead of the clock of this server by more than clock skew allows.', 'Set the clock of the sender (NTP), or raise skew-ms.'),
  spans_over_limit: words('Spans of services, or of kinds of operation, beyond those that are followed.', 'Raise services-max, or take ids out of service and operation names.'),
  points_over_limit: words('More data points in ten seconds than are analysed.', 'Send metrics less often, or fewer series.'),
  points_over_series_limit: words('Data points of series beyond those that are followed.', 'Raise metric-series-max, or drop attributes with many values.'),
  logs_over_limit: words('Log records of services beyond those that are followed.', 'Raise services-max, or name services by what they are, not by instance.'),
} as const satisfies Readonly<Record<string, LimitWords>>;

/** Counters of the server itself that tell of a limit; see self.ts. */
export const otherLimits = {
  intake_sources_over_limit: words('Sources beyond the limit are counted together as others.', 'Give senders a credential each, or send through a collector.'),
  intake_dedup_forgotten_early: words('Requests were forgotten before their window was over: sent again after that, they count twice.', 'Raise dedup-requests-max.'),
  intake_known_spans_forgotten_early: words('Spans were forgotten before their window was over: sent again after that, they count twice.', 'Raise dedup-spans-max.'),
  door_connections_refused: words('Connections beyond the limit were closed at once.', 'Raise connections-max, or look who opens so many.'),
  store_missed_records: words('The store missed records that were trimmed from the log before it took them.', 'Raise log-bytes-max.'),
  store_partitions_given_up_for_space: words('Stretches of time whose rows were removed before their age, because the disk budget was used up.', 'Raise store-bytes-max, or lower retention-days.'),
  store_records_missed: words('The store missed records that were trimmed from the log before it took them.', 'Raise log-bytes-max.'),
  engine_missed_records: words('The analysis missed records that were trimmed from the log before it took them.', 'Raise log-bytes-max.'),
  engine_duplicate_spans: words('Spans that the analysis saw twice in ten seconds and counted once.', 'Nothing is wrong; see deduplicated.'),
  engine_services_over_limit: words('Services beyond the limit are stored but not analysed.', 'Raise services-max.'),
  engine_series_over_limit: words('Metric series beyond the limit are stored but not analysed.', 'Raise metric-series-max.'),
  engine_shapes_over_limit: words('Kinds of operation beyond those that are followed in ten seconds; their spans are stored but not analysed.', 'Take ids out of operation names and statements.'),
  engine_edges_over_limit: words('Calls between services beyond the limit have no edge of their own.', 'Name peers by what they are, not by address.'),
  engine_instances_over_limit: words('Instances beyond the limit are not told apart.', 'Keep service.instance.id stable for one process.'),
  engine_templates_over_limit: words('Log lines beyond the templates of a service are counted under one.', 'Log values as attributes, not in the text.'),
  engine_attribute_keys_over_limit: words('Attributes of spans beyond those by which requests are told apart in ten seconds.', 'Nothing need be done; what few spans say tells little.'),
  engine_attribute_values_over_limit: words('Values of attributes beyond the most frequent ones are not told apart.', 'Nothing need be done; put what has another value each time on fewer spans.'),
  engine_operations_over_limit: words('Operations beyond the limit of a service are analysed together as other.', 'Take ids out of operation names.'),
} as const satisfies Readonly<Record<string, LimitWords>>;

export const lateWords = words('They came after the panes of their time were closed.', 'Let the sender export sooner, look at queues between it and here, or raise lateness-ms.');

export function wordsOfLimit(limit: string): LimitWords {
  return Object.hasOwn(droppedLimits, limit) ? droppedLimits[limit as keyof typeof droppedLimits] : words('', '');
}
