import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { freePorts, runClew, serveArgs, startServer } from './fixture/child-server.ts';
import { encode, messageOf, post, typeOf } from './intake/fixture/receivers.ts';

async function folder(): Promise<string> {
  const made = await mkdtemp(join(tmpdir(), 'clew-serve-'));
  onTestFinished(() => rm(made, { recursive: true, force: true }));
  return made;
}

test('serve prints where it listens, takes data in, stops on SIGTERM, and goes on where it was', async () => {
  const [data, ports] = [await folder(), await freePorts()];
  const first = await startServer(data, ports);
  expect(first.printed).toBe(`Clew 0.1.0\n  OTLP/gRPC  127.0.0.1:${ports.grpc}\n  OTLP/HTTP  http://127.0.0.1:${ports.http}\n  Console    http://127.0.0.1:${ports.console}\n  Data       ${data}\n`);
  const send = (seed: number) => post(ports.http, '/v1/traces', { headers: { 'content-type': typeOf.protobuf }, body: encode('traces', 'protobuf', messageOf('traces', { seed })) });
  expect((await send(1)).status).toBe(200);
  expect(await first.stop()).toBe(0);
  expect(first.errors()).toBe('clew: stopping\n');

  const second = await startServer(data, ports);
  onTestFinished(() => second.kill());
  // The same request again, over the restart: acknowledged, not kept twice.
  expect((await send(1)).status).toBe(200);
  expect((await send(2)).status).toBe(200);
  const self = async (): Promise<Record<string, number>> => (await (await fetch(`http://127.0.0.1:${ports.console}/api/v1/self`)).json()) as Record<string, number>;
  await expect.poll(async () => { const { store_spans, store_lag_records, engine_lag_records } = await self(); return { store_spans, store_lag_records, engine_lag_records }; }, { timeout: 20_000, interval: 300 })
    .toEqual({ store_spans: 6, store_lag_records: 0, engine_lag_records: 0 });
  const ingest = (await (await fetch(`http://127.0.0.1:${ports.console}/api/v1/ingest`)).json()) as { signals: { traces: object }; listening: object };
  // Totals go on over the restart, too.
  expect(ingest.signals.traces).toMatchObject({ requests: 3, accepted: 6, duplicateRequests: 1, deduplicated: 3, items: 9 });
  expect(ingest.listening).toEqual({ grpc: `127.0.0.1:${ports.grpc}`, http: `http://127.0.0.1:${ports.http}` });

  // A second process on the same folder leaves the first alone.
  const other = await runClew(serveArgs(data, await freePorts()));
  expect(other).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^clew: Another Clew works on this data folder\..*\n$/) });
  expect((await send(3)).status).toBe(200);
});

describe('what keeps it from starting is one line and exit code 1', () => {
  test.each(['grpc', 'http', 'console'] as const)('the %s port is taken', async (which) => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => { taken.close(); });
    const { port } = taken.address() as AddressInfo;
    const { code, out, err } = await runClew(serveArgs(await folder(), { ...(await freePorts()), [which]: port }));
    expect([code, out]).toEqual([1, '']);
    expect(err).toBe(`clew: Another process listens on this port. (127.0.0.1:${port}) Stop that process, or choose another port.\n`);
  });
  test('the data folder cannot be made', async () => {
    const file = join(await folder(), 'file');
    await writeFile(file, '');
    const { code, err } = await runClew(serveArgs(join(file, 'data'), await freePorts()));
    expect(code).toBe(1);
    expect(err).toMatch(/^clew: The data folder cannot be written\..*\n$/);
  });
  test.skipIf(process.getuid?.() === 0)('the data folder is read-only', async () => {
    const data = join(await folder(), 'data');
    await mkdir(data);
    await chmod(data, 0o500);
    const { code, err } = await runClew(serveArgs(data, await freePorts()));
    expect(code).toBe(1);
    expect(err).toMatch(/^clew: The data folder cannot be written\..*\n$/);
  });
});
