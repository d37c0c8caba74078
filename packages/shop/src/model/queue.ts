import { messaging } from './semconv.ts';
import { SpanKind } from './records.ts';
import { openSpan, runOperation } from './serve.ts';
import type { Frame, Instance, Message, Partition, Service, Shop, Topic } from './state.ts';
import { startSpan } from './verbs.ts';

/** A Kafka-like queue: partitions that are read in order by the instances of one consumer group. */

export function makeTopic(name: string, group: string, consumer: string, partitions: number): Topic {
  return {
    name, group, consumer, paused: false,
    partitions: Array.from({ length: partitions }, (_, index): Partition => ({ index, backlog: [], nextOffset: 1000 * (index + 1), freeAtMs: 0, drainAtMs: 0 })),
  };
}

export function publish(frame: Frame, topicName: string, key: string): void {
  const { shop } = frame;
  const topic = shop.topics.get(topicName);
  if (topic === undefined) throw new Error(`BUG: no topic ${topicName}`);
  const partition = topic.partitions[shop.random.integer(0, topic.partitions.length - 1)];
  const span = startSpan(frame, SpanKind.producer, `send ${topicName}`, messaging(topicName, 'send', 'send', partition.index, key));
  span.attributes['messaging.client.id'] = frame.instance.pod;
  frame.atMs += shop.random.lognormal(1.6, 0.4);
  span.endMs = frame.atMs;
  partition.backlog.push({ traceId: span.traceId, spanId: span.spanId, errand: frame.errand, offset: partition.nextOffset++, atMs: frame.atMs, key });
  wake(shop, topic, partition, frame.atMs + shop.random.lognormal(12, 0.5));
}

export function wakeAll(shop: Shop, topic: Topic, atMs: number): void {
  for (const partition of topic.partitions) wake(shop, topic, partition, atMs);
}

function wake(shop: Shop, topic: Topic, partition: Partition, atMs: number): void {
  const dueMs = Math.max(atMs, partition.freeAtMs);
  if (partition.drainAtMs > 0 && partition.drainAtMs <= dueMs) return;
  partition.drainAtMs = dueMs;
  shop.agenda.at(dueMs, (nowMs) => {
    if (partition.drainAtMs !== nowMs) return;
    partition.drainAtMs = 0;
    drain(shop, topic, partition, nowMs);
  });
}

function drain(shop: Shop, topic: Topic, partition: Partition, atMs: number): void {
  if (topic.paused || partition.backlog.length === 0) return;
  const consumer = shop.services.get(topic.consumer) as Service;
  const instance = owner(consumer, partition, atMs);
  if (instance === null) {
    wake(shop, topic, partition, atMs + 2_000);
    return;
  }
  const message = partition.backlog.shift() as Message;
  partition.freeAtMs = consume(shop, topic, partition, instance, message, Math.max(atMs, message.atMs));
  if (partition.backlog.length > 0) wake(shop, topic, partition, partition.freeAtMs + 0.5);
}

function owner(consumer: Service, partition: Partition, atMs: number): Instance | null {
  const alive = consumer.instances.filter((instance) => instance.downUntilMs <= atMs);
  return alive.length === 0 ? null : alive[partition.index % alive.length];
}

function consume(shop: Shop, topic: Topic, partition: Partition, instance: Instance, message: Message, atMs: number): number {
  const attributes = messaging(topic.name, 'process', 'process', partition.index, message.key);
  attributes['messaging.consumer.group.name'] = topic.group;
  attributes['messaging.client.id'] = instance.pod;
  attributes['messaging.kafka.offset'] = message.offset;
  const span = openSpan(shop, instance, { traceId: shop.random.hex(4), parentId: '', peer: '' }, SpanKind.consumer, `process ${topic.name}`, attributes, atMs);
  span.links.push({ traceId: message.traceId, spanId: message.spanId });
  const frame: Frame = { shop, instance, span, errand: message.errand, atMs };
  runOperation(frame, `process ${topic.name}`);
  span.endMs = frame.atMs;
  return frame.atMs;
}
