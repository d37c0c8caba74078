import type { EntityId, Observation } from '../model/index.ts';
import { count, forgetWhenFullMs } from './bounds.ts';
import { featureOf } from './catalogue.ts';
import { attributeOf, meaningOf, valueOf } from './meaning.ts';
import type { Combine, Meaning } from './meaning.ts';
import { kindOf, observe } from './observe.ts';
import { bucketQuantile, addBuckets } from './series.ts';
import type { Said, Series } from './series.ts';
import { joinPlace } from './sources.ts';
import type { FeaturesState } from './state.ts';

interface Owner { readonly node: EntityId; readonly instance: EntityId }
interface Sum { total: number; number: number; max: number }
/** part → subject → value, of one instance of one node. */
type Parts = Map<string, Map<string, number>>;

/** Over the instances of a service; parts not named here show the largest. Hosts always show the largest: several senders may report one host. */
const overInstances: Readonly<Record<string, Combine>> = {
  cpu_usage: 'sum', disk_io: 'sum', disk_read: 'sum', disk_write: 'sum', network_io: 'sum', network_received: 'sum', network_sent: 'sum', network_errors: 'sum', restarts: 'sum', pool_used: 'sum', pool_pending: 'sum', pool_timeouts: 'sum', active_requests: 'sum',
};

/** Observations of resource and application metrics, from what each stream said in the pane. */
export function observeMetrics(state: FeaturesState, said: readonly Said[], startMs: number): Observation[] {
  const gathered = new Map<EntityId, Map<EntityId, Map<string, Sum>>>();
  const lags = new Map<string, Lag>();
  const others = new Map<string, Other>();
  for (const each of said) {
    const meaning = meaningOf(each.series);
    const owner = ownerOf(state, each.series, meaning);
    if (owner === null) {
      count(state.counters, 'points_without_entity', each.points);
      continue;
    }
    if (meaning === null) gatherOther(others, owner, each);
    else if (meaning.part === 'queue_lag') gatherLag(state, lags, owner, meaning, each, startMs);
    else gatherPart(gathered, owner, meaning, each);
  }
  return [...observeParts(state, gathered, startMs), ...observeLags(lags), ...observeOthers(others)];
}

/** Joined by resource identity: the service and instance of the sender, else those heard at the place it names, else the host or the place itself. */
function ownerOf(state: FeaturesState, { source, metric }: Series, meaning: Meaning | null): Owner | null {
  const isOfHost = meaning?.ofHost ?? /^(?:system|k8s\.node|host)\./.test(metric);
  const joined = joinPlace(state, source);
  const host = source.host || joined?.host || '';
  if (isOfHost && host !== '') return { node: host, instance: source.instance || host };
  if (joined !== null) return { node: joined.service, instance: joined.instance };
  if (host !== '' && source.places.every((each) => each.startsWith('host.'))) return { node: host, instance: source.instance || host };
  if (source.instance !== '') return { node: source.instance, instance: source.instance };
  return host === '' ? null : { node: host, instance: host };
}

function gatherPart(gathered: Map<EntityId, Map<EntityId, Map<string, Sum>>>, { node, instance }: Owner, meaning: Meaning, said: Said): void {
  const value = valueOf(meaning, said);
  if (!Number.isFinite(value)) return;
  const instances = gathered.get(node) ?? new Map<EntityId, Map<string, Sum>>();
  gathered.set(node, instances);
  const sums = instances.get(instance) ?? new Map<string, Sum>();
  instances.set(instance, sums);
  const way = oneWay(meaning.part, said.series);
  if (way !== '') addSum(sums, `${way}\u0001\u0001${said.series.metric}\u0001sum`, value);
  const subject = meaning.subject === '' ? '' : attributeOf(said.series, meaning.subject);
  addSum(sums, `${meaning.part}\u0001${subject}\u0001${said.series.metric}\u0001${meaning.combine}`, value);
}

/** Traffic both ways is one feature, and each way another. */
function oneWay(part: string, series: Series): string {
  if (part !== 'disk_io' && part !== 'network_io') return '';
  const direction = attributeOf(series, `${part === 'disk_io' ? 'disk' : 'network'}.io.direction`) || attributeOf(series, 'direction');
  return ways[direction] ?? '';
}

const ways: Readonly<Record<string, string>> = { read: 'disk_read', write: 'disk_write', receive: 'network_received', transmit: 'network_sent' };

function addSum(sums: Map<string, Sum>, key: string, value: number): void {
  const sum = sums.get(key) ?? { total: 0, number: 0, max: -Infinity };
  sum.total += value;
  sum.number++;
  sum.max = Math.max(sum.max, value);
  sums.set(key, sum);
}

function combined({ total, number, max }: Sum, how: Combine): number {
  return how === 'sum' ? total : how === 'mean' ? total / number : max;
}

