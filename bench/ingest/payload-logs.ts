import type { LogRecordMessage } from '@clew/otlp';
import { baseNs, hex, makePayload, text, whole } from './payload.ts';
import type { Payload } from './payload.ts';

const services = ['frontend', 'cart', 'checkout', 'catalogue', 'payment', 'shipping', 'users', 'search'];

/** Bodies as services write them; each `@` becomes a digit of its own with every send. */
const bodies: readonly (readonly [number, string])[] = [
  [9, 'request completed method=GET path=/products/@@@@@@ status=200 duration_ms=@@@'],
  [9, 'request completed method=POST path=/cart/@@@@@@/items status=201 duration_ms=@@@ bytes=@@@@'],
  [9, 'GET /search?q=shoes&page=@@@ 200 @@@ms'],
  [5, 'cache hit key=product:@@@@@@ age=@@@@s'],
  [5, 'cache miss key=product:@@@@@@, loading from database'],
  [9, 'order @@@@@@@@ placed by user-@@@@@ total=@@@.00 EUR items=@@@'],
  [9, 'payment authorised order=@@@@@@@@ provider=visa latency=@@@ms'],
  [13, 'slow query (@@@@ ms): SELECT * FROM orders WHERE user_id = @@@@@ ORDER BY created_at DESC LIMIT 50'],
  [9, 'session user-@@@@@ refreshed, expires in 3600 s'],
  [9, 'connection from 10.@@@.@@@.12:@@@@@ accepted'],
  [5, 'lock acquired resource=inventory:@@@@@@ waited=@@@us'],
  [9, 'published message topic=orders partition=@@@ offset=@@@@@@@@'],
  [9, 'consumed message topic=orders offset=@@@@@@@@ lag=@@@'],
  [13, 'retrying call to payment attempt=2 after @@@ms: deadline exceeded'],
  [17, 'failed to reserve stock for order @@@@@@@@: item @@@@@@ is not available'],
  [9, 'inventory of item @@@@@@ is now @@@'],
  [5, 'token of user-@@@@@ verified in @@@us'],
  [9, 'shipment @@@@@@@@ left warehouse-@@@'],
  [9, 'email receipt sent to user-@@@@@ message-id=@@@@@@@@'],
  [17, 'unhandled error in handler checkout.submit: timeout after @@@@ms (request @@@@@@@@)'],
];

interface Trace { readonly traceId: string; readonly spanIds: readonly string[] }

/** 512 records of 8 services with 3 to 5 attributes each; two thirds belong to a trace: about ten records to a trace, two to a span. */
export function makeLogs(random: () => number, records = 512): Payload {
  const made = Array.from({ length: records }, () => ({ service: Math.floor(random() * services.length), offsetNs: Math.floor(random() * 1e9), afterNs: Math.floor(random() * 50_000) }))
    .sort((a, b) => a.service - b.service || a.offsetNs - b.offsetNs);
  const traces = Array.from({ length: records / 16 }, () => ({ traceId: hex(random, 32), spanIds: Array.from({ length: 5 }, () => hex(random, 16)) }));
  const logs = made.map(({ service, offsetNs, afterNs }) => ({ service, offsetNs, observedNs: offsetNs + afterNs, record: makeRecord(random, offsetNs, offsetNs + afterNs, traces) }));
  const resourceLogs = services.map((name, service) => ({
    resource: { attributes: [text('service.name', name), text('service.version', '1.4.2'), text('host.name', `node-${service % 3}`), text('service.instance.id', `${name}-5d8f-${service}`)] },
    scopeLogs: [{ scope: { name: `shop.${name}`, version: '1.4.2' }, logRecords: logs.filter((each) => each.service === service).map(({ record }) => record) }],
  }));
  return makePayload('logs', { resourceLogs }, logs.length, {
    traceIds: logs.map(({ record }) => record.traceId ?? '').filter((id) => id !== ''),
    spanIds: logs.map(({ record }) => record.spanId ?? '').filter((id) => id !== ''),
    offsetsNs: logs.flatMap(({ offsetNs, observedNs }) => [offsetNs, observedNs]),
  });
}

function makeRecord(random: () => number, offsetNs: number, observedNs: number, traces: readonly Trace[]): LogRecordMessage {
  const [severity, body] = bodies[Math.floor(random() * random() * bodies.length)];
  const traced = random() < 2 / 3;
  const trace = traces[Math.floor(random() * traces.length)];
  return {
    timeUnixNano: baseNs + BigInt(offsetNs), observedTimeUnixNano: baseNs + BigInt(observedNs),
    severityNumber: severity, severityText: severity >= 17 ? 'ERROR' : severity >= 13 ? 'WARN' : severity >= 9 ? 'INFO' : 'DEBUG',
    body: { stringValue: body },
    attributes: [
      text('log.logger', `com.shop.${['web', 'store', 'jobs', 'http'][Math.floor(random() * 4)]}`), text('thread.name', `worker-${Math.floor(random() * 16)}`),
      text('code.function.name', `handle${Math.floor(random() * 40)}`),
      ...(traced ? [text('user.id', 'user-@@@@@')] : []), ...(severity >= 17 ? [whole('http.response.status_code', 500)] : []),
    ],
    ...(traced ? { traceId: trace.traceId, spanId: trace.spanIds[Math.floor(random() * trace.spanIds.length)], flags: 1 } : {}),
  };
}
