import type { Signal } from './batch.ts';
import type { LogsData, MetricsData, TracesData } from './message.ts';
import { requests } from './schema.ts';
import { openSink, written } from './sink.ts';
import { writeMessage } from './write-message.ts';

/** Request as an object → protobuf. Throws MalformedOtlp, with the path, where a member is of the wrong type or out of range. */
export function writeRequest(signal: 'traces', message: TracesData): Uint8Array;
export function writeRequest(signal: 'logs', message: LogsData): Uint8Array;
export function writeRequest(signal: 'metrics', message: MetricsData): Uint8Array;
export function writeRequest(signal: Signal, message: TracesData | LogsData | MetricsData): Uint8Array;
export function writeRequest(signal: Signal, message: TracesData | LogsData | MetricsData): Uint8Array {
  const sink = openSink();
  writeMessage(sink, requests[signal], message, false);
  return written(sink);
}
