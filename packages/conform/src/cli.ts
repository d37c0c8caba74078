import { readFileSync } from 'node:fs';
import { connect } from 'node:net';
import { parseArgs } from 'node:util';
import { cases } from './cases/table.ts';
import { makeClewReadBack } from './read-back/clew.ts';
import { makeLinesReadBack } from './read-back/otlp-lines.ts';
import type { ReadBack } from './read-back/read-back.ts';
import { toJsonReport } from './report/json.ts';
import { toJunit } from './report/junit.ts';
import { toList, toTable } from './report/table.ts';
import type { Result } from './result.ts';
import { tallyOf } from './result.ts';
import { runCases } from './run.ts';
import { saveResult } from './save.ts';
import { makeSelect } from './select.ts';
import { defaultTarget } from './target.ts';
import type { Target } from './target.ts';

export interface Terminal {
  out(text: string): void;
  err(text: string): void;
  readonly isColoured: boolean;
  readonly isInteractive: boolean;
}

const help = `clew-conform: is it an OTLP receiver? A conformance suite for any endpoint.

Usage: clew-conform ADDRESS... [options]

Addresses:
  http://host:4318        base of OTLP/HTTP, with a path before /v1/traces where there is one
  grpc://host:4317        OTLP/gRPC; https:// and grpcs:// for TLS

Options:
      --only TERMS        items and words, as in 37,64-78,json/traces
  -o, --output FORMAT     table (default), json or junit
  -v, --verbose           say why runs were skipped
      --list              show all cases, and the items that have none; sends nothing
      --save FOLDER       keep every request and answer as files
      --slow              heavy and long cases too: large bodies, bombs, a minute of waiting
      --header KEY=VALUE  sent with every request; may be given again
      --path SIGNAL=PATH  instead of the default path, as in traces=/custom/traces; may be given again
      --shared-port URL   a port that takes both HTTP and gRPC
      --readback KIND=URL where to read what was stored: clew=http://host:4319, or lines=FOLDER of traces.jsonl,
                          metrics.jsonl and logs.jsonl as the Collector's file exporter writes them
      --readback-header KEY=VALUE
      --limit BYTES       the largest request that the receiver takes (default 67108864)
      --patience MS       how long it bears with a slow client (default 75000)
      --timeout MS        how long to wait for an answer (default 10000)
      --cors-origin ORIGIN  an origin that it allows to browsers
      --tls-ca FILE       authorities to trust, PEM
      --tls-cert FILE     client certificate, PEM
      --tls-key FILE      its key, PEM
      --parallel N        cases at once (default 6)
      --version, -h, --help

Exit codes: 0 all MUST and SHOULD pass (policies may differ), 1 something failed, 2 usage, or nothing listens.
The suite sends telemetry, some of it broken. Point it at a receiver whose data you can throw away.
`;

const options = {
  only: { type: 'string', default: '' }, output: { type: 'string', short: 'o', default: 'table' }, verbose: { type: 'boolean', short: 'v', default: false },
  list: { type: 'boolean', default: false }, save: { type: 'string' }, slow: { type: 'boolean', default: false },
  header: { type: 'string', multiple: true, default: [] as string[] }, path: { type: 'string', multiple: true, default: [] as string[] }, 'shared-port': { type: 'string' }, readback: { type: 'string' }, 'readback-header': { type: 'string', multiple: true, default: [] as string[] },
  limit: { type: 'string' }, patience: { type: 'string' }, timeout: { type: 'string' }, 'cors-origin': { type: 'string' },
  'tls-ca': { type: 'string' }, 'tls-cert': { type: 'string' }, 'tls-key': { type: 'string' }, parallel: { type: 'string' },
  version: { type: 'boolean', default: false }, help: { type: 'boolean', short: 'h', default: false },
} as const;

/** What the person who typed did wrong. */
class Usage extends Error {}

const parse = (args: readonly string[]) => parseArgs({ args: [...args], options, allowPositionals: true });
type Parsed = ReturnType<typeof parse>;

export async function run(args: readonly string[], terminal: Terminal): Promise<number> {
  try {
    const parsed = orUsage(() => parse(args));
    const { values } = parsed;
    if (values.help) terminal.out(help);
    else if (values.version) terminal.out(`clew-conform ${(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as { version: string }).version}\n`);
    else if (values.list) terminal.out(toList(cases.filter((each) => (each.doors.length === 0 ? [null] : each.doors).some((door) => makeSelect(values.only)(each, door)))));
    else return await judge(parsed, terminal);
    return 0;
  } catch (error) {
    if (!(error instanceof Usage)) throw error;
    terminal.err(`clew-conform: ${error.message}\nSee clew-conform --help.\n`);
    return 2;
  }
}

