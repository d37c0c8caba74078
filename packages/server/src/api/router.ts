import type { Method, Route } from './route.ts';

export interface Match {
  readonly route: Route;
  readonly path: Readonly<Record<string, string>>;
}

export type Routed =
  | { readonly found: Match }
  | { readonly found: null; readonly allow: readonly Method[] };

export interface Router {
  /** `path` is as it stands in the request line, still encoded: an encoded slash belongs to a parameter. */
  match(method: string, path: string): Routed;
}

/** Tries routes in table order; a literal segment must be listed before a parameter in the same place. */
export function makeRouter(routes: readonly Route[]): Router {
  const table = routes.map((route) => ({ route, segments: route.path.split('/') }));
  return {
    match(method, path) {
      const given = path.split('/');
      const allow: Method[] = [];
      for (const { route, segments } of table) {
        const parameters = matchSegments(segments, given);
        if (parameters === null) continue;
        if (route.method === method) return { found: { route, path: parameters } };
        allow.push(route.method);
      }
      return { found: null, allow };
    },
  };
}

function matchSegments(pattern: readonly string[], given: readonly string[]): Record<string, string> | null {
  if (pattern.length !== given.length) return null;
  const parameters: Record<string, string> = {};
  for (let i = 0; i < pattern.length; i++) {
    const wanted = pattern[i];
    if (wanted.startsWith(':')) {
      const value = decoded(given[i]);
      if (value === null || value === '') return null;
      parameters[wanted.slice(1)] = value;
    } else if (wanted !== given[i]) return null;
  }
  return parameters;
}

function decoded(segment: string): string | null {
  try {
    return decodeURIComponent(segment);
  } catch {
    // Not valid percent-encoding: such a path names nothing that exists.
    return null;
  }
}
