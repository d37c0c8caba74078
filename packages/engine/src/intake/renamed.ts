/** Metrics by their present names, and in their present units (otlp §4.1 to §4.4). */
import { renamedMetrics } from './deprecated.ts';

/** Renamed, and measured in seconds where they were in milliseconds: the conventions' model calls that more than a rename. */
const durations: ReadonlyMap<string, string> = new Map([
  ['http.server.duration', 'http.server.request.duration'], ['http.client.duration', 'http.client.request.duration'],
  ['rpc.server.duration', 'rpc.server.call.duration'], ['rpc.client.duration', 'rpc.client.call.duration'],
  ['db.client.connections.create_time', 'db.client.connection.create_time'], ['db.client.connections.wait_time', 'db.client.connection.wait_time'],
  ['db.client.connections.use_time', 'db.client.connection.use_time'],
  ['messaging.publish.duration', 'messaging.client.operation.duration'], ['messaging.receive.duration', 'messaging.client.operation.duration'],
]);

const secondsOf: Readonly<Record<string, number>> = { ms: 1e-3, milliseconds: 1e-3, us: 1e-6, ns: 1e-9 };

export interface PresentMetric {
  readonly name: string;
  readonly unit: string;
  /** What values and bucket bounds are to be multiplied by. */
  readonly factor: number;
}

export function presentMetric(sent: string, unit: string): PresentMetric {
  const duration = durations.get(sent);
  if (duration === undefined) return { name: renamedMetrics.get(sent) ?? sent, unit, factor: 1 };
  const factor = Object.hasOwn(secondsOf, unit) ? secondsOf[unit] : 1;
  return { name: duration, unit: factor === 1 ? unit : 's', factor };
}
