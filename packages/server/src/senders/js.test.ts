import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectArrived } from './fixture/ledger.ts';
import type { Ledger } from './fixture/ledger.ts';
import { runSender } from './fixture/program.ts';
import { installedAt, notInstalled } from './fixture/runtimes.ts';
import { openTarget } from './fixture/target.ts';
import type { Target } from './fixture/target.ts';

let target: Target;
beforeAll(async () => { target = await openTarget(); });
afterAll(() => target.stop());

describe.each(['2', '3'])('the SDK for JavaScript %s.x', (major) => {
  const folder = join(installedAt('js'), `sdk-${major}`);
  const isThere = existsSync(join(folder, 'node_modules'));
  test.skipIf(!isThere).each([
    ['grpc', 'none'], ['grpc', 'gzip'], ['http/protobuf', 'none'], ['http/protobuf', 'gzip'], ['http/json', 'none'], ['http/json', 'gzip'],
  ])(`%s with compression %s: everything arrives, field for field${isThere ? '' : notInstalled}`, async (protocol, compression) => {
    const service = `sdk-${major}-${protocol.replace('/', '-')}-${compression}`;
    const ledger = await runSender<Ledger>(process.execPath, [join(import.meta.dirname, 'js', 'send.mjs'), folder, major], {
      env: {
        OTEL_SERVICE_NAME: service, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_EXPORTER_OTLP_ENDPOINT: protocol === 'grpc' ? target.endpoints.grpc : target.endpoints.http,
      },
    });
    expect([ledger.spans.length, ledger.metrics.length, ledger.logs.length]).toEqual([5, 8, 5]);
    await expectArrived(target, ledger, service);
    expect(await target.refused()).toEqual([]);
  });
});
