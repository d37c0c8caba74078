/** Why single items of other protocols are refused; the part before the dot is the protocol. */
export const foreignReasons = {
  'remote_write.labels': 'the series has no __name__, a label twice or without a name, more than 256 labels, or labels that are not UTF-8',
  'remote_write.time': 'the time of the sample must be after 1970',
  'remote_write.histogram_float': 'a histogram with counts that are not whole numbers has no place in OTLP',
  'remote_write.histogram_gauge': 'a gauge histogram has no place in OTLP',
  'remote_write.histogram_schema': 'the schema of the native histogram must be -4 to 8, or -53',
  'remote_write.histogram_shape': 'spans, buckets and count of the native histogram do not fit together',
  'remote_write.histogram_size': 'the native histogram has more than 10,000 buckets',
  'remote_write.exemplar_alone': 'the exemplar came without a sample of its series that it could stand at',
  'zipkin.span': 'a span must be a JSON object',
  'zipkin.ids': 'traceId must be 16 or 32 hex digits and id 16, not all zero; parentId, where there is one, too',
  'zipkin.time': 'timestamp, duration and times of annotations must be microseconds, not negative',
  'jaeger.span': 'a span must be a JSON object',
  'jaeger.ids': 'traceID must be up to 32 hex digits and spanID up to 16, not all zero',
  'jaeger.time': 'startTime, duration and times of logs must be microseconds, not negative',
  'jaeger.process': 'the span has no process of its own, and its processID names none',
  'json_lines.json': 'the line is not JSON',
  'json_lines.object': 'the line is JSON, but no object',
  'loki.value': 'a value must be a list of nanoseconds since 1970, as text, and a line',
  'syslog.cut': 'the message was longer than syslog-message-bytes-max; its beginning was kept',
  'syslog.dropped': 'the datagram came while too many messages waited for the disk',
  'syslog.lost': 'the message could not be made durable before the server stopped',
} as const;

export type ForeignReason = keyof typeof foreignReasons;
