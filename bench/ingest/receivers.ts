// What is measured: Clew, and the peers that scripts/peers.mjs builds. Each takes OTLP/HTTP and is run as its documentation says for
// keeping data: with a sync before the answer where it has one.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serverEnvironment, serverFlags } from '../../scripts/ready.mjs';
import type { Load } from './generator.ts';

/** Three free ports in a row, and a folder that is removed afterwards. */
export interface Place { readonly folder: string; readonly port: number }

export interface Receiver {
  readonly name: string;
  readonly loads: readonly Load[];
  /** What an acknowledgement means. */
  readonly durability: string;
  start(place: Place): ChildProcess;
  path(load: Load): string;
  /** Answers 2xx when it is ready. */
  readyUrl(place: Place): string;
  /** True when what `last` names (see generator.ts) is found by a query; null when it cannot be asked. */
  isQueryable: ((place: Place, load: Load, last: string) => Promise<boolean>) | null;
  /** Tells it to finish what it would do by itself sooner or later. */
  settle(place: Place): Promise<void>;
  /** Where its rows lie, under the folder. */
  readonly rowsFolder: string;
}

const root = fileURLToPath(new URL('../..', import.meta.url));
const bin = join(process.env.CLEW_PEERS || join(homedir(), '.cache', 'clew', 'peers'), 'bin');
const allLoads: readonly Load[] = ['traces', 'logs', 'metrics-1k', 'metrics-100k'];
const ok = async (url: string): Promise<boolean> => (await fetch(url)).ok;
const found = async (url: string, needle: string): Promise<boolean> => (await (await fetch(url)).text()).includes(needle);
const quiet = { stdio: ['ignore', 'ignore', 'inherit'] as ['ignore', 'ignore', 'inherit'] };
/** Peers tell of every refused connection while they start. */
const silent = { stdio: 'ignore' as const };

const clew: Receiver = {
  name: 'clew', loads: allLoads, durability: 'fdatasync before the answer',
  start: ({ folder, port }) => spawn(process.execPath, [...serverFlags, ...(process.env.CLEW_BENCH_FLAGS ?? '').split(' ').filter(Boolean), join(root, 'packages/server/src/main.ts'), 'serve', '--data', folder, '--http-port', `${port}`, '--grpc-port', `${port + 1}`, '--console-port', `${port + 2}`], { cwd: folder, env: { ...serverEnvironment, ...process.env }, ...quiet }),
  path: (load) => `/v1/${load.split('-')[0]}`,
  readyUrl: ({ port }) => `http://127.0.0.1:${port + 2}/api/v1/health`,
  async isQueryable({ port }, load, last) {
    const api = `http://127.0.0.1:${port + 2}/api/v1`;
    if (load === 'traces') return ok(`${api}/traces/${last}`);
    const range = `from=${Date.now() - 600_000}&to=${Date.now() + 60_000}`;
    if (load === 'logs') return found(`${api}/logs?${range}&trace_id=${last}&limit=1`, last);
    const { store_lag_records: lag } = await (await fetch(`${api}/self`)).json() as Record<string, number>;
    return lag === 0;
  },
  settle: async () => undefined,
  rowsFolder: 'rows',
};

function peer(name: string, more: Omit<Receiver, 'name' | 'start'> & { args(place: Place): string[]; binary?: string }): Receiver {
  const { args, binary = name, ...rest } = more;
  return { name, start: (place) => spawn(join(bin, binary), args(place), { cwd: place.folder, ...silent }), ...rest };
}

/** Writes the configuration and gives its path. */
function configured({ folder }: Place, text: string): string {
  mkdirSync(join(folder, 'queue'), { recursive: true });
  const path = join(folder, 'config.yaml');
  writeFileSync(path, text);
  return path;
}

const collectorLoads = ['traces', 'logs', 'metrics'];
/** A sending queue belongs to an exporter that sends, so the Collector sends to itself before it writes the file. */
const collectorWithQueue = (place: Place): string => `
extensions: { file_storage/queue: { directory: ${join(place.folder, 'queue')}, fsync: true } }
receivers:
  otlp/in: { protocols: { http: { endpoint: "127.0.0.1:${place.port}" } } }
  otlp/hop: { protocols: { grpc: { endpoint: "127.0.0.1:${place.port + 1}", max_recv_msg_size_mib: 64 } } }
exporters:
  otlp/hop: { endpoint: "127.0.0.1:${place.port + 1}", tls: { insecure: true }, compression: none, sending_queue: { storage: file_storage/queue, queue_size: 200, num_consumers: 2, block_on_overflow: true } }
  file: { path: ${join(place.folder, 'rows.pb')}, format: proto }
service:
  extensions: [file_storage/queue]
  telemetry: { logs: { level: error }, metrics: { level: none } }
  pipelines:
${collectorLoads.map((signal) => `    ${signal}/in: { receivers: [otlp/in], exporters: [otlp/hop] }\n    ${signal}/out: { receivers: [otlp/hop], exporters: [file] }`).join('\n')}
`;

const collectorToFile = (place: Place): string => `
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${place.port}" } } } }
exporters: { file: { path: ${join(place.folder, 'rows.pb')}, format: proto } }
service:
  telemetry: { logs: { level: error }, metrics: { level: none } }
  pipelines: { ${collectorLoads.map((signal) => `${signal}: { receivers: [otlp], exporters: [file] }`).join(', ')} }
`;

