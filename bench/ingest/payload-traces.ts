import type { Span } from '@clew/otlp';
import { baseNs, hex, makePayload, ratio, text, whole } from './payload.ts';
import type { Payload } from './payload.ts';

const services = ['frontend', 'cart', 'checkout', 'catalogue', 'payment', 'shipping', 'users', 'search'];
const routes = ['/cart', '/cart/{id}', '/checkout', '/orders/{id}', '/products', '/products/{id}', '/search', '/users/{id}'];
const methods = ['GET', 'POST', 'PUT'];

interface Made { readonly service: number; readonly span: Span; readonly offsets: readonly [number, number] }

/**
 * What a Collector's batch of 512 spans looks like: 32 traces of 16 spans over 8 services. A client's span has the server's span
 * as its child, each has 11 attributes. Six-digit ids in paths and users, so values repeat as little as they do in life.
 */
export function makeTraces(random: () => number, traces = 32): Payload {
  const made = Array.from({ length: traces }, () => makeTrace(random)).flat();
  const ordered = services.map((_, service) => made.filter((each) => each.service === service));
  const spans = ordered.flat();
  const resourceSpans = services.map((name, service) => ({
    resource: { attributes: [text('service.name', name), text('service.version', '1.4.2'), text('host.name', `node-${service % 3}`), text('service.instance.id', `${name}-5d8f-${service}`)] },
    scopeSpans: [{ scope: { name: '@opentelemetry/instrumentation-http', version: '0.223.0' }, spans: ordered[service].map(({ span }) => span) }],
  }));
  return makePayload('traces', { resourceSpans }, spans.length, {
    traceIds: spans.map(({ span }) => span.traceId ?? ''),
    spanIds: spans.flatMap(({ span }) => [span.spanId ?? '', span.parentSpanId ?? '']).filter((id) => id !== ''),
    offsetsNs: spans.flatMap(({ offsets }) => offsets),
  });
}

function makeTrace(random: () => number): Made[] {
  const traceId = hex(random, 32);
  const route = Math.floor(random() * routes.length);
  const startNs = Math.floor(random() * 9e8);
  const rootId = hex(random, 16);
  const made: Made[] = [makeSpan(random, { traceId, spanId: rootId, parentSpanId: '', kind: 2 }, 0, route, startNs, 2e8)];
  let parents = [{ id: rootId, service: 0 }];
  for (let service = 1; service < services.length; service++) {
    const parent = parents[Math.floor(random() * parents.length)];
    const [clientId, serverId] = [hex(random, 16), hex(random, 16)];
    const at = startNs + Math.floor(random() * 5e7);
    made.push(makeSpan(random, { traceId, spanId: clientId, parentSpanId: parent.id, kind: 3 }, parent.service, route, at, 8e7));
    made.push(makeSpan(random, { traceId, spanId: serverId, parentSpanId: clientId, kind: 2 }, service, (route + service) % routes.length, at + 200_000, 7e7));
    parents = [...parents, { id: serverId, service }];
  }
  const last = parents[parents.length - 1];
  made.push(makeSpan(random, { traceId, spanId: hex(random, 16), parentSpanId: last.id, kind: 1 }, last.service, route, startNs + 3e7, 2e7));
  return made;
}

function makeSpan(random: () => number, ids: Pick<Span, 'traceId' | 'spanId' | 'parentSpanId' | 'kind'>, service: number, route: number, startNs: number, maxNs: number): Made {
  const endNs = startNs + 1 + Math.floor(random() * random() * maxNs);
  const failed = random() < 0.02;
  const method = methods[route % methods.length];
  return {
    service, offsets: [startNs, endNs],
    span: {
      ...ids, flags: 257, name: `${method} ${routes[route]}`,
      startTimeUnixNano: baseNs + BigInt(startNs), endTimeUnixNano: baseNs + BigInt(endNs),
      attributes: [
        text('http.request.method', method), text('http.route', routes[route]), text('url.path', routes[route].replace('{id}', '@@@@@@')),
        text('url.scheme', 'https'), text('server.address', 'shop.example'), whole('server.port', 443),
        whole('http.response.status_code', failed ? 500 : 200), text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64)'),
        text('network.protocol.version', '1.1'), text('user.id', 'user-@@@@@'), ratio('http.server.queue_ms', Math.floor(random() * 200) / 10),
      ],
      status: { code: failed ? 2 : 0 },
    },
  };
}
