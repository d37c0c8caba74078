/** No step may hold up the end for longer; what it did not finish is in the log. */
const stepMsMax = 15_000;

/** The reverse of opening: last opened, first closed. */
export interface Stopping {
  add(name: string, close: () => Promise<void>): void;
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
    run: () => (running ??= runAll()),
  };
}
