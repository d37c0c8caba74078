import { ValueType } from '@opentelemetry/api';
import type { Resource } from '@opentelemetry/resources';
import { AggregationTemporality, DataPointType, MeterProvider, MetricReader, type MetricData, type ResourceMetrics } from '@opentelemetry/sdk-metrics';
import type { Attributes, PointRecord } from '../model/records.ts';
import { toHrTime } from './time.ts';

/**
 * Metrics of one resource. The SDK stamps its own instruments with the wall clock, so they cannot tell of the past; the
 * points come in through a MetricProducer, the SDK's bridge for metrics that were measured elsewhere.
 */
export interface MetricSender {
  collect(points: readonly PointRecord[]): Promise<ResourceMetrics>;
  shutdown(): Promise<void>;
}

class BridgeReader extends MetricReader {
  protected override onShutdown(): Promise<void> {
    return Promise.resolve();
  }
  protected override onForceFlush(): Promise<void> {
    return Promise.resolve();
  }
}

export function openMetricSender(resource: Resource, scope: string): MetricSender {
  let pending: readonly PointRecord[] = [];
  const reader = new BridgeReader({
    metricProducers: [{
      collect() {
        const metrics = toMetrics(pending);
        pending = [];
        return Promise.resolve({ resourceMetrics: { resource, scopeMetrics: [{ scope: { name: scope }, metrics }] }, errors: [] });
      },
    }],
  });
  const provider = new MeterProvider({ resource, readers: [reader] });
  return {
    async collect(points) {
      pending = points;
      const { resourceMetrics } = await reader.collect();
      return resourceMetrics;
    },
    shutdown: () => provider.shutdown(),
  };
}

function toMetrics(points: readonly PointRecord[]): MetricData[] {
  return [...Map.groupBy(points, ({ name }) => name).values()].map(toMetric);
}

function toMetric(points: readonly PointRecord[]): MetricData {
  const { name, unit, type } = points[0];
  const base = { descriptor: { name, unit, description: '', valueType: unit === '1' || unit === 's' ? ValueType.DOUBLE : ValueType.INT }, aggregationTemporality: AggregationTemporality.CUMULATIVE };
  const times = (point: PointRecord): { startTime: [number, number]; endTime: [number, number]; attributes: Attributes } => ({
    startTime: toHrTime(point.startMs === 0 ? point.atMs : point.startMs), endTime: toHrTime(point.atMs), attributes: point.attributes,
  });
  if (type === 'histogram') {
    return {
      ...base, dataPointType: DataPointType.HISTOGRAM,
      dataPoints: points.map((point) => {
        const histogram = point.histogram;
        if (histogram === null) throw new Error(`BUG: ${point.name} has no histogram`);
        const { count, sum, min, max, buckets, bounds } = histogram;
        return { ...times(point), value: { count, sum, min, max, buckets: { counts: [...buckets], boundaries: [...bounds] } } };
      }),
    };
  }
  const dataPoints = points.map((point) => ({ ...times(point), value: point.value }));
  return type === 'gauge' ? { ...base, dataPointType: DataPointType.GAUGE, dataPoints } : { ...base, dataPointType: DataPointType.SUM, isMonotonic: type === 'counter', dataPoints };
}
