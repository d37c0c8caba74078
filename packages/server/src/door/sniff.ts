import type { Socket } from 'node:net';

/** What a client that has just connected begins to speak. */
export type Speech = 'tls' | 'http1' | 'http2';

const tlsHandshake = 0x16;
/** RFC 9113, 3.4: HTTP/2 with prior knowledge begins like this, and no method of HTTP/1 does. */
const preface = Buffer.from('PRI ');

/** Null when these first bytes do not tell yet. */
export function tellSpeech(first: Uint8Array): Speech | null {
  if (first.length === 0) return null;
  if (first[0] === tlsHandshake) return 'tls';
  for (let i = 0; i < Math.min(first.length, preface.length); i++) if (first[i] !== preface[i]) return 'http1';
  return first.length < preface.length ? null : 'http2';
}

export interface Sniffing {
  readonly timeoutMs: number;
  /** The bytes are in the socket again, as if nobody had looked. */
  onSpeech(speech: Speech): void;
  /** Nothing that tells came in time. Not called when the client leaves. */
  onSilence(): void;
}

/** Waits for the first bytes of a connection. Costs nothing after that. */
export function sniff(socket: Socket, { timeoutMs, onSpeech, onSilence }: Sniffing): void {
  let seen: Buffer = Buffer.alloc(0);
  const stop = (): void => {
    clearTimeout(timer);
    socket.off('readable', look).off('error', stop).off('close', stop);
  };
  const look = (): void => {
    const chunk = socket.read() as Buffer | null;
    if (chunk === null) return;
    seen = seen.length === 0 ? chunk : Buffer.concat([seen, chunk]);
    const speech = tellSpeech(seen);
    if (speech === null) return;
    stop();
    socket.unshift(seen);
    onSpeech(speech);
  };
  const timer = setTimeout(() => {
    stop();
    onSilence();
  }, timeoutMs);
  socket.on('readable', look).on('error', stop).on('close', stop);
}
