import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createServer, connect } from 'node:net';
import type { Target } from '../target.ts';

/** A receiver that the suite starts by itself, to compare. */
export interface Peer {
  /** As it is called in tables. */
  readonly name: string;
  /** Its program under the peers' folder; null for Clew, which is run from its source. */
  readonly program: string | null;
  readonly about: string;
  /** Only when it is asked for by name: not in the page. */
  readonly isExtra?: boolean;
  start(context: StartContext): Start;
}
export interface StartContext { readonly folder: string; readonly ports: readonly number[]; readonly program: string }
export interface Start {
  readonly args: readonly string[];
  readonly target: Partial<Target>;
  /** Ports that answer when it is ready. */
  readonly ready: readonly number[];
}

export interface RunningPeer { readonly child: ChildProcess; stop(): Promise<void> }

const readyMs = 30_000;

/** Starts a program and waits until its ports answer; rejects with its last words when it ends before. */
export async function startPeer(program: string, { args, ready }: Start, folder: string): Promise<RunningPeer> {
  const child = spawn(program, args, { cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  let words = '';
  const keep = (piece: Buffer): void => { words = (words + piece.toString()).slice(-4_000); };
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  let isGone = false;
  const gone = new Promise<void>((resolve) => child.on('close', () => { isGone = true; resolve(); }));
  child.on('error', (error) => { words += error.message; isGone = true; });
  const untilMs = Date.now() + readyMs;
  for (const port of ready) {
    while (!(await answers(port))) {
      if (isGone || Date.now() > untilMs) {
        child.kill('SIGKILL');
        throw new Error(`${program} did not get ready: ${words}`);
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
  return {
    child,
    async stop() {
      const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
      if (!isGone) child.kill('SIGTERM');
      await gone;
      clearTimeout(timer);
    },
  };
}

function answers(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port }, () => { socket.destroy(); resolve(true); });
    socket.on('error', () => resolve(false));
  });
}

export function freePorts(count: number): Promise<readonly number[]> {
  return Promise.all(Array.from({ length: count }, () => new Promise<number>((resolve, reject) => {
    const probe = createServer().on('error', reject).listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('BUG: no port'))));
    });
  })));
}
