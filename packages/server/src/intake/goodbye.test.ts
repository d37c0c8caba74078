import { connect } from 'node:http2';
import { connect as dial, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { encode, messageOf, openReceivers, typeOf } from './fixture/receivers.ts';

/** GOAWAY, no error, last stream id 2^31-1: as gRPC for Go ends its connections. */
const goodbye = Buffer.from('0000080700000000007fffffff00000000', 'hex');

/** A way to the receiver on which a frame can be put in between. */
async function openWay(port: number): Promise<{ readonly port: number; put(frame: Buffer): Promise<void> }> {
  let there: Socket | undefined;
  const server = createServer((from) => {
    there = dial(port, '127.0.0.1');
    from.on('error', () => undefined).pipe(there.on('error', () => undefined)).pipe(from);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => { server.close(); });
  return { port: (server.address() as AddressInfo).port, put: (frame) => new Promise((resolve) => { there?.on('close', () => resolve()); there?.write(frame); }) };
}

test('GOAWAY with nothing in flight is a goodbye', async () => {
  const on = await openReceivers();
  const way = await openWay(on.grpcPort);
  const session = connect(`http://127.0.0.1:${way.port}`).on('error', () => undefined);
  const stream = session.request({ ':method': 'POST', ':path': '/v1/traces', 'content-type': typeOf.protobuf });
  stream.end(encode('traces', 'protobuf', messageOf('traces')));
  await new Promise<void>((resolve) => { stream.resume().on('close', resolve); });
  await way.put(goodbye);
  session.destroy();
  expect(on.intake.counters.totals()).toMatchObject({ traces: 3 });
  expect(on.intake.counters.lastRefused()).toEqual([]);
});

test('GOAWAY of a connection that never asked for anything is a breach of the protocol, and counted', async () => {
  const on = await openReceivers();
  const way = await openWay(on.grpcPort);
  const session = connect(`http://127.0.0.1:${way.port}`).on('error', () => undefined);
  await new Promise<void>((resolve) => { session.on('remoteSettings', () => resolve()); });
  await way.put(goodbye);
  session.destroy();
  expect(on.intake.counters.lastRefused().map(({ reason }) => reason)).toEqual(['http2_flood']);
});
