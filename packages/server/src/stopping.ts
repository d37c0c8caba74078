import type { Server } from 'node:net';

/** Connections that do not end by themselves are cut after this. */
const serverGraceMs = 3_000;
/** No step may hold up the end for longer; what it did not finish is in the log. */
const stepMsMax = 15_000;

/** The reverse of opening: last opened, first closed. */
export interface Stopping {
  add(name: string, close: () => Promise<void>): void;
  /** Stops listening, lets requests that are under way finish, then cuts what is left. */
  addServer(server: Server, ask: () => void, cut: () => void): void;
  run(): Promise<void>;
}

export function openStopping(): Stopping {
  const steps: { readonly name: string; readonly close: () => Promise<void> }[] = [];
  let running: Promise<void> | null = null;

  async function runAll(): Promise<void> {
    for (let step = steps.pop(); step !== undefined; step = steps.pop()) {
      const { name, close } = step;
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<void>((resolve) => {
        timer = setTimeout(() => { process.stderr.write(`clew: ${name} did not end in time\n`); resolve(); }, stepMsMax);
      });
      await Promise.race([close().catch((error: unknown) => { process.stderr.write(`clew: ${name} did not end well: ${String(error)}\n`); }), late]);
      clearTimeout(timer);
    }
  }

  return {
    add(name, close) { steps.push({ name, close }); },
    addServer(server, ask, cut) {
      steps.push({
        name: 'server',
        close: () => new Promise((resolve) => {
          const timer = setTimeout(cut, serverGraceMs);
          server.close(() => { clearTimeout(timer); resolve(); });
          ask();
        }),
      });
    },
    run: () => (running ??= runAll()),
  };
}
