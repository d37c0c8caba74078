import type { Said, Series } from './series.ts';

/** How streams of one part and one entity come together: over the attributes of one source, and then over instances. */
export type Combine = 'sum' | 'mean' | 'max';

/** One well-known metric → a part of a feature. Parts that are no feature themselves (limits, idle time) feed the ratios in resources.ts. */
export interface Meaning {
  readonly part: string;
  readonly take: 'last' | 'rate' | 'mean' | 'rise';
  readonly combine: Combine;
  /** Metric of the host, whoever reports it. */
  readonly ofHost: boolean;
  /** The unit that the feature has; what was sent is converted. */
  readonly to: 'ms' | 'By' | '1' | '';
  /** Only series whose attribute has this value (absent is fine too). */
  readonly when: readonly [attribute: string, value: string] | null;
  /** Attribute that is the subject of the feature. */
  readonly subject: string;
}

type Row = readonly [part: string, take: Meaning['take'], combine: Combine, to?: Meaning['to'], options?: Partial<Pick<Meaning, 'when' | 'subject' | 'ofHost'>>];

const heapOnly: Row[4] = { when: ['jvm.memory.type', 'heap'] };
const pool: Row[4] = { subject: 'db.client.connection.pool.name' };
const host: Row[4] = { ofHost: true };
/** Says nothing that instances coming and going do not say better; taken in so that it is not judged as an unknown metric. */
const clock: Row = ['uptime', 'last', 'max'];
const load: Row = ['load_average', 'last', 'max', '', { ofHost: true }];
const mount: Row[4] = { ofHost: true, subject: 'mountpoint' };

