/**
 * `npm run senders -- --all`: runs the real senders that are too heavy for every run, each through a recorder in front of the
 * OpenTelemetry Collector, and keeps what they sent and what the Collector read (fixture/recording.ts). recorded.test.ts
 * sends it to Clew.
 */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { collectorPath, fileExporter, openCollector } from './fixture/collector.ts';
import { runProgram } from './fixture/program.ts';
import { openRecorder } from './fixture/recorder.ts';
import type { Recorder } from './fixture/recorder.ts';
import { recordedFolder } from './fixture/recording.ts';
import type { Recording } from './fixture/recording.ts';
import { installedAt, peerAt } from './fixture/runtimes.ts';

interface Sender { readonly name: string; readonly needs: string; readonly run: (endpoints: Recorder['endpoints'], service: string) => Promise<void> }

const goSender = join(installedAt('go'), 'sender');
const python = join(installedAt('python'), 'bin', 'python');
const javaHome = installedAt('java');
const telemetrygen = peerAt('telemetrygen');

async function run(command: string, args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<void> {
  const { code, err } = await runProgram(command, args, { env, cwd: import.meta.dirname });
  if (code !== 0) throw new Error(`${command} ended with ${code}: ${err}`);
}

const standard = (protocol: string, compression: string, endpoints: Recorder['endpoints'], service: string): Record<string, string> => ({
  OTEL_SERVICE_NAME: service, OTEL_EXPORTER_OTLP_PROTOCOL: protocol, OTEL_EXPORTER_OTLP_COMPRESSION: compression,
  OTEL_EXPORTER_OTLP_ENDPOINT: protocol === 'grpc' ? endpoints.grpc : endpoints.http,
});

/** The agent's detectors that would tell of this machine are off. */
const javaQuiet = ['HostResourceProvider', 'HostIdResourceProvider', 'ProcessResourceProvider', 'OsResourceProvider'].map((name) => `io.opentelemetry.instrumentation.resources.${name}`).join(',');

async function generate(endpoints: Recorder['endpoints'], service: string, isHttp: boolean): Promise<void> {
  const to = (isHttp ? endpoints.http : endpoints.grpc).replace('http://', '');
  const base = ['--otlp-insecure', '--otlp-endpoint', to, '--service', service, '--rate', '0', ...(isHttp ? ['--otlp-http'] : [])];
  await run(telemetrygen, ['traces', ...base, '--traces', '3', '--child-spans', '2', '--span-links', '1', '--status-code', 'Error']);
  for (const type of ['Gauge', 'Sum', 'Histogram', 'ExponentialHistogram']) await run(telemetrygen, ['metrics', ...base, ...(isHttp ? ['--otlp-http-url-path', '/v1/metrics'] : []), '--metrics', '2', '--metric-type', type, '--otlp-metric-name', `gen.${type.toLowerCase()}`, '--trace-id', '4bf92f3577b34da6a3ce929d0e0e4736', '--span-id', '00f067aa0ba902b7']);
  await run(telemetrygen, ['logs', ...base, ...(isHttp ? ['--otlp-http-url-path', '/v1/logs'] : []), '--logs', '5', '--body', 'a line']);
}

/** The Go sender through a Collector that compresses. */
async function throughCollector(exporter: string, compression: string, endpoints: Recorder['endpoints'], service: string): Promise<void> {
  const to = exporter === 'otlp_http' ? endpoints.http : endpoints.grpc.replace('http://', '');
  const middle = await openCollector({ [exporter]: `{ endpoint: "${to}", compression: ${compression}, tls: { insecure: true } }` });
  await run(goSender, [], standard('grpc', 'none', { grpc: `http://127.0.0.1:${middle.grpc}`, http: '' }, service));
  await middle.stop();
}

const senders: readonly Sender[] = [
  ...[['grpc', 'gzip'], ['http/protobuf', 'gzip']].map(([protocol, compression]): Sender => ({ name: `Go SDK, ${protocol} ${compression}`, needs: goSender, run: (to, service) => run(goSender, [], standard(protocol, compression, to, service)) })),
  ...[['grpc', 'gzip'], ['http/protobuf', 'deflate']].map(([protocol, compression]): Sender => ({ name: `Python SDK, ${protocol} ${compression}`, needs: python, run: (to, service) => run(python, ['python/send.py'], { ...standard(protocol, compression, to, service), PYTHONDONTWRITEBYTECODE: '1' }) })),
  ...[['grpc', 'gzip'], ['http/protobuf', 'gzip']].map(([protocol, compression]): Sender => ({
    name: `Java agent, ${protocol} ${compression}`, needs: join(javaHome, 'opentelemetry-javaagent.jar'),
    run: (to, service) => run('java', [`-javaagent:${join(javaHome, 'opentelemetry-javaagent.jar')}`, '-cp', javaHome, 'Shop'], { ...standard(protocol, compression, to, service), OTEL_JAVA_DISABLED_RESOURCE_PROVIDERS: javaQuiet }),
  })),
  ...[true, false].map((isHttp): Sender => ({ name: `telemetrygen, ${isHttp ? 'http/protobuf' : 'grpc'}`, needs: telemetrygen, run: (to, service) => generate(to, service, isHttp) })),
  ...[['otlp_http', 'zstd'], ['otlp_grpc', 'zstd'], ['otlp_grpc', 'gzip']].map(([exporter, compression]): Sender => ({ name: `Collector, ${exporter} ${compression}`, needs: goSender, run: (to, service) => throughCollector(exporter, compression, to, service) })),
];

async function record({ name, run: send }: Sender): Promise<string> {
  const file = name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
  const collector = await openCollector(fileExporter);
  const recorder = await openRecorder(collector);
  const service = `recorded-${file}`;
  try {
    await send(recorder.endpoints, service);
  } finally {
    recorder.close();
  }
  const recording: Recording = { sender: name, service, requests: recorder.requests, ledger: await collector.stop() };
  const packed = gzipSync(JSON.stringify(recording), { level: 9 });
  mkdirSync(recordedFolder, { recursive: true });
  writeFileSync(join(recordedFolder, `${file}.json.gz`), packed);
  return `${recording.requests.length} requests, ${packed.length} bytes`;
}

const only = process.argv.slice(2);
for (const sender of senders.filter(({ name }) => only.length === 0 || only.some((word) => name.includes(word)))) {
  const missing = [collectorPath, sender.needs].find((path) => !existsSync(path));
  if (missing !== undefined) { console.error(`${sender.name}: not recorded, ${missing.replace(/.*\//, '')} is missing (npm run peers, npm run senders -- --install)`); process.exitCode = 1; continue; }
  const startMs = performance.now();
  console.log(`${sender.name}: ${await record(sender)}, ${((performance.now() - startMs) / 1000).toFixed(1)} s`);
}
