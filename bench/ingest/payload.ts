import { writeRequest, type KeyValue, type Span } from '@clew/otlp';

/** A pre-encoded export request whose trace ids and times can be overwritten in place, so that every send is distinct and recent. */
export interface Payload {
  readonly bytes: Buffer;
  readonly spans: number;
  /** Where trace ids (16 bytes) and times (fixed64, little-endian) stand. */
  readonly traceIdAt: readonly number[];
  readonly timeAt: readonly { readonly at: number; readonly offsetNs: bigint }[];
}

const routes = ['/cart', '/cart/{id}', '/checkout', '/orders/{id}', '/products', '/products/{id}', '/search', '/users/{id}'];
const methods = ['GET', 'POST', 'PUT'];

/** `spans` spans with 11 attributes each over 8 services: about what an SDK's batch processor sends. `random` gives [0, 1). */
export function makePayload(spans: number, random: () => number): Payload {
  const hex = (digits: number): string => Array.from({ length: digits }, () => Math.floor(random() * 16).toString(16)).join('');
  const baseNs = 1_000_000_000_000_000_000n;
  const offsets: bigint[] = [];
  const traces: string[] = [];
  const perService = Math.ceil(spans / 8);
  const resourceSpans = Array.from({ length: 8 }, (_, service) => ({
    resource: { attributes: [text('service.name', `service-${service}`), text('service.version', '1.4.2'), text('host.name', `node-${service % 3}`), text('service.instance.id', `pod-${service}-a`)] },
    scopeSpans: [{
      scope: { name: '@opentelemetry/instrumentation-http', version: '0.223.0' },
      spans: Array.from({ length: perService }, (): Span => {
        const start = BigInt(Math.floor(random() * 1e9));
        const end = start + BigInt(Math.floor(random() * 2e8)) + 1n;
        offsets.push(start, end);
        const traceId = hex(32).replace(/^0/, '1');
        traces.push(traceId);
        return {
          traceId, spanId: hex(16).replace(/^0/, '1'), parentSpanId: random() < 0.2 ? '' : hex(16).replace(/^0/, '1'), flags: 257,
          name: 'GET /cart/{id}', kind: 1 + Math.floor(random() * 3),
          startTimeUnixNano: baseNs + start, endTimeUnixNano: baseNs + end,
          attributes: attributes(random), status: { code: random() < 0.02 ? 2 : 0 },
        };
      }),
    }],
  }));
  const bytes = Buffer.from(writeRequest('traces', { resourceSpans }));
  return { bytes, spans: traces.length, traceIdAt: positions(bytes, traces.map((id) => Buffer.from(id, 'hex'))), timeAt: timePositions(bytes, baseNs, offsets) };
}

function attributes(random: () => number): KeyValue[] {
  const route = routes[Math.floor(random() * routes.length)];
  const id = Math.floor(random() * 1e6);
  return [
    text('http.request.method', methods[Math.floor(random() * 3)]), text('http.route', route), text('url.path', route.replace('{id}', `${id}`)),
    text('url.scheme', 'https'), text('server.address', 'shop.example'), { key: 'server.port', value: { intValue: 443 } },
    { key: 'http.response.status_code', value: { intValue: random() < 0.02 ? 500 : 200 } }, text('user_agent.original', 'Mozilla/5.0 (X11; Linux x86_64)'),
    text('network.protocol.version', '1.1'), text('user.id', `user-${Math.floor(random() * 50_000)}`), { key: 'http.response.body.size', value: { intValue: Math.floor(random() * 20_000) } },
  ];
}

/** Hex id of the payload's first span, as last sent. */
export function traceIdOf(payload: Payload): string {
  return payload.bytes.toString('hex', payload.traceIdAt[0], payload.traceIdAt[0] + 16);
}

function text(key: string, value: string): KeyValue {
  return { key, value: { stringValue: value } };
}

function positions(bytes: Buffer, needles: readonly Buffer[]): number[] {
  let from = 0;
  return needles.map((needle) => (from = bytes.indexOf(needle, from)));
}

function timePositions(bytes: Buffer, baseNs: bigint, offsets: readonly bigint[]): Payload['timeAt'] {
  let from = 0;
  return offsets.map((offsetNs) => {
    const needle = Buffer.alloc(8);
    needle.writeBigUInt64LE(baseNs + offsetNs);
    from = bytes.indexOf(needle, from);
    return { at: from, offsetNs };
  });
}

/** Gives every trace of the payload a new id and moves its times to the second before `nowMs`. */
export function refresh(payload: Payload, serial: number, nowMs: number): Buffer {
  for (const at of payload.traceIdAt) payload.bytes.writeUInt32LE(serial >>> 0, at + 4);
  const baseNs = BigInt(nowMs - 1200) * 1_000_000n;
  for (const { at, offsetNs } of payload.timeAt) payload.bytes.writeBigUInt64LE(baseNs + offsetNs, at);
  return payload.bytes;
}
