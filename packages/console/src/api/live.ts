import { useEffect, useSyncExternalStore } from 'react';
import type { DemoResponse, EventName, Incident, Refusal, SignalName } from '../model.ts';
import { apiRoot } from './client.ts';
import { isSignedOut } from './session.ts';

/** The server's events, with our own reconnecting: a browser gives up for good when the answer is an error. */
export type Connection = { readonly state: 'connecting' | 'on' } | { readonly state: 'off'; readonly sinceMs: number };
export interface EventData {
  readonly world: { readonly atMs: number };
  readonly incident: Incident;
  readonly ingest: Readonly<Record<SignalName, number>>;
  readonly refused: Refusal;
  readonly demo: DemoResponse;
}

const retryFirstMs = 1_000;
const retryLongestMs = 15_000;
const names: readonly EventName[] = ['world', 'incident', 'ingest', 'refused', 'demo'];

type Handler = (data: never) => void;
const handlers = new Map<EventName, Set<Handler>>(names.map((name) => [name, new Set()]));
const watchers = new Set<() => void>();
let connection: Connection = { state: 'connecting' };
let source: EventSource | undefined;
let retryMs = retryFirstMs;
let retryTimer: ReturnType<typeof setTimeout> | undefined;

function become(next: Connection): void {
  connection = next;
  for (const watcher of watchers) watcher();
}

export function connect(): void {
  clearTimeout(retryTimer);
  source?.close();
  const opened = new EventSource(`${apiRoot}/events`);
  source = opened;
  opened.addEventListener('open', () => {
    const wasOff = connection.state === 'off';
    retryMs = retryFirstMs;
    become({ state: 'on' });
    // What happened in between was missed: everything on screen is asked for again.
    if (wasOff) tell('world', { atMs: Date.now() });
  });
  opened.addEventListener('error', () => {
    opened.close();
    if (source !== opened) return;
    clearTimeout(retryTimer);
    // Refused for the lack of a token: who signs in connects again.
    if (isSignedOut()) return;
    if (connection.state !== 'off') become({ state: 'off', sinceMs: Date.now() });
    retryTimer = setTimeout(connect, retryMs);
    retryMs = Math.min(retryMs * 2, retryLongestMs);
  });
  for (const name of names) opened.addEventListener(name, (event: MessageEvent<string>) => tell(name, JSON.parse(event.data)));
}

function tell(name: EventName, data: unknown): void {
  for (const handler of handlers.get(name) ?? []) handler(data as never);
}

/** What is on screen is asked for again: something was changed from here. */
export function refresh(): void {
  tell('world', { atMs: Date.now() });
}

export function onEvent<Name extends EventName>(name: Name, handler: (data: EventData[Name]) => void): () => void {
  handlers.get(name)?.add(handler);
  return () => handlers.get(name)?.delete(handler);
}

export function useEvent<Name extends EventName>(name: Name, handler: (data: EventData[Name]) => void): void {
  useEffect(() => onEvent(name, handler), [name, handler]);
}

export function useConnection(): Connection {
  return useSyncExternalStore((watcher) => {
    watchers.add(watcher);
    return () => watchers.delete(watcher);
  }, () => connection);
}
