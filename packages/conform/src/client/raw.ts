import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** A bare TCP connection, for what no HTTP client would send. */
export interface RawConnection {
  readonly socket: Socket;
  /** Everything that came so far, as Latin-1. */
  received(): string;
  /** Resolves true when the other side closes or resets within the time. */
  closedWithin(timeoutMs: number): Promise<boolean>;
  /** Resolves true when what was received matches within the time; false too when the connection ends before. */
  receives(pattern: RegExp, timeoutMs: number): Promise<boolean>;
  destroy(): void;
}

export function openRaw(host: string, port: number): Promise<RawConnection> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, allowHalfOpen: true });
    let received = '';
    let isClosed = false;
    const watchers = new Set<() => void>();
    const wake = (): void => { for (const watcher of watchers) watcher(); };
    const onClosed = (): void => { isClosed = true; wake(); };
    socket.on('data', (piece) => { received += piece.toString('latin1'); wake(); }).on('end', onClosed).on('close', onClosed).on('error', (error) => { onClosed(); reject(error); });
    const until = (isDone: () => boolean, timeoutMs: number): Promise<boolean> => new Promise((done) => {
      const settle = (): void => {
        clearTimeout(timer);
        watchers.delete(check);
        done(isDone());
      };
      const check = (): void => { if (isDone() || isClosed) settle(); };
      const timer = setTimeout(settle, timeoutMs);
      watchers.add(check);
      check();
    });
    socket.on('connect', () => resolve({
      socket,
      received: () => received,
      closedWithin: (timeoutMs) => until(() => isClosed, timeoutMs),
      receives: (pattern, timeoutMs) => until(() => pattern.test(received), timeoutMs),
      destroy: () => socket.destroy(),
    }));
  });
}
