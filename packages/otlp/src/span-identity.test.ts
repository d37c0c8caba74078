import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { anyRequest } from './fixture/arbitrary.ts';
import { oracleEncode, requestNames } from './fixture/oracle.ts';
import { canonical } from './fixture/rebuild.ts';
import { readMessage } from './read-message.ts';
import { readRequest } from './read-request.ts';
import { eachSpanIdentity, identityOfRow, openIdentities, spanIdentityWords, withoutSpans } from './span-identity.ts';
import type { TracesData } from './message.ts';
import { writeRequest } from './write-request.ts';

const runs = { numRuns: 250, seed: 20261122 };

function identitiesOfRows(bytes: Uint8Array): string[] {
  const batch = readRequest('traces', bytes);
  const columns = openIdentities(batch);
  const words = new Uint32Array(spanIdentityWords);
  return Array.from({ length: batch.count }, (_, row) => {
    identityOfRow(columns, row, words);
    return words.join();
  });
}

function identitiesOfBytes(bytes: Uint8Array): string[] {
  const found: string[] = [];
  eachSpanIdentity(bytes, (words) => found.push(words.join()));
  return found;
}

test('the bytes and the columns tell the same identities in the same order', () => {
  fc.assert(fc.property(anyRequest.traces, (request) => {
    const bytes = oracleEncode(requestNames.traces, request);
    expect(identitiesOfBytes(bytes)).toEqual(identitiesOfRows(bytes));
  }), runs);
});

/** What readMessage gives, without the spans of these ordinals. */
function cut(request: TracesData, dropped: (ordinal: number) => boolean): TracesData {
  let ordinal = 0;
  return { ...request, resourceSpans: request.resourceSpans?.map((group) => ({ ...group, scopeSpans: group.scopeSpans?.map((scope) => ({ ...scope, spans: scope.spans?.filter(() => !dropped(ordinal++)) })) })) };
}

test('without spans: those go, and nothing else changes', () => {
  fc.assert(fc.property(anyRequest.traces, fc.array(fc.boolean(), { minLength: 1, maxLength: 9 }), (request, mask) => {
    const bytes = oracleEncode(requestNames.traces, request);
    const dropped = (ordinal: number): boolean => mask[ordinal % mask.length];
    let at = 0;
    const less = withoutSpans(bytes, () => dropped(at++));
    const wanted = writeRequest('traces', cut(readMessage('traces', bytes) as TracesData, dropped));
    expect(canonical(readMessage('traces', less))).toBe(canonical(readMessage('traces', wanted)));
  }), runs);
});

const ids = { traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', startTimeUnixNano: '1700000000000000000', endTimeUnixNano: '1700000000000000001', kind: 2 };
const one = (span: object): string => identitiesOfBytes(writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, ...span }] }] }] }))[0];

test.each([
  ['trace id, first half', { traceId: '1af7651916cd43dd8448eb211c80319c' }], ['trace id, second half', { traceId: '0af7651916cd43dd8448eb211c80319d' }],
  ['span id', { spanId: 'b7ad6b7169203332' }], ['start', { startTimeUnixNano: '1699999999999999999' }],
  ['end: unfinished and finished', { endTimeUnixNano: '0' }], ['kind: two sides that share an id', { kind: 3 }],
])('another %s is another span', (_, other) => {
  expect(one(other)).not.toBe(one({}));
});

test('name, attributes and status do not make another span', () => {
  expect(one({ name: 'other', attributes: [{ key: 'a', value: { intValue: 1 } }], status: { code: 2 } })).toBe(one({}));
});

test('a span with invalid ids has no identity and is never dropped here: the reader refuses it with a reason', () => {
  const bytes = writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ ...ids, spanId: '' }, ids] }] }] });
  expect(identitiesOfBytes(bytes)).toHaveLength(1);
  expect(readRequest('traces', withoutSpans(bytes, () => true)).refusals.count).toBe(1);
});

test('unknown fields of every level stay', () => {
  const unknown = [0xa2, 0x06, 1, 7];
  const bytes = writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: [ids] }] }] });
  const scope = bytes.subarray(4);
  const wrap = (tag: number, body: readonly number[]): number[] => [tag, body.length, ...body];
  const request = Uint8Array.from([...wrap(10, [...wrap(18, [...scope, ...unknown]), ...unknown]), ...unknown]);
  expect(readRequest('traces', request).count).toBe(1);
  expect([...withoutSpans(request, () => true)]).toEqual([...wrap(10, [...wrap(18, unknown), ...unknown]), ...unknown]);
});
