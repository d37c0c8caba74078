import { linkSync, mkdirSync, readFileSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CodedError, reasonOf } from '../errors.ts';

/** Held while one process works on a data folder. */
export interface FolderLock { release(): void }

/**
 * The lock is a file that names its process and when that process began, so that neither a crash nor a number that has
 * been given to another process leaves a folder locked. Throws `folder_in_use` or `folder_not_writable`.
 */
export function lockFolder(folder: string): FolderLock {
  const path = join(folder, 'lock');
  const own = `${process.pid} ${startOf(process.pid)}\n`;
  const draft = `${path}.${process.pid}`;
  try {
    mkdirSync(folder, { recursive: true });
    writeFileSync(draft, own);
    try {
      // A link either is made with its whole content or fails because there is one: no half-written lock can be seen.
      while (!tryLink(draft, path)) removeIfStale(path, folder);
    } finally {
      unlinkSync(draft);
    }
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('folder_not_writable', folder, { detail: `${reasonOf(error)}.`, cause: error });
  }
  return { release: () => { if (read(path) === own) unlinkSync(path); } };
}

function tryLink(from: string, to: string): boolean {
  try {
    linkSync(from, to);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale(path: string, folder: string): void {
  const content = read(path);
  if (content === null) return;
  const [pid, start] = content.trim().split(' ');
  if (isAlive(Number(pid)) && (start === '' || start === undefined || start === startOf(Number(pid)))) throw new CodedError('folder_in_use', folder, { detail: `It is process ${pid}.` });
  unlinkSync(path);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** When the process began, in the kernel's own counting; empty where the kernel does not tell. */
function startOf(pid: number): string {
  const stat = read(`/proc/${pid}/stat`);
  // The second field is the name in parentheses and may hold anything; the start time is the 20th after it.
  return stat === null ? '' : (stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '');
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT' || (error as NodeJS.ErrnoException).code === 'ESRCH') return null;
    throw error;
  }
}
