import { statSync } from 'node:fs';
import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Signal } from '@clew/otlp';
import { readConfig } from '../config/config.ts';
import { CodedError, reasonOf } from '../errors.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { readLines, requestsOf } from '../replay/json-lines.ts';
import { openProgress } from './progress.ts';
import type { Verb } from './verb.ts';

const retriesMax = 10;
const retryableStatuses: readonly number[] = [429, 502, 503, 504];
const requestTimeoutMs = 120_000;

interface Answer { readonly status: number; readonly headers: IncomingHttpHeaders; readonly body: string }
interface Tally { requests: number; rejected: number; bytes: number }

export const send: Verb = {
  name: 'send',
  about: 'send a file of OTLP JSON lines to a running server',
  help: `Usage: clew send <file> [--endpoint <url>] [--token <token>] [-o table|json]

Sends each line as one OTLP/HTTP request, as the Collector's file exporter writes them: traces, metrics
and logs in any mix. A file that ends in .gz is inflated. Waits and sends again when the server is busy.

  --endpoint  OTLP/HTTP address (the http host and port of clew config)
  --token     bearer token, when the server asks for one

Example: clew send scenarios/slow-database/in.jsonl
`,
  async run(args, terminal) {
    const { values, positionals: [path] } = readArgs(args, { ...outputOption, endpoint: { type: 'string' }, token: { type: 'string' }, config: { type: 'string' } }, { min: 1, max: 1 });
    const output = readOutput(values.output);
    const { settings } = readConfig({ flags: { config: values.config, token: values.token }, environment: terminal.environment, folder: terminal.folder });
    const endpoint = new URL(values.endpoint ?? `http://${settings.httpHost}:${settings.httpPort}`);
    const size = sizeOf(path);
    const progress = openProgress(terminal);
    const agent = new Agent({ keepAlive: true });
    const tallies: Record<Signal, Tally> = { traces: emptyTally(), metrics: emptyTally(), logs: emptyTally(), profiles: emptyTally() };
    try {
      for await (const line of readLines(path)) {
        for (const { signal, text } of requestsOf(line)) {
          const answer = await post(agent, new URL(`/v1/${signal}`, endpoint), text, settings.token, (words) => progress.show(words));
          if (answer.status !== 200) throw new CodedError('refused', `line ${line.number}`, { detail: `Status ${answer.status}: ${messageOf(answer.body)}` });
          const tally = tallies[signal];
          tally.requests += 1;
          tally.bytes += Buffer.byteLength(text);
          tally.rejected += rejectedOf(answer.body);
        }
        progress.show(`${path}: ${Math.floor((100 * line.bytesRead) / Math.max(1, size))} %, line ${line.number}`);
      }
    } finally {
      progress.end();
      agent.destroy();
    }
    if (output === 'json') terminal.out(`${JSON.stringify(tallies)}\n`);
    else for (const [signal, { requests, rejected, bytes }] of Object.entries(tallies)) terminal.out(`${signal.padEnd(7)}  ${requests} requests  ${bytes} bytes  ${rejected} items refused\n`);
    return 0;
  },
};

const emptyTally = (): Tally => ({ requests: 0, rejected: 0, bytes: 0 });

function sizeOf(path: string): number {
  try {
    return statSync(path).size;
  } catch (error) {
    throw new CodedError('not_a_log', path, { detail: `${reasonOf(error)}.`, cause: error });
  }
}

async function post(agent: Agent, url: URL, text: string, token: string, tell: (words: string) => void): Promise<Answer> {
  for (let attempt = 0; ; attempt++) {
    const answer = await postOnce(agent, url, text, token);
    if (!retryableStatuses.includes(answer.status) || attempt === retriesMax) return answer;
    const waitSeconds = Number(answer.headers['retry-after'] ?? 1) || 1;
    tell(`the server is busy (${answer.status}); sending again in ${waitSeconds} s`);
    await sleep(waitSeconds * 1_000);
  }
}

function postOnce(agent: Agent, url: URL, text: string, token: string): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', ...(token === '' ? {} : { authorization: `Bearer ${token}` }) };
    const asked = request(url, { method: 'POST', agent, headers, timeout: requestTimeoutMs }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('error', reject);
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks).toString() }));
    });
    asked.on('timeout', () => asked.destroy(new Error(`no answer within ${requestTimeoutMs} ms`)));
    asked.on('error', (error) => reject(new CodedError('no_server', url.origin, { detail: `${reasonOf(error)}.`, cause: error })));
    asked.end(text);
  });
}

function messageOf(body: string): string {
  try {
    return String((JSON.parse(body) as { message?: unknown }).message ?? body).slice(0, 500);
  } catch {
    // Not every server in between answers JSON; its own words are better than none.
    return body.slice(0, 500);
  }
}

function rejectedOf(body: string): number {
  const partial = (JSON.parse(body) as { partialSuccess?: Record<string, unknown> }).partialSuccess ?? {};
  return Number(partial.rejectedSpans ?? partial.rejectedDataPoints ?? partial.rejectedLogRecords ?? 0);
}
