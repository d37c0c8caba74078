import type { ParseArgsOptionsConfig } from 'node:util';
import type { ErrorResponse } from '../api/types.ts';
import { CodedError, type ErrorCode, errorLine, errorTable, reasonOf } from '../errors.ts';
import type { Terminal } from './verb.ts';

/** Flags of every verb that talks to a running server. */
export const remoteOptions = { server: { type: 'string' }, token: { type: 'string' } } as const satisfies ParseArgsOptionsConfig;
export const remoteHelp = `  --server <url>       where Clew runs (CLEW_SERVER; default http://127.0.0.1:4319)
  --token <token>      when the server asks for one (CLEW_TOKEN)`;

const defaultServer = 'http://127.0.0.1:4319';
/** A query may take the server's own limit; this is beyond it. */
const answerMs = 60_000;
export const exitCode = { ok: 0, failed: 1, usage: 2, notFound: 3 } as const;

export type Parameters = Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>;
export interface RemoteEvent { readonly event: string; readonly data: unknown }

export interface Remote {
  /** Address of the server and of its console, without a slash at the end. */
  readonly base: string;
  get<T>(path: string, parameters?: Parameters): Promise<T>;
  send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<T>;
  /** Ends when the server ends the stream. */
  events(path: string, parameters?: Parameters): AsyncGenerator<RemoteEvent>;
}

/** A running server's API. Paths are below /api/v1. Failures are coded errors: the server's own, or `no_server`. */
export function openRemote(flags: { readonly server?: string | undefined; readonly token?: string | undefined }, terminal: Terminal): Remote {
  const base = flags.server ?? terminal.environment.CLEW_SERVER ?? defaultServer;
  if (!URL.canParse(base) || !/^https?:$/.test(new URL(base).protocol)) {
    throw new CodedError('bad_usage', base, { detail: 'The server is named by a URL such as http://127.0.0.1:4319.' });
  }
  const token = flags.token ?? terminal.environment.CLEW_TOKEN;
  const headers: Record<string, string> = token === undefined || token === '' ? {} : { authorization: `Bearer ${token}` };

  async function ask(path: string, init: RequestInit): Promise<Response> {
    const url = `${base.replace(/\/+$/, '')}/api/v1${path}`;
    const response = await fetch(url, { ...init, redirect: 'error', headers: { ...headers, ...(init.headers as Record<string, string> | undefined) } })
      .catch((error: unknown) => { throw new CodedError('no_server', base, { detail: `${causeOf(error)}.`, cause: error }); });
    if (!response.ok) throw toError(await readJson(response, base), response.status);
    return response;
  }

  return {
    base: base.replace(/\/+$/, ''),
    async get<T>(path: string, parameters: Parameters = {}) {
      return await readJson(await ask(path + toSearch(parameters), { signal: AbortSignal.timeout(answerMs) }), base) as T;
    },
    async send<T>(method: 'POST' | 'DELETE', path: string, body?: unknown) {
      const init = body === undefined ? {} : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } };
      return await readJson(await ask(path, { method, signal: AbortSignal.timeout(answerMs), ...init }), base) as T;
    },
    async* events(path: string, parameters: Parameters = {}) {
      const response = await ask(path + toSearch(parameters), { headers: { accept: 'text/event-stream' } });
      if (response.body !== null) yield* readEvents(response.body);
    },
  };
}

/** Runs what a verb does; what is not there is told on standard error and exits with 3. All other errors go up. */
export async function reportMissing(terminal: Terminal, run: () => Promise<number>): Promise<number> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof CodedError) || !['unknown_id', 'unknown_path', 'unknown_fault'].includes(error.code)) throw error;
    terminal.err(`${errorLine(error)}\n`);
    return exitCode.notFound;
  }
}

function toSearch(parameters: Parameters): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    for (const each of Array.isArray(value) ? value as readonly string[] : [value]) if (each !== undefined) search.append(name, String(each));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}

async function readJson(response: Response, base: string): Promise<unknown> {
  try {
    return await response.json();
  } catch (error) {
    throw new CodedError('no_server', base, { detail: 'Something answers there, but it is not Clew.', cause: error });
  }
}

function toError(body: unknown, status: number): CodedError {
  const { error } = (body ?? {}) as Partial<ErrorResponse>;
  if (error === undefined || !Object.hasOwn(errorTable, error.code)) return new CodedError('refused', `status ${status}`, { detail: error?.message ?? '' });
  const code = error.code as ErrorCode;
  const detail = error.message.startsWith(errorTable[code].what) ? error.message.slice(errorTable[code].what.length).trim() : error.message;
  return new CodedError(code, error.value, detail === '' ? {} : { detail });
}

const networkWords: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'Nothing listens there', ENOTFOUND: 'There is no such host', ETIMEDOUT: 'It does not answer in time', ECONNRESET: 'It closed the connection',
};

/** fetch says "fetch failed" and keeps the reason one deeper. */
function causeOf(error: unknown): string {
  const { cause } = error as { readonly cause?: { readonly code?: string } };
  return networkWords[cause?.code ?? ''] ?? (cause === undefined ? reasonOf(error) : reasonOf(cause));
}

async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<RemoteEvent> {
  let text = '';
  const decoder = new TextDecoder();
  for await (const chunk of body) {
    text += decoder.decode(chunk, { stream: true });
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const event = /^event: (.*)$/m.exec(block)?.[1];
      const data = /^data: (.*)$/m.exec(block)?.[1];
      if (event !== undefined && data !== undefined) yield { event, data: JSON.parse(data) as unknown };
    }
  }
}
