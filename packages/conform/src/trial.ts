import { gzipSync } from 'node:zlib';
import type { Agent } from 'node:http';
import type { ClientHttp2Session } from 'node:http2';
import { readAnswer } from './answer.ts';
import type { Answer } from './answer.ts';
import { Unmet } from './case.ts';
import type { Door, Signal } from './case.ts';
import type { Exchange, Headers } from './client/exchange.ts';
import { frame } from './client/grpc-frame.ts';
import { callH2, openH2 } from './client/h2.ts';
import { callHttp } from './client/http.ts';
import { encodeRequest, exportPath } from './oracle.ts';
import type { Message } from './oracle.ts';
import type { ReadBack } from './read-back/read-back.ts';
import type { Target } from './target.ts';
import { request, span, log, gauge } from './telemetry/request.ts';
import type { Around } from './telemetry/request.ts';
import { profile, withDictionary } from './telemetry/profile.ts';
import type { Want } from './want.ts';

/** A message is encoded for the door; text and bytes go as they are. */
export type Content = Message | string | Buffer;

export interface SendOptions {
  readonly method?: string;
  /** Instead of the door's own; with its query. */
  readonly path?: string;
  readonly base?: string;
  /** Added to the door's own; an empty value takes a header away. */
  readonly headers?: Headers;
  readonly isGzip?: boolean;
  readonly isChunked?: boolean;
  readonly withholdBody?: boolean;
  readonly agent?: Agent;
  readonly session?: ClientHttp2Session;
  readonly timeoutMs?: number;
  /** gRPC only: what goes on the stream instead of one message in its frame. */
  readonly framed?: Buffer;
  readonly withoutCredentials?: boolean;
  readonly keepOpen?: boolean;
}

/** One run of one case: its way in, and everything that it sent. */
export interface Trial {
  readonly door: Door;
  readonly target: Target;
  readonly exchanges: readonly Exchange[];
  /** A request with these items. */
  request(items: readonly Message[], around?: Around): Message;
  /** One good item of the door's signal. */
  item(change?: Message): Message;
  /** A request with one good item. */
  good(): Message;
  send(content: Content, options?: SendOptions): Promise<Answer>;
  /** Through another door than the case's own. */
  sendAs(door: Door, content: Content, options?: SendOptions): Promise<Answer>;
  /** OTLP/HTTP over HTTP/2 with prior knowledge. */
  sendH2(content: Content, options?: SendOptions): Promise<Answer>;
  /** Throws Unmet with the want's complaint. */
  expect(answer: Answer, ...wants: readonly Want[]): void;
  /** Throws Unmet where the condition does not hold. */
  demand(condition: boolean, complaint: string): void;
  readBack(): ReadBack;
}

export const httpPaths = { traces: '/v1/traces', metrics: '/v1/metrics', logs: '/v1/logs', profiles: '/v1development/profiles' } as const;
export const pathOf = (target: Target, signal: Signal): string => target.paths[signal] ?? httpPaths[signal];
export const contentTypes = { json: 'application/json', protobuf: 'application/x-protobuf', grpc: 'application/grpc' } as const;

