import type { ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { PointRecord, ResourceRecord, Telemetry } from '../model/records.ts';
import type { Exporters } from './exporters.ts';
import { openSender, type Past, type Sender } from './sender.ts';

/** All instances of the shop, each with its own SDK. */
export interface Fleet {
  /** Sends what ended in a stretch of the past and resolves when the server has acknowledged all of it. */
  sendPast(telemetry: Telemetry): Promise<void>;
  /** Hands what has just ended to the SDKs, which batch and send it in their own time. */
  sendLive(telemetry: Telemetry, nowMs: number): void;
  readonly failures: { readonly count: number; readonly last: string };
  shutdown(): Promise<void>;
}

/** An instance that said nothing for so long is gone. */
const IDLE_MS = 120_000;
const SPANS_PER_REQUEST = 4_000;

export function openFleet(exporters: Exporters): Fleet {
  const senders = new Map<ResourceRecord, { readonly sender: Sender; usedMs: number }>();
  const failures = { count: 0, last: '' };
  let past: Past | null = null;
  const note = (error: unknown): void => {
    failures.count++;
    failures.last = error instanceof Error ? error.message : String(error);
  };
  const senderOf = (resource: ResourceRecord, nowMs: number): Sender => {
    let entry = senders.get(resource);
    if (entry === undefined) {
      entry = { sender: openSender(resource, exporters, () => past), usedMs: nowMs };
      senders.set(resource, entry);
    }
    entry.usedMs = nowMs;
    return entry.sender;
  };
  const hand = (telemetry: Telemetry, nowMs: number): Promise<ResourceMetrics>[] => {
    for (const span of telemetry.spans) senderOf(span.resource, nowMs).span(span);
    for (const log of telemetry.logs) senderOf(log.resource, nowMs).log(log);
    return [...byResource(telemetry.points)].map(([resource, points]) => senderOf(resource, nowMs).collect(points));
  };
  return {
    failures,
    async sendPast(telemetry) {
      const batch: Past = { spans: [], logs: [] };
      past = batch;
      const collected = await Promise.all(hand(telemetry, 0));
      past = null;
      const sent: Promise<void>[] = [];
      if (collected.length > 0) sent.push(exported((done) => exporters.pastMetrics.export(collected, done)).catch(note));
      const spanExporter = exporters.traces('protobuf');
      for (let i = 0; i < batch.spans.length; i += SPANS_PER_REQUEST) sent.push(exported((done) => spanExporter.export(batch.spans.slice(i, i + SPANS_PER_REQUEST), done)).catch(note));
      if (batch.logs.length > 0) sent.push(exported((done) => exporters.logs.export(batch.logs, done)).catch(note));
      await Promise.all(sent);
    },
    sendLive(telemetry, nowMs) {
      for (const collecting of hand(telemetry, nowMs)) collecting.then((metrics) => exported((done) => exporters.metrics.export(metrics, done))).catch(note);
      retire(senders, nowMs, note);
    },
    async shutdown() {
      await Promise.all([...senders.values()].map(({ sender }) => sender.shutdown().catch(note)));
      await exporters.shutdown();
    },
  };
}

function exported(start: (done: (result: { readonly error?: Error }) => void) => void): Promise<void> {
  return new Promise((resolve, reject) => start(({ error }) => error === undefined ? resolve() : reject(error)));
}

function byResource(points: readonly PointRecord[]): Map<ResourceRecord, PointRecord[]> {
  const groups = new Map<ResourceRecord, PointRecord[]>();
  for (const point of points) {
    const group = groups.get(point.resource);
    if (group === undefined) groups.set(point.resource, [point]);
    else group.push(point);
  }
  return groups;
}

function retire(senders: Map<ResourceRecord, { readonly sender: Sender; usedMs: number }>, nowMs: number, note: (error: unknown) => void): void {
  for (const [resource, { sender, usedMs }] of senders) {
    // usedMs is 0 for what was only seen in the past: it gets its time from now.
    if (usedMs === 0) senders.set(resource, { sender, usedMs: nowMs });
    else if (nowMs - usedMs > IDLE_MS) {
      senders.delete(resource);
      sender.shutdown().catch(note);
    }
  }
}
