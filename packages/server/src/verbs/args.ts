import { parseArgs } from 'node:util';
import type { ParseArgsOptionsConfig } from 'node:util';
import { CodedError, reasonOf } from '../errors.ts';

export type Output = 'table' | 'json';

/** Reads a verb's arguments; what it does not know is `bad_usage`. */
export function readArgs<Options extends ParseArgsOptionsConfig>(args: readonly string[], options: Options, positionals: { readonly min: number; readonly max: number }) {
  try {
    const read = parseArgs({ args: [...args], options, allowPositionals: true, allowNegative: true, strict: true });
    const count = read.positionals.length;
    if (count < positionals.min) throw new CodedError('bad_usage', 'an argument is missing');
    if (count > positionals.max) throw new CodedError('bad_usage', `one argument too many: ${read.positionals[positionals.max]}`);
    return read;
  } catch (error) {
    if (error instanceof CodedError) throw error;
    throw new CodedError('bad_usage', reasonOf(error));
  }
}

/** The value of `-o`/`--output`. */
export function readOutput(value: string | undefined): Output {
  if (value === undefined || value === 'table') return 'table';
  if (value === 'json') return 'json';
  throw new CodedError('bad_usage', `-o ${value}: it is table or json`);
}

export const outputOption = { output: { type: 'string', short: 'o' } } as const satisfies ParseArgsOptionsConfig;
