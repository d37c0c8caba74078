import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectArrived } from './fixture/ledger.ts';
import type { Ledger } from './fixture/ledger.ts';
import { runSender } from './fixture/program.ts';
import { installedAt, notInstalled } from './fixture/runtimes.ts';
import { openTarget } from './fixture/target.ts';
import type { Target } from './fixture/target.ts';

const python = join(installedAt('python'), 'bin', 'python');
const isThere = existsSync(python);

describe.skipIf(!isThere)(`the SDK for Python${isThere ? '' : notInstalled}`, () => {
  let target: Target;
  beforeAll(async () => { target = await openTarget(); });
  afterAll(() => target.stop());

  test.each([['grpc', 'none'], ['grpc', 'gzip'], ['http/protobuf', 'none'], ['http/protobuf', 'gzip'], ['http/protobuf', 'deflate']])('%s with compression %s: everything arrives, field for field', async (protocol, compression) => {
    const service = `python-${protocol.replace('/', '-')}-${compression}`;
    const ledger = await runSender<Ledger>(python, [join(import.meta.dirname, 'python', 'send.py')], {
      env: {
        OTEL_SERVICE_NAME: service, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, ...(compression !== 'none' && { OTEL_EXPORTER_OTLP_COMPRESSION: compression }), PYTHONDONTWRITEBYTECODE: '1',
        OTEL_EXPORTER_OTLP_ENDPOINT: protocol === 'grpc' ? target.endpoints.grpc : target.endpoints.http,
      },
    });
    expect([ledger.spans.length, ledger.metrics.length, ledger.logs.length]).toEqual([4, 8, 5]);
    await expectArrived(target, ledger, service);
    expect(await target.refused()).toEqual([]);
  });
});
