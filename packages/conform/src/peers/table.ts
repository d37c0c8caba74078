import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeClewReadBack } from '../read-back/clew.ts';
import { signals } from '../case.ts';
import { makeLinesReadBack } from '../read-back/otlp-lines.ts';
import type { Peer, Start } from './peer.ts';

const limitBytes = 1024 * 1024;
const local = (port: number): string => `http://127.0.0.1:${port}`;
const main = fileURLToPath(new URL('../../../server/src/main.ts', import.meta.url));

/** The Collector's `otlp` receiver, with limits as small as Clew's here so that they can be tested. */
const otlpReceiver = (grpc: number, http: number): string => `receivers:
  otlp:
    protocols:
      grpc: { endpoint: "127.0.0.1:${grpc}", max_recv_msg_size_mib: 1 }
      http: { endpoint: "127.0.0.1:${http}", max_request_body_size: ${limitBytes} }
`;
const noMetrics = '  telemetry: { metrics: { level: none }, logs: { level: error } }\n';

function collector({ folder, ports: [grpc, http] }: Parameters<Peer['start']>[0]): Start {
  const config = join(folder, 'collector.yaml');
  const exporters = signals.map((signal) => `  file/${signal}: { path: "${join(folder, signal)}.jsonl", flush_interval: 100ms }\n`).join('');
  const pipelines = signals.map((signal) => `    ${signal}: { receivers: [otlp], exporters: [file/${signal}] }\n`).join('');
  writeFileSync(config, `${otlpReceiver(grpc, http)}exporters:\n${exporters}service:\n${noMetrics}  pipelines:\n${pipelines}`);
  return { args: ['--config', config, '--feature-gates', 'service.profilesSupport'], target: { http: local(http), grpc: local(grpc), limitBytes, readBack: makeLinesReadBack(folder) }, ready: [grpc, http] };
}

function jaeger({ folder, ports: [grpc, http, query, queryGrpc] }: Parameters<Peer['start']>[0]): Start {
  const config = join(folder, 'jaeger.yaml');
  writeFileSync(config, `${otlpReceiver(grpc, http)}exporters: { jaeger_storage_exporter: { trace_storage: memory } }
extensions:
  jaeger_storage: { backends: { memory: { memory: { max_traces: 100000 } } } }
  jaeger_query: { storage: { traces: memory }, http: { endpoint: "127.0.0.1:${query}" }, grpc: { endpoint: "127.0.0.1:${queryGrpc}" } }
service:
${noMetrics}  extensions: [jaeger_storage, jaeger_query]
  pipelines:
    traces: { receivers: [otlp], exporters: [jaeger_storage_exporter] }
`);
  return { args: ['--config', config], target: { http: local(http), grpc: local(grpc), limitBytes }, ready: [grpc, http] };
}

/** Clew first; the others in the order of tables. */
export const peers: readonly Peer[] = [
  {
    name: 'Clew', program: null, about: 'this repository, `--request-bytes-max 1048576`',
    start: ({ folder, ports: [grpc, http, consolePort] }) => ({
      args: ['--max-semi-space-size=16', main, 'serve', '--data', join(folder, 'data'), '--grpc-port', `${grpc}`, '--http-port', `${http}`, '--console-port', `${consolePort}`, '--request-bytes-max', `${limitBytes}`, '--headers-timeout-ms', '3000', '--body-timeout-ms', '3000'],
      target: { http: local(http), grpc: local(grpc), sharedPort: local(http), limitBytes, patienceMs: 3_000, readBack: makeClewReadBack(local(consolePort), {}) }, ready: [grpc, http, consolePort],
    }),
  },
  {
    name: 'Clew-as-it-comes', program: null, about: 'this repository, no settings', isExtra: true,
    start: ({ folder, ports: [grpc, http, consolePort] }) => ({
      args: ['--max-semi-space-size=16', main, 'serve', '--data', join(folder, 'data'), '--grpc-port', `${grpc}`, '--http-port', `${http}`, '--console-port', `${consolePort}`],
      target: { http: local(http), grpc: local(grpc), sharedPort: local(http), readBack: makeClewReadBack(local(consolePort), {}) }, ready: [grpc, http, consolePort],
    }),
  },
  { name: 'Collector', program: 'otelcol', about: 'OpenTelemetry Collector, receiver `otlp`, exporter `file` (what it writes is read back), profiles on, limits of 1 MiB', start: collector },
  { name: 'Jaeger', program: 'jaeger', about: 'Jaeger v2, memory storage, limits of 1 MiB; traces only; its receiver is the Collector\'s', start: jaeger },
  {
    name: 'VictoriaMetrics', program: 'victoria-metrics', about: 'metrics only, at `/opentelemetry/v1/metrics`; no gRPC',
    start: ({ folder, ports: [http] }) => ({ args: [`-storageDataPath=${join(folder, 'vm')}`, `-httpListenAddr=127.0.0.1:${http}`], target: { http: `${local(http)}/opentelemetry` }, ready: [http] }),
  },
  {
    name: 'VictoriaLogs', program: 'victoria-logs', about: 'logs only, at `/insert/opentelemetry/v1/logs`; no gRPC',
    start: ({ folder, ports: [http] }) => ({ args: [`-storageDataPath=${join(folder, 'vl')}`, `-httpListenAddr=127.0.0.1:${http}`], target: { http: `${local(http)}/insert/opentelemetry` }, ready: [http] }),
  },
  {
    name: 'Prometheus', program: 'prometheus', about: 'metrics only, at `/api/v1/otlp/v1/metrics`, `--web.enable-otlp-receiver`; no gRPC',
    start({ folder, ports: [http] }) {
      const config = join(folder, 'prometheus.yml');
      writeFileSync(config, 'global: {}\n');
      return { args: [`--config.file=${config}`, `--storage.tsdb.path=${join(folder, 'tsdb')}`, `--web.listen-address=127.0.0.1:${http}`, '--web.enable-otlp-receiver', '--log.level=error'], target: { http: `${local(http)}/api/v1/otlp` }, ready: [http] };
    },
  },
];
