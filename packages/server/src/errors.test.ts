import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CodedError, errorLine, errorTable } from './errors.ts';

const page = readFileSync(new URL('../../../docs/errors.md', import.meta.url), 'utf8');

test('docs/errors.md holds the same rows in the same order', () => {
  const rows = page.split('\n').filter((line) => line.startsWith('| `')).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  const wanted = Object.entries(errorTable).map(([code, { http, grpc, what, next }]) => [`\`${code}\``, http === 0 ? '–' : String(http), grpc === 0 ? '–' : String(grpc), what, next]);
  expect(rows).toEqual(wanted);
});

test('what clients may retry has a retryable status, and what they must not retry has none', () => {
  const retryable = Object.entries(errorTable).filter(([, { http }]) => [429, 502, 503, 504].includes(http)).map(([code]) => code);
  expect(retryable).toEqual(['overload', 'storage_failed', 'stopping', 'quota_exceeded', 'query_timeout', 'too_many_streams', 'console_not_built']);
  const retryableGrpc = Object.entries(errorTable).filter(([, { grpc }]) => [1, 4, 10, 11, 14, 15].includes(grpc)).map(([code]) => code);
  expect(retryableGrpc).toEqual(['overload', 'storage_failed', 'stopping', 'slow_client']);
});

test('an error is one line: what, with what value, what next', () => {
  expect(errorLine(new CodedError('port_taken', '127.0.0.1:4317'))).toBe('clew: Another process listens on this port. (127.0.0.1:4317) Stop that process, or choose another port.');
  expect(errorLine(new CodedError('storage_failed', 'x', { detail: 'a\nb' }))).not.toContain('\n');
});

/** How the Collector turns a gRPC code into an HTTP status. */
const httpOfGrpc: Readonly<Record<number, number>> = { 1: 503, 3: 400, 4: 503, 7: 403, 8: 429, 10: 503, 11: 503, 12: 404, 14: 503, 15: 503, 16: 401 };

test('status and gRPC code of one error mean the same, as a Collector between them would have it', () => {
  const differing = Object.entries(errorTable).filter(([, { http, grpc }]) => http !== 0 && grpc !== 0 && (httpOfGrpc[grpc] ?? 500) !== http).map(([code]) => code);
  // HTTP has a finer word for each of these; all are permanent on both sides.
  expect(differing).toEqual(['method_not_allowed', 'too_large', 'unsupported_type', 'unsupported_compression', 'headers_too_large']);
});
