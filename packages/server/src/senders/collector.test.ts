import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { collectorPath, fileExporter, hasCollector, openCollector } from './fixture/collector.ts';
import { expectExact } from './fixture/exact.ts';
import { expectArrived } from './fixture/ledger.ts';
import type { Ledger } from './fixture/ledger.ts';
import { runProgram, runSender } from './fixture/program.ts';
import { installedAt, peerAt } from './fixture/runtimes.ts';
import { openTarget } from './fixture/target.ts';
import type { Target } from './fixture/target.ts';

const sender = join(installedAt('go'), 'sender');
const telemetrygen = peerAt('telemetrygen');
const isThere = hasCollector && existsSync(sender) && existsSync(telemetrygen);

describe.skipIf(!isThere)(`the Collector${isThere ? '' : ` (not built: npm run peers -- otelcol telemetrygen, npm run senders -- --install; looked for ${collectorPath.replace(/.*\//, '')})`}`, () => {
  let target: Target;
  beforeAll(async () => { target = await openTarget(); });
  afterAll(() => target.stop());

  test.each([
    ['otlp_http', 'none'], ['otlp_http', 'gzip'], ['otlp_http', 'zstd'], ['otlp_http', 'deflate'], ['otlp_grpc', 'none'], ['otlp_grpc', 'gzip'], ['otlp_grpc', 'zstd'],
  ])('%s with compression %s: everything goes through', async (exporter, compression) => {
    const to = exporter === 'otlp_http' ? target.endpoints.http : target.endpoints.grpc.replace('http://', '');
    const collector = await openCollector({ ...fileExporter, [exporter]: `{ endpoint: "${to}", compression: ${compression}, tls: { insecure: true } }` });
    const service = `${exporter}-${compression}`;
    const ledger = await runSender<Ledger>(sender, [], { env: { OTEL_SERVICE_NAME: service, OTEL_EXPORTER_OTLP_PROTOCOL: 'grpc', OTEL_EXPORTER_OTLP_ENDPOINT: `http://127.0.0.1:${collector.grpc}` } });
    for (const [signal, ...more] of generated) await runProgram(telemetrygen, [signal, '--otlp-insecure', '--otlp-endpoint', `127.0.0.1:${collector.grpc}`, '--service', `${service}-gen`, '--rate', '0', ...more]);
    const seen = await collector.stop();
    await expectArrived(target, ledger, service);
    const generatedOnly = seen.filter((line) => JSON.stringify(line).includes(`${service}-gen`));
    expect(generatedOnly.length).toBeGreaterThan(0);
    await expectExact(target, seen.filter((line) => !generatedOnly.includes(line)), service);
    await expectExact(target, generatedOnly, `${service}-gen`);
    expect(await target.refused()).toEqual([]);
  });

  test('a compression that OTLP does not name is refused, and it is said what to change', async () => {
    const other = await openTarget();
    try {
      const collector = await openCollector({ otlp_http: `{ endpoint: "${other.endpoints.http}", compression: snappy, tls: { insecure: true } }` });
      await runProgram(telemetrygen, ['logs', '--otlp-insecure', '--otlp-endpoint', `127.0.0.1:${collector.grpc}`, '--logs', '1', '--rate', '0']);
      await collector.stop();
      expect(await other.refused()).toMatchObject([{ signal: 'logs', status: 415, detail: expect.stringContaining('snappy'), next: expect.stringMatching(/gzip/) }]);
    } finally {
      await other.stop();
    }
  });
});

const generated = [
  ['traces', '--traces', '3', '--child-spans', '2', '--span-links', '1', '--status-code', 'Error'],
  ['metrics', '--metrics', '2', '--metric-type', 'ExponentialHistogram', '--otlp-metric-name', 'gen.exponential', '--aggregation-temporality', 'delta'],
  ['metrics', '--metrics', '2', '--metric-type', 'Histogram', '--otlp-metric-name', 'gen.histogram', '--trace-id', '4bf92f3577b34da6a3ce929d0e0e4736', '--span-id', '00f067aa0ba902b7'],
  ['metrics', '--metrics', '2', '--metric-type', 'Sum', '--otlp-metric-name', 'gen.sum'],
  ['metrics', '--metrics', '2', '--metric-type', 'Gauge', '--otlp-metric-name', 'gen.gauge'],
  ['logs', '--logs', '5', '--body', 'a line', '--severity-number', '17', '--severity-text', 'Error'],
] as const;
