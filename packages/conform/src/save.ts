import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Result } from './result.ts';
import { toCurl } from './reproduce.ts';
import { describeResult } from './report/describe.ts';

/** Keeps what a run of a case sent and got: bodies as files, and a page of words with the commands that send them again. */
export function saveResult(folder: string, result: Result): void {
  const home = join(folder, ...result.id.split('/'));
  mkdirSync(home, { recursive: true });
  const commands = result.exchanges.map(({ sent, reply }, at) => {
    const file = join(home, `${at + 1}.request`);
    writeFileSync(file, sent.body);
    writeFileSync(join(home, `${at + 1}.response`), reply.body);
    return toCurl(sent, sent.body.length === 0 ? null : file);
  });
  writeFileSync(join(home, 'case.txt'), `${describeResult(result)}\n\nAgain:\n${commands.join('\n')}\n`);
}
