import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import type { DemoControl } from './api/context.ts';
import type { DemoResponse } from './api/types.ts';
import { CodedError } from './errors.ts';

/** The demo shop is a process of its own, our first real client: it knows nothing but an OTLP address. */
export interface DemoOptions {
  /** The shop's program. */
  readonly program: string;
  /** OTLP/HTTP and OTLP/gRPC addresses; the shop sends over both, as its services are of different makes. */
  readonly endpoint: string;
  readonly grpcEndpoint: string;
  readonly token: string | null;
  /** Fault that the shop plants by itself, as a story from long before it; `none` for none. A name that it does not know ends it, in its own words. */
  readonly story: string;
  onChange(state: DemoResponse): void;
  onFailure(reason: string): void;
}

type FromShop =
  | { readonly type: 'catalogue'; readonly faults: readonly { readonly name: string; readonly title: string; readonly about: string }[] }
  | { readonly type: 'state'; readonly phase: 'history' | 'live'; readonly progress: number; readonly active: readonly { readonly name: string; readonly startedMs: number }[] };

const stopWithinMs = 5_000;
const off: DemoResponse = { state: 'off', progress: 0, faults: [] };

export function makeDemo(options: DemoOptions): DemoControl & { close(): Promise<void> } {
  let child: ChildProcess | null = null;
  let state = off;

  function become(next: DemoResponse): void {
    state = next;
    options.onChange(state);
  }

  function take(message: FromShop): void {
    if (message.type === 'catalogue') become({ ...state, faults: message.faults.map((fault) => ({ ...fault, active: false, startedMs: null })) });
    if (message.type !== 'state') return;
    const active = new Map(message.active.map(({ name, startedMs }) => [name, startedMs]));
    become({
      state: message.phase, progress: message.progress,
      faults: state.faults.map((fault) => ({ ...fault, active: active.has(fault.name), startedMs: active.get(fault.name) ?? null })),
    });
  }

  function start(): Promise<void> {
    if (child !== null) return Promise.resolve();
    const environment = { ...process.env, ...(options.token === null ? {} : { OTEL_EXPORTER_OTLP_HEADERS: `authorization=Bearer ${options.token}` }) };
    const started = fork(options.program, ['--endpoint', options.endpoint, '--grpc-endpoint', options.grpcEndpoint, '--fault', options.story], { env: environment, stdio: ['ignore', 'ignore', 'pipe', 'ipc'] });
    child = started;
    let lastWords = '';
    started.stderr?.on('data', (chunk: Buffer) => { lastWords = `${lastWords}${chunk.toString()}`.slice(-2_000); });
    started.on('message', (message) => take(message as FromShop));
    started.on('exit', (code, signal) => {
      if (child !== started) return;
      child = null;
      become(off);
      options.onFailure(`the demo shop ended (${signal ?? code}): ${lastWords.trim().split('\n').at(-1) ?? ''}`);
    });
    become({ ...off, state: 'history' });
    return new Promise((resolve, reject) => {
      started.once('spawn', resolve);
      started.once('error', (error) => { if (child === started) { child = null; become(off); } reject(error); });
    });
  }

  async function stop(): Promise<void> {
    const stopping = child;
    if (stopping === null) return;
    child = null;
    const gone = new Promise<void>((resolve) => stopping.once('exit', () => resolve()));
    const timer = setTimeout(() => stopping.kill('SIGKILL'), stopWithinMs);
    if (stopping.connected) stopping.send({ type: 'stop' });
    else stopping.kill('SIGTERM');
    await gone;
    clearTimeout(timer);
    become(off);
  }

  function running(): ChildProcess {
    if (child === null || !child.connected) throw new CodedError('demo_off');
    return child;
  }

  return {
    start, stop,
    close: stop,
    state: () => state,
    plant(name) {
      const shop = running();
      if (!state.faults.some((fault) => fault.name === name)) throw new CodedError('unknown_fault', name.slice(0, 100));
      shop.send({ type: 'fault', name });
    },
    clear: () => { running().send({ type: 'clear' }); },
  };
}