async function judge(parsed: Parsed, terminal: Terminal): Promise<number> {
  const { values } = parsed;
  if (!['table', 'json', 'junit'].includes(values.output)) throw new Usage(`--output is table, json or junit, not ${JSON.stringify(values.output)}`);
  const target = toTarget(parsed);
  for (const address of [target.http, target.grpc]) if (address !== null) await demandListener(address);
  let count = 0;
  const results = await runCases(target, {
    select: makeSelect(values.only), parallel: wholeNumber('parallel', values.parallel ?? '6'),
    onResult(result) {
      if (values.save !== undefined) saveResult(values.save, result);
      if (terminal.isInteractive) terminal.err(`\r${++count} runs`);
    },
  });
  if (terminal.isInteractive) terminal.err('\r\u001b[K');
  if (results.length === 0) throw new Usage(`--only ${values.only} selects nothing`);
  terminal.out(report(target, results, values.output, { isColoured: terminal.isColoured, isVerbose: values.verbose }));
  return tallyOf(results).fail === 0 ? 0 : 1;
}

function report(target: Target, results: readonly Result[], format: string, shown: { readonly isColoured: boolean; readonly isVerbose: boolean }): string {
  if (format === 'json') return `${JSON.stringify(toJsonReport(target, results), null, 1)}\n`;
  return format === 'junit' ? toJunit(results) : toTable(results, shown);
}

function toTarget({ values, positionals }: Parsed): Target {
  if (positionals.length === 0) throw new Usage('an address is missing');
  let [http, grpc]: [string | null, string | null] = [null, null];
  for (const address of positionals) {
    const url = orUsage(() => new URL(address));
    if (['grpc:', 'grpcs:'].includes(url.protocol)) grpc = `${url.protocol === 'grpc:' ? 'http' : 'https'}://${url.host}`;
    else if (['http:', 'https:'].includes(url.protocol)) http = address.replace(/\/+$/, '');
    else throw new Usage(`an address begins with http://, https://, grpc:// or grpcs://, not ${url.protocol}//`);
  }
  const file = (path: string | undefined): Buffer | undefined => (path === undefined ? undefined : orUsage(() => readFileSync(path)));
  return {
    http, grpc, paths: pairs('path', values.path), sharedPort: values['shared-port'] ?? null, headers: pairs('header', values.header), isSlow: values.slow, corsOrigin: values['cors-origin'] ?? null,
    security: { ca: file(values['tls-ca']), cert: file(values['tls-cert']), key: file(values['tls-key']) },
    timeoutMs: wholeNumber('timeout', values.timeout ?? `${defaultTarget.timeoutMs}`), patienceMs: wholeNumber('patience', values.patience ?? `${defaultTarget.patienceMs}`),
    limitBytes: wholeNumber('limit', values.limit ?? `${defaultTarget.limitBytes}`), readBack: toReadBack(values.readback, pairs('readback-header', values['readback-header'])),
  };
}

function toReadBack(given: string | undefined, headers: Readonly<Record<string, string>>): ReadBack | null {
  if (given === undefined) return null;
  const [, kind, url] = /^(\w+)=(.+)$/.exec(given) ?? [];
  if (kind === 'lines') return makeLinesReadBack(url);
  if (kind !== 'clew') throw new Usage(`--readback is clew=URL or lines=FOLDER, not ${JSON.stringify(given)}`);
  return makeClewReadBack(url.replace(/\/+$/, ''), headers);
}

function pairs(name: string, given: readonly string[]): Readonly<Record<string, string>> {
  return Object.fromEntries(given.map((pair) => {
    const at = pair.indexOf('=');
    if (at < 1) throw new Usage(`--${name} is KEY=VALUE, not ${JSON.stringify(pair)}`);
    return [pair.slice(0, at).toLowerCase(), pair.slice(at + 1)];
  }));
}

function wholeNumber(name: string, given: string): number {
  if (!/^[1-9]\d{0,14}$/.test(given)) throw new Usage(`--${name} is a positive whole number, not ${JSON.stringify(given)}`);
  return Number(given);
}

function orUsage<Value>(read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    throw new Usage((error as Error).message, { cause: error });
  }
}

function demandListener(address: string): Promise<void> {
  const { hostname, port, protocol } = new URL(address);
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port === '' ? (protocol === 'https:' ? 443 : 80) : port), timeout: 5_000 }, () => {
      socket.destroy();
      resolve();
    });
    const fail = (why: string): void => {
      socket.destroy();
      reject(new Usage(`nothing listens at ${address}: ${why}`));
    };
    socket.on('error', (error) => fail(error.message)).on('timeout', () => fail('no answer within 5 s'));
  });
}
