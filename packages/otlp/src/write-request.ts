import type { Signal } from './batch.ts';
import type { LogsData, MetricsData, TracesData } from './message.ts';
import type { ProfilesData } from './message-profiles.ts';
import { requests } from './schema-requests.ts';
import { openSink, written } from './sink.ts';
import { writeMessage } from './write-message.ts';

/** Request as an object → protobuf. Throws MalformedOtlp, with the path, where a member is of the wrong type or out of range. */
export function writeRequest(signal: 'traces', message: TracesData): Uint8Array;
export function writeRequest(signal: 'logs', message: LogsData): Uint8Array;
export function writeRequest(signal: 'metrics', message: MetricsData): Uint8Array;
export function writeRequest(signal: 'profiles', message: ProfilesData): Uint8Array;
export function writeRequest(signal: Signal, message: TracesData | LogsData | MetricsData | ProfilesData): Uint8Array;
export function writeRequest(signal: Signal, message: TracesData | LogsData | MetricsData | ProfilesData): Uint8Array {
  const sink = openSink();
  writeMessage(sink, requests[signal], message, false);
  return written(sink);
}