/** The parts of one instance; when several metrics tell one part, the largest. */
function partsOf(sums: ReadonlyMap<string, Sum>): Parts {
  const parts: Parts = new Map();
  for (const [key, sum] of sums) {
    const [part, subject, , how] = key.split('\u0001');
    const subjects = parts.get(part) ?? new Map<string, number>();
    parts.set(part, subjects);
    subjects.set(subject, Math.max(subjects.get(subject) ?? -Infinity, combined(sum, how as Combine)));
  }
  return parts;
}

function observeParts(state: FeaturesState, gathered: ReadonlyMap<EntityId, ReadonlyMap<EntityId, ReadonlyMap<string, Sum>>>, startMs: number): Observation[] {
  const observations: Observation[] = [];
  for (const [node, instances] of gathered) {
    const isService = kindOf(node) === 'service';
    const overall = new Map<string, Sum>();
    for (const [instance, sums] of instances) {
      for (const { feature, subject, value } of derive(state, instance, partsOf(sums), startMs)) {
        addSum(overall, `${feature}\u0001${subject}`, value);
        if (isService && instances.size > 1 && instance !== '' && featureOf(feature).entities.includes('instance')) {
          observations.push(observe({ entity: instance, node, feature, subject, value, weight: 1 }));
        }
      }
    }
    for (const [key, sum] of overall) {
      const [feature, subject] = key.split('\u0001');
      observations.push(observe({ entity: node, node, feature, subject, value: combined(sum, isService ? overInstances[feature] ?? 'max' : 'max'), weight: sum.number }));
    }
  }
  return observations;
}

interface Derived { readonly feature: string; readonly subject: string; readonly value: number }

/** Features as reported, and the ratios that follow where both sides are known. What was reported wins over what follows. */
function derive(state: FeaturesState, owner: EntityId, parts: Parts, startMs: number): Derived[] {
  const found = new Map<string, Derived>();
  const put = (feature: string, subject: string, value: number): void => {
    const key = `${feature} ${subject}`;
    if (Number.isFinite(value) && !found.has(key)) found.set(key, { feature, subject, value });
  };
  for (const [part, subjects] of parts) {
    if (part.endsWith('_limit') || part.endsWith('_max') || innerParts.has(part)) continue;
    for (const [subject, value] of subjects) put(part, subject, value);
  }
  for (const [usage, limit, feature] of ratios) {
    for (const [subject, value] of parts.get(limit) ?? []) state.series.limits.set(`${owner}\u0001${limit}\u0001${subject}`, { value, lastMs: startMs });
    for (const [subject, value] of parts.get(usage) ?? []) {
      const most = state.series.limits.get(`${owner}\u0001${limit}\u0001${subject}`);
      if (most !== undefined && most.value > 0 && startMs - most.lastMs <= forgetWhenFullMs) put(feature, feature === 'disk_utilization' ? '' : subject, value / most.value);
    }
  }
  put('cpu_utilization', '', busyShare(parts));
  put('memory_utilization', '', memoryShare(parts));
  const used = parts.get('memory_state')?.get('used');
  if (used !== undefined) put('memory_usage', '', used);
  const delay = parts.get('eventloop_delay_mean')?.get('');
  if (delay !== undefined) put('eventloop_delay', '', delay);
  return [...found.values()];
}

const innerParts: ReadonlySet<string> = new Set(['cpu_share', 'cpu_time', 'memory_state', 'disk_used', 'eventloop_delay_mean', 'uptime', 'load_average']);
const ratios: readonly (readonly [usage: string, limit: string, feature: string])[] = [
  ['memory_usage', 'memory_limit', 'memory_utilization'],
  ['heap_usage', 'heap_limit', 'heap_utilization'],
  ['pool_used', 'pool_max', 'pool_utilization'],
  ['disk_used', 'disk_limit', 'disk_utilization'],
];

/** 1 − idle, from shares by mode or from time by mode; a host that tells no modes tells its share itself. */
function busyShare(parts: Parts): number {
  const shares = parts.get('cpu_share');
  if (shares !== undefined) {
    const idle = shares.get('idle');
    if (idle !== undefined) return Math.max(0, 1 - idle);
    return [...shares.values()].reduce((sum, each) => sum + each, 0);
  }
  const times = parts.get('cpu_time');
  const idle = times?.get('idle');
  if (times === undefined || idle === undefined) return Number.NaN;
  const all = [...times.values()].reduce((sum, each) => sum + each, 0);
  return all > 0 ? 1 - idle / all : Number.NaN;
}

function memoryShare(parts: Parts): number {
  const states = parts.get('memory_state');
  const used = states?.get('used');
  if (states === undefined || used === undefined) return Number.NaN;
  const all = ['used', 'free', 'cached', 'buffered'].reduce((sum, each) => sum + (states.get(each) ?? 0), 0);
  return all > used ? used / all : Number.NaN;
}

