import type { Metric, NumberPoint } from '@clew/otlp';
import { baseNs, counterBase, makePayload, text } from './payload.ts';
import type { Payload } from './payload.ts';

const pointsPerRequest = 500;
const methods = ['GET', 'POST', 'PUT', 'DELETE'];
const statuses = ['200', '201', '404', '500'];
const bounds = [5, 10, 25, 50, 75, 100, 250, 500, 750, 1000, 2500, 5000, 7500, 10000];

/**
 * One request an instance, 500 series each: 300 cumulative sums over routes, methods and statuses, 175 gauges, 25 histograms of
 * 15 buckets. `series` is a multiple of 500. A data point is a data point, whatever it holds.
 */
export function makeMetrics(random: () => number, series: number): Payload[] {
  return Array.from({ length: Math.max(1, series / pointsPerRequest) }, (_, instance) => makeInstance(random, instance));
}

function makeInstance(random: () => number, instance: number): Payload {
  const offsetsNs: number[] = [];
  const counters: { value: number; isInt: boolean }[] = [];
  let next = counterBase + instance * 1_000_000;
  const counter = (isInt: boolean): number => {
    const value = next++;
    counters.push({ value, isInt });
    return value;
  };
  const times = (): Pick<NumberPoint, 'startTimeUnixNano' | 'timeUnixNano'> => {
    offsetsNs.push(0);
    return { startTimeUnixNano: 1_700_000_000_000_000_000n, timeUnixNano: baseNs };
  };
  const sums: Metric[] = Array.from({ length: 3 }, (_, metric) => ({
    name: ['http.server.request.count', 'http.client.request.count', 'rpc.server.request.count'][metric], unit: '{request}', description: 'Requests by route, method and status',
    sum: { aggregationTemporality: 2, isMonotonic: true, dataPoints: Array.from({ length: 100 }, (__, i) => ({ attributes: labels(i), ...times(), asInt: counter(true) })) },
  }));
  const gauges: Metric[] = Array.from({ length: 7 }, (_, metric) => ({
    name: ['queue.depth', 'pool.connections', 'cache.entries', 'jvm.memory.used', 'worker.busy', 'disk.used', 'session.count'][metric], unit: '1', description: 'What is in use now',
    gauge: { dataPoints: Array.from({ length: 25 }, (__, i) => ({ attributes: [text('pool.name', `pool-${i}`), text('state', i % 2 === 0 ? 'used' : 'idle')], ...times(), asDouble: counter(false) })) },
  }));
  const histograms: Metric = {
    name: 'http.server.request.duration', unit: 'ms', description: 'Duration of requests',
    histogram: {
      aggregationTemporality: 2,
      dataPoints: Array.from({ length: 25 }, (_, i) => {
        const bucketCounts = Array.from({ length: bounds.length + 1 }, () => Math.floor(random() * 1000));
        const count = bucketCounts.reduce((all, each) => all + each, 0);
        return { attributes: labels(i), ...times(), count, sum: counter(false), bucketCounts, explicitBounds: bounds, min: 0.25, max: 9_999.5 };
      }),
    },
  };
  const attributes = [text('service.name', `service-${instance % 40}`), text('service.instance.id', `pod-${instance}`), text('service.version', '1.4.2'), text('host.name', `node-${instance % 20}`), text('k8s.pod.name', `service-${instance % 40}-${instance}`)];
  return makePayload('metrics', { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope: { name: 'shop.metrics', version: '1.4.2' }, metrics: [...sums, ...gauges, histograms] }] }] }, pointsPerRequest, { offsetsNs, counters });
}

function labels(i: number) {
  return [text('http.route', `/v1/resource-${i >> 4}/{id}`), text('http.request.method', methods[i & 3]), text('http.response.status_code', statuses[(i >> 2) & 3]), text('server.address', 'shop.example'), text('network.protocol.version', '1.1')];
}
