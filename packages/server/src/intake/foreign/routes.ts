import { jaegerRoute } from './jaeger.ts';
import { jsonLinesRoute } from './json-lines/route.ts';
import { lokiRoute } from './loki.ts';
import { makeRemoteWriteRoute } from './remote-write/route.ts';
import type { ForeignRoute } from './route.ts';
import { zipkinRoute } from './zipkin.ts';

/** Every path on which another protocol than OTLP is spoken; made once a server, since some remember what senders said of themselves. */
export function makeForeignRoutes(): ReadonlyMap<string, ForeignRoute> {
  const routes: readonly ForeignRoute[] = [makeRemoteWriteRoute(), zipkinRoute, jaegerRoute, jsonLinesRoute, lokiRoute];
  return new Map(routes.map((route) => [route.path, route]));
}
