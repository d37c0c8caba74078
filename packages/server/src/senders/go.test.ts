import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectArrived } from './fixture/ledger.ts';
import type { Ledger } from './fixture/ledger.ts';
import { runSender } from './fixture/program.ts';
import { installedAt, notInstalled } from './fixture/runtimes.ts';
import { openTarget } from './fixture/target.ts';
import type { Target } from './fixture/target.ts';

const sender = join(installedAt('go'), 'sender');
const isThere = existsSync(sender);

describe.skipIf(!isThere)(`the SDK for Go${isThere ? '' : notInstalled}`, () => {
  let target: Target;
  beforeAll(async () => { target = await openTarget(); });
  afterAll(() => target.stop());

  test.each([['grpc', 'none'], ['grpc', 'gzip'], ['http/protobuf', 'none'], ['http/protobuf', 'gzip']])('%s with compression %s: everything arrives, field for field', async (protocol, compression) => {
    const service = `go-${protocol.replace('/', '-')}-${compression}`;
    const ledger = await runSender<Ledger>(sender, [], {
      env: {
        OTEL_SERVICE_NAME: service, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_COMPRESSION: compression,
        OTEL_EXPORTER_OTLP_ENDPOINT: protocol === 'grpc' ? target.endpoints.grpc : target.endpoints.http,
      },
    });
    expect([ledger.spans.length, ledger.metrics.length, ledger.logs.length]).toEqual([5, 7, 5]);
    await expectArrived(target, ledger, service);
    expect(await target.refused()).toEqual([]);
  });
});
