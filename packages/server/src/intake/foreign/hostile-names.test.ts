import { expect, test } from 'vitest';
import { readRequest } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { makeForeignRoutes } from './routes.ts';

function translate(path: string, body: string): { readonly count: number; readonly refused: number; readonly signal: Signal } {
  const route = makeForeignRoutes().get(path);
  if (route === undefined) throw new Error(path);
  const { body: otlp, refusals } = route.read({ body: new TextEncoder().encode(body), headers: { 'content-type': 'application/json' }, source: 'test', itemsMax: 100 });
  return { count: readRequest(route.signal, otlp).count, refused: refusals.length, signal: route.signal };
}

const jaeger = (tag: string, process: string): string => `{"data":[{"traceID":"1","spans":[{"traceID":"0af7651916cd43dd8448eb211c80319c","spanID":"b7ad6b7169203331","operationName":"op","startTime":1,"duration":1,"processID":"p","tags":[${tag}]}],"processes":{"p":${process}}}]}`;
const tagOf = (key: string, value: string): string => `{"key":"${key}","type":"string","value":"${value}"}`;

test.each(['constructor', 'toString', '__proto__', 'valueOf'])('jaeger: a tag, a kind and a resource named %s are texts like others', (name) => {
  expect(translate('/v1/traces/jaeger', jaeger(tagOf('span.kind', name), `{"serviceName":"a","tags":[${tagOf(name, name)}]}`))).toMatchObject({ count: 1, refused: 0 });
});

test('jaeger: an integer beyond 2^53 in a process does not fail the request', () => {
  expect(translate('/v1/traces/jaeger', jaeger(tagOf('a', 'b'), '{"serviceName":"a","tags":[{"key":"n","type":"int64","value":9372036854775809}],"more":9372036854775809}')).count).toBe(1);
});
