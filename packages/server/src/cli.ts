import { readFileSync } from 'node:fs';
import { CodedError, errorLine } from './errors.ts';
import type { Terminal, Verb } from './verbs/verb.ts';

/** Exit codes: 0 done · 1 it did not work · 2 the command or a setting was wrong, 3 there is no such thing. */
const usageCodes: readonly string[] = ['bad_usage', 'bad_setting', 'unknown_setting', 'token_required', 'tls_required'];

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  const [name, ...rest] = args;
  // A server runs for months and needs no other command.
  const verbs = name === 'serve' ? [(await import('./verbs/serve.ts')).serve] : (await import('./verbs/table.ts')).verbs;
  if (name === undefined || name === '--help' || name === '-h' || name === 'help') {
    const asked = name === 'help' ? verbs.find((verb) => verb.name === rest[0]) : undefined;
    terminal.out(asked?.help ?? helpText(verbs));
    return name === undefined ? 2 : 0;
  }
  if (name === '--version' || name === 'version') {
    terminal.out(`clew ${(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version}\n`);
    return 0;
  }
  const verb = verbs.find((each) => each.name === name);
  if (verb === undefined) {
    terminal.err(`clew: there is no command ${JSON.stringify(name.slice(0, 100))}. See clew --help.\n`);
    return 2;
  }
  const beforeDashes = rest.includes('--') ? rest.slice(0, rest.indexOf('--')) : rest;
  if (beforeDashes.includes('--help') || beforeDashes.includes('-h')) {
    terminal.out(verb.help);
    return 0;
  }
  try {
    return await verb.run(rest, terminal);
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    terminal.err(`${errorLine(error)}\n`);
    return usageCodes.includes(error.code) ? 2 : 1;
  }
}

function helpText(verbs: readonly Verb[]): string {
  const width = Math.max(...verbs.map((verb) => verb.name.length));
  const rows = verbs.map((verb) => `  ${verb.name.padEnd(width)}  ${verb.about}`);
  return `clew: OTLP goes in; the thread leads from the alarm to its cause.\n\nUsage: clew <command> [arguments]\n\nCommands:\n${rows.join('\n')}\n\nclew <command> --help says more. Exit codes: 0 done, 1 it did not work, 2 the command or a setting was wrong, 3 there is no such thing.\n`;
}
