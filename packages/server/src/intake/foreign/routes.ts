import { jaegerRoute } from './jaeger.ts';
import { jsonLinesRoute } from './json-lines/route.ts';
import { lokiRoute } from './loki.ts';
import { makeRemoteWriteRoute } from './remote-write/route.ts';
import { pprofRoute } from './pprof/route.ts';
import type { ForeignRoute } from './route.ts';
import { zipkinRoute } from './zipkin.ts';

/** Every path on which another protocol than OTLP is spoken; made once a server, since some remember what senders said of themselves. */
export function makeForeignRoutes({ takesProfiles = true }: { readonly takesProfiles?: boolean } = {}): ReadonlyMap<string, ForeignRoute> {
  const routes: readonly ForeignRoute[] = [makeRemoteWriteRoute(), zipkinRoute, jaegerRoute, jsonLinesRoute, lokiRoute, pprofRoute];
  return new Map(routes.filter(({ signal }) => takesProfiles || signal !== 'profiles').map((route) => [route.path, route]));
}