const jaegerConfig = (place: Place): string => `
extensions:
  jaeger_storage: { backends: { main: { badger: { ephemeral: false, consistency: true, directories: { keys: ${join(place.folder, 'badger')}, values: ${join(place.folder, 'badger')} } } } } }
  jaeger_query: { storage: { traces: main }, http: { endpoint: "127.0.0.1:${place.port + 2}" }, grpc: { endpoint: "127.0.0.1:${place.port + 1}" } }
receivers: { otlp: { protocols: { http: { endpoint: "127.0.0.1:${place.port}" } } } }
exporters: { jaeger_storage_exporter: { trace_storage: main } }
service:
  extensions: [jaeger_storage, jaeger_query]
  telemetry: { logs: { level: error }, metrics: { level: none } }
  pipelines: { traces: { receivers: [otlp], exporters: [jaeger_storage_exporter] } }
`;

const otlpPath = (load: Load): string => `/v1/${load.split('-')[0]}`;
/** A receiver that has nothing else to ask answers 405 to GET when it listens. */
const listens = ({ port }: Place): string => `http://127.0.0.1:${port}/`;
const forced = async (url: string): Promise<void> => { await (await fetch(url)).text(); };
const victoria = (place: Place): string[] => [`-storageDataPath=${join(place.folder, 'data')}`, `-httpListenAddr=127.0.0.1:${place.port}`, '-loggerLevel=ERROR'];
const lazily = 'none: held in memory, written within about 5 s';

export const receivers: readonly Receiver[] = [
  clew,
  peer('otelcol', {
    loads: allLoads, durability: 'fsync of the persistent queue before the answer; then a file', path: otlpPath, readyUrl: listens, isQueryable: null, settle: async () => undefined, rowsFolder: '',
    args: (place) => ['--config', configured(place, collectorWithQueue(place))],
  }),
  peer('otelcol-file', {
    binary: 'otelcol', loads: allLoads, durability: 'none: file exporter, buffered write', path: otlpPath, readyUrl: listens, isQueryable: null, settle: async () => undefined, rowsFolder: '',
    args: (place) => ['--config', configured(place, collectorToFile(place))],
  }),
  peer('jaeger', {
    loads: ['traces'], durability: 'Badger with synchronous writes', path: otlpPath, readyUrl: ({ port }) => `http://127.0.0.1:${port + 2}/api/services`, settle: async () => undefined, rowsFolder: 'badger',
    args: (place) => ['--config', configured(place, jaegerConfig(place))],
    isQueryable: async ({ port }, _load, last) => ok(`http://127.0.0.1:${port + 2}/api/traces/${last}`),
  }),
  peer('victoria-traces', { loads: ['traces'], durability: lazily, path: () => '/insert/opentelemetry/v1/traces', readyUrl: ({ port }) => `http://127.0.0.1:${port}/health`, settle: ({ port }) => forced(`http://127.0.0.1:${port}/internal/force_flush`), rowsFolder: 'data', args: victoria, isQueryable: async ({ port }, _load, last) => ok(`http://127.0.0.1:${port}/select/jaeger/api/traces/${last}`) }),
  peer('victoria-logs', {
    loads: ['logs'], durability: lazily, path: () => '/insert/opentelemetry/v1/logs', readyUrl: ({ port }) => `http://127.0.0.1:${port}/health`, rowsFolder: 'data', args: (place) => [...victoria(place), '-retentionPeriod=100y'],
    isQueryable: ({ port }, _load, last) => found(`http://127.0.0.1:${port}/select/logsql/query?limit=1&query=${encodeURIComponent(`trace_id:="${last}"`)}`, last),
    settle: ({ port }) => forced(`http://127.0.0.1:${port}/internal/force_flush`),
  }),
  peer('victoria-metrics', {
    loads: ['metrics-1k', 'metrics-100k'], durability: lazily, path: () => '/opentelemetry/v1/metrics', readyUrl: ({ port }) => `http://127.0.0.1:${port}/health`, rowsFolder: 'data', args: victoria,
    isQueryable: ({ port }, _load, last) => found(`http://127.0.0.1:${port}/api/v1/export?match[]=${encodeURIComponent('{__name__="queue.depth"}')}&start=${Number(last) / 1000 - 1}&end=${Number(last) / 1000 + 60}`, last),
    settle: ({ port }) => forced(`http://127.0.0.1:${port}/internal/force_flush`),
  }),
];

/** Why a receiver cannot be run here; empty when it can. */
export function missing(name: string): string {
  if (name === 'clew' || existsSync(join(bin, name.replace('otelcol-file', 'otelcol')))) return '';
  const told = join(bin, '..', 'peers.json');
  const reasons = existsSync(told) ? JSON.parse(readFileSync(told, 'utf8')) as Record<string, { missing?: string; reason?: string }> : {};
  return reasons[name]?.missing ?? reasons[name]?.reason ?? `not built: \`npm run peers ${name}\``;
}

export function bytesUnder(folder: string): number {
  if (!existsSync(folder)) return 0;
  return readdirSync(folder, { withFileTypes: true }).reduce((sum, entry) => sum + (entry.isDirectory() ? bytesUnder(join(folder, entry.name)) : statSync(join(folder, entry.name)).blocks * 512), 0);
}
