import type { ErrorResponse } from '../model.ts';
import { setSignedOut } from './session.ts';

export const apiRoot = '/api/v1';
/** Where the token is shown: a refusal there is the answer to it, nothing to sign in for. */
export const sessionPath = '/session';

/** What failed, with what, and what to do next, as the server says it; `unreachable` when it says nothing. */
export class ApiError extends Error {
  readonly code: string;
  readonly value: string;
  readonly next: string;
  readonly status: number;
  constructor(status: number, { code, message, value, next }: ErrorResponse['error']) {
    super(message);
    this.name = 'ApiError';
    this.status = status;
    this.code = code;
    this.value = value;
    this.next = next;
  }
}

const unreachable = (where: string): ApiError => new ApiError(0, { code: 'unreachable', message: '', value: where, next: '' });

export async function getJson<Answer>(path: string, signal?: AbortSignal): Promise<Answer> {
  return call<Answer>(path, { signal });
}

export async function sendJson<Answer>(method: 'POST' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
  return call<Answer>(path, { method, headers: body === undefined ? {} : { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
}

async function call<Answer>(path: string, init: RequestInit): Promise<Answer> {
  let response: Response;
  try {
    response = await fetch(apiRoot + path, init);
  } catch (error) {
    if (error instanceof DOMException && error.name === 'AbortError') throw error;
    throw unreachable(location.origin);
  }
  const text = await response.text();
  const body = parse(text);
  if (response.status === 401 && path !== sessionPath) setSignedOut(true);
  if (!response.ok) throw new ApiError(response.status, isError(body) ? body.error : { code: `http_${response.status}`, message: `${response.status} ${response.statusText}`, value: path, next: text.slice(0, 200) });
  if (body === undefined && text !== '') throw new ApiError(response.status, { code: 'not_json', message: 'The answer is not JSON', value: path, next: text.slice(0, 200) });
  return body as Answer;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The caller says what that means: an error page, or an answer that is not ours.
    return undefined;
  }
}

function isError(body: unknown): body is ErrorResponse {
  return typeof body === 'object' && body !== null && 'error' in body && typeof body.error === 'object' && body.error !== null && 'message' in body.error;
}

/** `?a=1&b=2` from what is set; arrays repeat their name. */
export function query(values: Readonly<Record<string, string | number | boolean | readonly string[] | undefined>>): string {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(values)) {
    if (value === undefined || value === '' || value === false) continue;
    for (const each of Array.isArray(value) ? value : [value]) search.append(name, String(each));
  }
  const text = search.toString();
  return text === '' ? '' : `?${text}`;
}