export function makeTrial(target: Target, door: Door): Trial {
  const exchanges: Exchange[] = [];
  const record = (exchange: Exchange): Answer => {
    exchanges.push(exchange);
    return readAnswer(exchange);
  };
  const sendAs = async (way: Door, content: Content, options: SendOptions = {}): Promise<Answer> => {
    const body = bodyOf(way, content);
    return record({ ...way, ...(way.encoding === 'grpc' ? await sendGrpc(target, way, body, options) : await sendHttp(target, way, body, options)) });
  };
  const item = (change: Message = {}): Message => (door.signal === 'traces' ? span(change) : door.signal === 'logs' ? log(change) : door.signal === 'metrics' ? gauge(undefined, change) : profile(change));
  const requestOf = (items: readonly Message[], around: Around = {}): Message => request(door.signal, items, door.signal === 'profiles' ? { ...withDictionary(), ...around } : around);
  return {
    door, target, exchanges, item,
    request: requestOf,
    good: () => requestOf([item()]),
    send: (content, options = {}) => sendAs(door, content, options),
    sendAs,
    async sendH2(content, options = {}) {
      const url = new URL((options.base ?? target.http ?? '') + (options.path ?? pathOf(target, door.signal)));
      const headers = headersOf(target, { 'content-type': contentTypes[door.encoding] }, options);
      const body = bodyOf(door, content);
      const reply = await onSession(target, url.origin, options, (session) => callH2(session, { method: 'POST', path: url.pathname, headers, body, timeoutMs: target.timeoutMs }));
      return record({ signal: door.signal, encoding: door.encoding, sent: { protocol: 'h2', method: 'POST', url: url.href, headers, body }, reply });
    },
    expect(answer, ...wants) {
      for (const want of wants) {
        const complaint = want.judge(answer);
        if (complaint !== null) throw new Unmet(complaint);
      }
    },
    demand(condition, complaint) {
      if (!condition) throw new Unmet(complaint);
    },
    readBack() {
      if (target.readBack === null) throw new Error('BUG: the case reads back and does not say so');
      return target.readBack;
    },
  };
}

function bodyOf(door: Door, content: Content): Buffer {
  if (Buffer.isBuffer(content)) return content;
  if (typeof content === 'string') return Buffer.from(content);
  return door.encoding === 'json' ? Buffer.from(JSON.stringify(content)) : encodeRequest(door.signal, content);
}

function headersOf(target: Target, own: Headers, { headers = {}, withoutCredentials = false }: SendOptions): Headers {
  return Object.fromEntries(Object.entries({ ...(withoutCredentials ? {} : target.headers), ...own, ...headers }).filter(([, value]) => value !== ''));
}

async function sendHttp(target: Target, door: Door, plain: Buffer, options: SendOptions): Promise<Pick<Exchange, 'sent' | 'reply'>> {
  const isGzip = options.isGzip === true;
  const headers = headersOf(target, { 'content-type': contentTypes[door.encoding], ...(isGzip ? { 'content-encoding': 'gzip' } : {}) }, options);
  const body = isGzip ? gzipSync(plain) : plain;
  const url = (options.base ?? target.http ?? '') + (options.path ?? pathOf(target, door.signal));
  const method = options.method ?? 'POST';
  const reply = await callHttp({
    method, url, headers, body, security: target.security, timeoutMs: options.timeoutMs ?? target.timeoutMs,
    isChunked: options.isChunked, withholdBody: options.withholdBody, agent: options.agent,
  });
  return { sent: { protocol: 'http/1.1', method, url, headers, body }, reply };
}

async function sendGrpc(target: Target, door: Door, plain: Buffer, options: SendOptions): Promise<Pick<Exchange, 'sent' | 'reply'>> {
  const isGzip = options.isGzip === true;
  const headers = headersOf(target, { 'content-type': contentTypes.grpc, te: 'trailers', ...(isGzip ? { 'grpc-encoding': 'gzip' } : {}) }, options);
  const body = options.framed ?? frame(isGzip ? gzipSync(plain) : plain, isGzip);
  const origin = options.base ?? target.grpc ?? '';
  const path = options.path ?? exportPath(door.signal);
  const reply = await onSession(target, origin, options, (session) => callH2(session, { method: 'POST', path, headers, body, timeoutMs: options.timeoutMs ?? target.timeoutMs, keepOpen: options.keepOpen }));
  return { sent: { protocol: 'grpc', method: 'POST', url: origin + path, headers, body }, reply };
}

/** On the session given, or on one that lives for this call. */
async function onSession<Value>(target: Target, origin: string, { session }: SendOptions, act: (session: ClientHttp2Session) => Promise<Value>): Promise<Value> {
  if (session !== undefined) return act(session);
  const own = openH2(origin, target.security);
  try {
    return await act(own);
  } finally {
    own.destroy();
  }
}