/** By namespace, then by the rest of the name. */
const table: Readonly<Record<string, Readonly<Record<string, Row>>>> = {
  process: {
    'cpu.utilization': ['cpu_utilization', 'last', 'sum', '1'],
    'cpu.time': ['cpu_usage', 'rate', 'sum'],
    'memory.usage': ['memory_usage', 'last', 'max', 'By'],
    'uptime': clock,
  },
  container: {
    'uptime': clock,
    'cpu.utilization': ['cpu_utilization', 'last', 'sum', '1'],
    'cpu.usage': ['cpu_usage', 'last', 'sum'],
    'cpu.time': ['cpu_usage', 'rate', 'sum'],
    'memory.usage': ['memory_usage', 'last', 'max', 'By'],
    'memory.working_set': ['memory_usage', 'last', 'max', 'By'],
    'memory.limit': ['memory_limit', 'last', 'max', 'By'],
    'memory.utilization': ['memory_utilization', 'last', 'max', '1'],
    'disk.io': ['disk_io', 'rate', 'sum', 'By'],
    'network.io': ['network_io', 'rate', 'sum', 'By'],
    'restarts': ['restarts', 'rise', 'sum'],
    'restart.count': ['restarts', 'rise', 'sum'],
  },
  'k8s.container': {
    'cpu.limit.utilization': ['cpu_utilization', 'last', 'max', '1'],
    'memory.limit.desired': ['memory_limit', 'last', 'max', 'By'],
    'memory.limit.utilization': ['memory_utilization', 'last', 'max', '1'],
    'memory_limit_utilization': ['memory_utilization', 'last', 'max', '1'],
    'restarts': ['restarts', 'rise', 'sum'],
    'restart.count': ['restarts', 'rise', 'sum'],
  },
  'k8s.pod': {
    'uptime': clock,
    'cpu.usage': ['cpu_usage', 'last', 'sum'],
    'cpu.time': ['cpu_usage', 'rate', 'sum'],
    'cpu_limit_utilization': ['cpu_utilization', 'last', 'max', '1'],
    'memory.usage': ['memory_usage', 'last', 'max', 'By'],
    'memory.working_set': ['memory_usage', 'last', 'max', 'By'],
    'memory_limit_utilization': ['memory_utilization', 'last', 'max', '1'],
    'network.io': ['network_io', 'rate', 'sum', 'By'],
    'network.errors': ['network_errors', 'rate', 'sum'],
  },
  'k8s.node': {
    'uptime': clock,
    'cpu.usage': ['cpu_usage', 'last', 'sum', '', host],
    'memory.usage': ['memory_usage', 'last', 'max', 'By', host],
    'network.io': ['network_io', 'rate', 'sum', 'By', host],
    'network.errors': ['network_errors', 'rate', 'sum', '', host],
  },
  system: {
    'uptime': clock,
    'cpu.load_average.1m': load,
    'cpu.load_average.5m': load,
    'cpu.load_average.15m': load,
    'cpu.utilization': ['cpu_share', 'last', 'mean', '1', { ofHost: true, subject: 'cpu.mode' }],
    'cpu.time': ['cpu_time', 'rate', 'sum', '', { ofHost: true, subject: 'cpu.mode' }],
    'memory.usage': ['memory_state', 'last', 'sum', 'By', { ofHost: true, subject: 'system.memory.state' }],
    'memory.utilization': ['memory_utilization', 'last', 'max', '1', { ofHost: true, when: ['system.memory.state', 'used'] }],
    'memory.limit': ['memory_limit', 'last', 'max', 'By', host],
    'filesystem.utilization': ['disk_utilization', 'last', 'max', '1', { ofHost: true, when: ['system.filesystem.state', 'used'] }],
    'filesystem.usage': ['disk_used', 'last', 'sum', 'By', { ...mount, when: ['system.filesystem.state', 'used'] }],
    'filesystem.limit': ['disk_limit', 'last', 'sum', 'By', mount],
    'disk.io': ['disk_io', 'rate', 'sum', 'By', host],
    'network.io': ['network_io', 'rate', 'sum', 'By', host],
    'network.errors': ['network_errors', 'rate', 'sum', '', host],
    'network.packet.dropped': ['network_errors', 'rate', 'sum', '', host],
  },
  jvm: {
    'memory.used': ['heap_usage', 'last', 'sum', 'By', heapOnly],
    'memory.limit': ['heap_limit', 'last', 'sum', 'By', heapOnly],
    'gc.duration': ['gc_share', 'rate', 'sum'],
    'cpu.recent_utilization': ['cpu_utilization', 'last', 'max', '1'],
    'cpu.time': ['cpu_usage', 'rate', 'sum'],
  },
  v8js: {
    'memory.heap.used': ['heap_usage', 'last', 'sum', 'By'],
    'memory.heap.space.size': ['heap_limit', 'last', 'sum', 'By'],
    'gc.duration': ['gc_share', 'rate', 'sum'],
  },
  'nodejs.eventloop': {
    'utilization': ['eventloop_utilization', 'last', 'max', '1'],
    'delay.p99': ['eventloop_delay', 'last', 'max', 'ms'],
    'delay.mean': ['eventloop_delay_mean', 'last', 'max', 'ms'],
  },
  'db.client.connection': {
    'count': ['pool_used', 'last', 'sum', '', { ...pool, when: ['db.client.connection.state', 'used'] }],
    'max': ['pool_max', 'last', 'sum', '', pool],
    'pending_requests': ['pool_pending', 'last', 'sum', '', pool],
    'timeouts': ['pool_timeouts', 'rate', 'sum', '', pool],
    'wait_time': ['pool_wait', 'mean', 'mean', 'ms', pool],
  },
  'http.server': { 'active_requests': ['active_requests', 'last', 'sum'] },
  'rpc.server': { 'active_requests': ['active_requests', 'last', 'sum'] },
};

/** Names that Prometheus' client libraries and cAdvisor give; seconds and bytes are in the name, whether or not a unit is sent. */
const ofPrometheus: Readonly<Record<string, Row>> = {
  process_cpu_seconds_total: ['cpu_usage', 'rate', 'sum'],
  process_resident_memory_bytes: ['memory_usage', 'last', 'max', 'By'],
  container_cpu_usage_seconds_total: ['cpu_usage', 'rate', 'sum'],
  container_memory_working_set_bytes: ['memory_usage', 'last', 'max', 'By'],
  nodejs_heap_size_used_bytes: ['heap_usage', 'last', 'sum', 'By'],
};

