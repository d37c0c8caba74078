import type { ServerEvents } from './api/context.ts';

export interface Events {
  on<Name extends keyof ServerEvents>(name: Name, listener: (event: ServerEvents[Name]) => void): () => void;
  emit<Name extends keyof ServerEvents>(name: Name, event: ServerEvents[Name]): void;
}

/** Who listens to what happens in the server. */
export function makeEvents(): Events {
  const listeners = new Map<keyof ServerEvents, Set<(event: never) => void>>();
  return {
    on(name, listener) {
      const all = listeners.get(name) ?? new Set();
      listeners.set(name, all);
      all.add(listener);
      return () => { all.delete(listener); };
    },
    emit(name, event) {
      for (const listener of listeners.get(name) ?? []) (listener as (event: ServerEvents[typeof name]) => void)(event);
    },
  };
}
