import { readdirSync, readFileSync } from 'node:fs';

/** What the kernel says about a process (Linux). */
export interface Usage { readonly cpuSeconds: number; readonly threads: Readonly<Record<string, number>> }

const ticksPerSecond = 100;

/** CPU of the whole process since its start, and of each thread by name (threads of one name together, ended ones not). */
export function usageOf(pid: number): Usage {
  const threads: Record<string, number> = {};
  for (const task of readdirSync(`/proc/${pid}/task`)) {
    try {
      const stat = readFileSync(`/proc/${pid}/task/${task}/stat`, 'utf8');
      const name = stat.slice(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
      threads[name] = (threads[name] ?? 0) + secondsOf(stat);
    } catch (error) {
      // A thread may end between the list and the look.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return { cpuSeconds: secondsOf(readFileSync(`/proc/${pid}/stat`, 'utf8')), threads };
}

function secondsOf(stat: string): number {
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

export function rssMb(pid: number): number {
  return Math.round(Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
}

/** Greatest resident size since the start of the process, as the kernel kept it. */
export function rssPeakMb(pid: number): number {
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024);
}