interface Lag { readonly entity: EntityId; readonly node: EntityId; readonly subject: string; readonly byMetric: Map<string, number>; points: number }

/** A lag belongs to the queue that its attributes name, else to the service that reports it. */
function gatherLag(state: FeaturesState, lags: Map<string, Lag>, owner: Owner, meaning: Meaning, said: Said, startMs: number): void {
  const value = valueOf(meaning, said);
  if (!Number.isFinite(value)) return;
  const name = attributeOf(said.series, 'messaging.destination.name');
  const entity = name === '' ? owner.node : queueId(state, said.series, name);
  const subject = attributeOf(said.series, meaning.subject);
  const key = `${entity}\u0001${subject}`;
  const lag = lags.get(key) ?? { entity, node: name === '' ? owner.node : consumerOf(state, entity, startMs), subject, byMetric: new Map<string, number>(), points: 0 };
  lag.byMetric.set(said.series.metric, (lag.byMetric.get(said.series.metric) ?? 0) + value);
  lag.points += said.points;
  lags.set(key, lag);
}

function queueId(state: FeaturesState, series: Series, name: string): EntityId {
  const system = attributeOf(series, 'messaging.system') || /^(kafka|rabbitmq|activemq|pulsar|nats)\b/.exec(series.metric)?.[1] || '';
  const exact = `queue:${system}/${name}`;
  if (state.graph.nodes.has(exact)) return exact;
  for (const id of state.graph.nodes.keys()) if (id.startsWith('queue:') && id.endsWith(`/${name}`)) return id;
  return system === '' ? `queue:messaging/${name}` : exact;
}

/** The one service that reads the queue; the queue itself when there are none or several. */
function consumerOf(state: FeaturesState, queue: EntityId, startMs: number): EntityId {
  const readers = new Set<EntityId>();
  for (const id of state.graph.out.get(queue) ?? []) {
    const edge = state.graph.edges.get(id);
    if (edge !== undefined && startMs - (edge.intervals.at(-1)?.toMs ?? 0) <= forgetWhenFullMs) readers.add(edge.to);
  }
  return readers.size === 1 ? [...readers][0] : queue;
}

function observeLags(lags: ReadonlyMap<string, Lag>): Observation[] {
  return [...lags.values()].map(({ entity, node, subject, byMetric, points }) =>
    observe({ entity, node, feature: 'queue_lag', subject, value: Math.max(...byMetric.values()), weight: points }));
}

interface Other { readonly node: EntityId; readonly metric: string; readonly unit: string; readonly sums: boolean; last: Sum; rate: number; rated: number; gain: number; gained: number; buckets: Said['buckets'] }

/** Metrics without a feature of their own, over all attributes and instances of a service or host. */
function gatherOther(others: Map<string, Other>, { node }: Owner, said: Said): void {
  const { series } = said;
  const key = `${node}\u0001${series.metric}\u0001${series.unit}`;
  const other = others.get(key) ?? {
    node, metric: series.metric, unit: series.unit, sums: series.type === 'sum', last: { total: 0, number: 0, max: -Infinity },
    rate: 0, rated: 0, gain: 0, gained: 0, buckets: null,
  };
  others.set(key, other);
  if (Number.isFinite(said.last)) {
    other.last.total += said.last;
    other.last.number++;
  } else if (series.type === 'sum' && Number.isFinite(said.gain) && said.seconds > 0) {
    other.rate += said.gain / said.seconds;
    other.rated++;
  } else if (said.gainCount > 0) {
    if (Number.isFinite(said.gain)) {
      other.gain += said.gain;
      other.gained += said.gainCount;
    }
    if (said.buckets !== null) other.buckets = addBuckets(other.buckets, said.buckets.counts, said.buckets.bounds);
  }
}

function observeOthers(others: ReadonlyMap<string, Other>): Observation[] {
  const observations: Observation[] = [];
  for (const { node, metric, unit, sums, last, rate, rated, gain, gained, buckets } of others.values()) {
    const about = { entity: node, node, subject: metric };
    if (last.number > 0) observations.push(observe({ ...about, feature: 'metric', unit, value: combined(last, sums ? 'sum' : 'mean'), weight: last.number }));
    if (rated > 0) observations.push(observe({ ...about, feature: 'metric_rate', unit: `${unit}/s`, value: rate, weight: rated }));
    if (gained > 0) observations.push(observe({ ...about, feature: 'metric_mean', unit, value: gain / gained, weight: gained }));
    const p95 = buckets === null ? Number.NaN : bucketQuantile(buckets, 0.95);
    if (Number.isFinite(p95)) observations.push(observe({ ...about, feature: 'metric_p95', unit, value: p95, weight: gained }));
  }
  return observations;
}
