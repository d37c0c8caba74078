import { expect, test } from 'vitest';
import { agentCharsMax, sourceOf } from './source.ts';

const carried = { requestId: 'r-1', via: 'grpc' };

test('a source is named by its credential, or else by its address', () => {
  const peer = { remoteAddress: '10.0.0.7', remotePort: 4_000 };
  expect(sourceOf(peer, 'agent/1', 'checkout', carried)).toEqual({ name: 'checkout', address: '10.0.0.7:4000', agent: 'agent/1', ...carried });
  expect(sourceOf(peer, undefined, null, carried)).toEqual({ name: '10.0.0.7', address: '10.0.0.7:4000', agent: '', ...carried });
});

test('one IPv4 client is one source, whether or not the socket speaks IPv6', () => {
  expect(sourceOf({ remoteAddress: '::ffff:10.0.0.7', remotePort: 1 }, '', null, carried)).toMatchObject({ name: '10.0.0.7', address: '10.0.0.7:1' });
  expect(sourceOf({ remoteAddress: 'fe80::1', remotePort: 1 }, '', null, carried)).toMatchObject({ name: 'fe80::1', address: '[fe80::1]:1' });
});

test('a long User-Agent is cut', () => {
  expect(sourceOf({}, 'x'.repeat(10_000), null, carried).agent).toHaveLength(agentCharsMax);
});
