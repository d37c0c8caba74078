import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { expectArrived } from './fixture/ledger.ts';
import type { Ledger } from './fixture/ledger.ts';
import { runSender } from './fixture/program.ts';
import { openTarget } from './fixture/target.ts';
import type { Target } from './fixture/target.ts';

const home = join(import.meta.dirname, 'js');
let target: Target;
beforeAll(async () => { target = await openTarget(); });
afterAll(() => target.stop());

describe.each(['sdk-2', 'sdk-3'])('the SDK for JavaScript, %s', (sdk) => {
  const isThere = existsSync(join(home, sdk, 'node_modules'));
  test.skipIf(!isThere).each([
    ['grpc', 'none'], ['grpc', 'gzip'], ['http/protobuf', 'none'], ['http/protobuf', 'gzip'], ['http/json', 'none'], ['http/json', 'gzip'],
  ])(`%s with compression %s: everything arrives, field for field${isThere ? '' : ' (not installed: npm run senders -- --install)'}`, async (protocol, compression) => {
    const service = `${sdk}-${protocol.replace('/', '-')}-${compression}`;
    const ledger = await runSender<Ledger>(process.execPath, [join(home, 'send.mjs'), sdk], {
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
