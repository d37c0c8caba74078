import type { ServerResponse } from 'node:http';

/** One client that listens to server-sent events. What cannot be written now is dropped and counted, never queued without end. */
export interface EventStream {
  /** False when the event was dropped because the client is slow. */
  send(event: string, data: unknown): boolean;
  /** Events dropped since the stream began. */
  dropped(): number;
  /** Called once when the stream has ended, whoever ended it. */
  onEnd(listener: () => void): void;
  end(): void;
}

export const streamLimits = {
  clients: 64,
  /** Bytes that may wait in the socket of one client; beyond it events are dropped until it has drained. */
  waitingBytes: 1024 * 1024,
  /** A comment line this often keeps proxies from closing a quiet stream and finds dead clients. */
  heartbeatMs: 15_000,
} as const;

export interface Streams {
  /** null when as many are open as may be. */
  open(response: ServerResponse): EventStream | null;
  count(): number;
  /** Events dropped since the start, over all clients. */
  dropped(): number;
  endAll(): void;
  /** Resolves when none is open. */
  ended(): Promise<void>;
}

export function openStreams(limits: { readonly clients: number; readonly waitingBytes: number; readonly heartbeatMs: number } = streamLimits): Streams {
  const open = new Set<EventStream>();
  let droppedInAll = 0;
  let whenNone: (() => void)[] = [];
  return {
    open(response) {
      if (open.size >= limits.clients) return null;
      response.writeHead(200, { 'content-type': 'text/event-stream; charset=utf-8', 'cache-control': 'no-store', 'x-accel-buffering': 'no' });
      response.write('retry: 2000\n\n');
      const listeners: (() => void)[] = [];
      let dropped = 0;
      const heartbeat = setInterval(() => {
        if (response.writableLength <= limits.waitingBytes) response.write(': still here\n\n');
      }, limits.heartbeatMs);
      const stream: EventStream = {
        send(event, data) {
          if (response.writableLength > limits.waitingBytes) {
            dropped++;
            droppedInAll++;
            return false;
          }
          response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
          return true;
        },
        dropped: () => dropped,
        onEnd: (listener) => { listeners.push(listener); },
        end: () => { response.end(); },
      };
      response.once('close', () => {
        clearInterval(heartbeat);
        open.delete(stream);
        for (const listener of listeners) listener();
        if (open.size > 0) return;
        for (const none of whenNone) none();
        whenNone = [];
      });
      open.add(stream);
      return stream;
    },
    count: () => open.size,
    dropped: () => droppedInAll,
    endAll: () => { for (const stream of open) stream.end(); },
    ended: () => new Promise((resolve) => {
      if (open.size === 0) resolve();
      else whenNone.push(resolve);
    }),
  };
}
