import { registerHooks } from 'node:module';

/**
 * The engine has no clock, so its explainers are timed from outside: as explain/*.ts are loaded, each function of these names is
 * wrapped in a timer. The times stand in globalThis.explainTimes, one list a function.
 */
declare global { var explainTimes: Map<string, number[]> }
globalThis.explainTimes = new Map();
Object.assign(globalThis, {
  timedExplain: (name: string, run: (...given: unknown[]) => unknown) => (...given: unknown[]): unknown => {
    const beganMs = cpuMs();
    try {
      return run(...given);
    } finally {
      const times = globalThis.explainTimes.get(name) ?? [];
      globalThis.explainTimes.set(name, times);
      times.push(cpuMs() - beganMs);
    }
  },
});

/** Of this thread, in which an answer is made from beginning to end: what else runs on the machine does not count. */
function cpuMs(): number {
  const { user, system } = (process.threadCpuUsage ?? process.cpuUsage).call(process);
  return (user + system) / 1_000;
}

const timed = /^export function (by[A-Z]\w*|contrastOf\w+|fuse|ruleOut|withSettling)\(/gm;

registerHooks({
  load(url, context, next) {
    const loaded = next(url, context);
    if (!/\/engine\/src\/explain\/[\w-]+\.ts$/.test(url)) return loaded;
    const text = String(loaded.source instanceof Uint8Array ? new TextDecoder().decode(loaded.source) : loaded.source);
    const names: string[] = [];
    let source = text.replace(timed, (_, name: string) => {
      names.push(name);
      return `function ${name}Untimed(`;
    });
    // Questions as a whole are answered by what openExplain gives.
    const opens = source.includes('export function openExplain(');
    source = source.replace('export function openExplain(', 'function openExplainUntimed(');
    const wrapped = names.map((name) => `export const ${name} = globalThis.timedExplain('${name}', ${name}Untimed);`);
    if (opens) wrapped.push("export const openExplain = (...given) => { const opened = openExplainUntimed(...given); return { ...opened, explain: globalThis.timedExplain('whole', opened.explain) }; };");
    return { ...loaded, source: `${source}\n${wrapped.join('\n')}\n` };
  },
});