const rows: readonly (readonly [name: string, row: Row])[] = [
  ...Object.entries(table).flatMap(([space, named]) => Object.entries(named).map(([name, row]) => [`${space}.${name}`, row] as const)),
  ...Object.entries(ofPrometheus),
];

const meanings: ReadonlyMap<string, Meaning> = new Map(rows.map(([name, [part, take, combine, to = '', options = {}]]) =>
  [name, { part, take, combine, to, when: null, subject: '', ofHost: false, ...options }] as const));

/** Names by which brokers, clients and exporters tell how much is waiting. */
const lagNames = /(?:^|[._])(?:consumer(?:_group|\.group)?[._](?:records[._])?lag(?:[._](?:sum|max))?|queue[._](?:depth|length|messages(?:[._]ready)?|size)|queue_depth|backlog|message\.current|approximate_number_of_messages(?:_visible)?)$/;
const lag: Meaning = { part: 'queue_lag', take: 'last', combine: 'sum', to: '', when: null, subject: 'messaging.consumer.group.name', ofHost: false };

/** What the metric means to the engine; null for one that it keeps under its own name. */
export function meaningOf(series: Series): Meaning | null {
  const meaning = meanings.get(series.metric);
  if (meaning !== undefined) return meaning;
  const isLevel = series.type === 'gauge' || (series.type === 'sum' && !series.monotonic);
  return isLevel && lagNames.test(series.metric) ? lag : null;
}

/** The value of an attribute; `state` stands for any `….state` of older senders. */
export function attributeOf(series: Series, name: string): string {
  for (const [key, value] of series.attributes) if (key === name) return value;
  const short = shortNames[name];
  return short === undefined ? '' : attributeOf(series, short);
}

const shortNames: Readonly<Record<string, string>> = {
  'system.memory.state': 'state', 'system.filesystem.state': 'state', 'cpu.mode': 'state', mountpoint: 'system.filesystem.mountpoint',
  'jvm.memory.type': 'type', 'messaging.consumer.group.name': 'group', 'messaging.destination.name': 'topic', topic: 'queue.name', 'queue.name': 'rabbitmq.queue.name',
  'rabbitmq.queue.name': 'queue',
};

/** What the stream said in the pane in the feature's unit; NaN when it does not apply. */
export function valueOf(meaning: Meaning, said: Said): number {
  const { series } = said;
  if (meaning.when !== null) {
    const sent = attributeOf(series, meaning.when[0]);
    if (sent !== '' && sent !== meaning.when[1]) return Number.NaN;
  }
  const scale = scaleOf(series.unit, meaning.to);
  switch (meaning.take) {
    case 'last': return said.last * scale;
    case 'rise': return Number.isNaN(said.rise) ? said.gain : said.rise;
    case 'mean': return Number.isNaN(said.last) ? (said.gain / said.gainCount) * scale : said.last * scale;
    case 'rate': return Number.isNaN(said.gain) ? said.last * scale : (said.gain / said.seconds) * scale;
  }
}

const scales: Readonly<Record<Meaning['to'], Readonly<Record<string, number>>>> = {
  ms: { s: 1_000, S: 1_000, ms: 1, us: 1e-3, ns: 1e-6, min: 60_000 },
  By: { By: 1, KiBy: 1_024, MiBy: 1_048_576, GiBy: 1_073_741_824, kBy: 1e3, MBy: 1e6, GBy: 1e9, bytes: 1 },
  1: { 1: 1, '%': 0.01 },
  '': {},
};

function scaleOf(unit: string, to: Meaning['to']): number {
  return scales[to][unit] ?? 1;
}
