import { cardHost } from '../services/buying.ts';
import { Severity } from '../records.ts';
import { burden } from '../jobs.ts';
import { wakeAll } from '../queue.ts';
import { release } from '../changes.ts';
import { giveBackLeaked } from '../slots.ts';
import { serviceId } from '../truth.ts';
import type { Host } from '../host.ts';
import type { Service, Shop, Topic } from '../state.ts';
import type { Fault } from './catalogue.ts';

/** Faults of what services stand on: database, pool, cache, queue, machines, network. */

function serviceOf(shop: Shop, name: string): Service {
  return shop.services.get(name) as Service;
}

export const platformFaults: readonly Fault[] = [
  {
    name: 'slow-database', title: 'Slow database statement', incidents: 1,
    about: 'The statistics of the orders table are off: the planner drops an index and the statement that lists a customer’s orders scans the whole table. Order lists and checkouts wait for it.',
    truth: { entity: 'database:postgresql/orders', kinds: ['slow_database'] },
    start(shop, atMs) {
      release(shop, 'review', atMs);
      shop.levers.statementMs.set('orders.byCustomer', 1_250);
      return () => void shop.levers.statementMs.delete('orders.byCustomer');
    },
  },
  {
    name: 'payment-index', title: 'Missing index on the payment database', incidents: 1,
    about: 'Somebody dropped the index of the payments table on the order: the statement that notes the answer of the card API scans ten million rows. Told as a story (--demo-story), the card API answers as fast as one next door, so that payment takes 50 ms at most before.',
    truth: { entity: 'database:postgresql/payments', kinds: ['slow_database'] },
    scene: { externals: { [cardHost]: 0.16 } },
    start(shop) {
      shop.levers.statementMs.set('payments.state', 1_250);
      return () => void shop.levers.statementMs.delete('payments.state');
    },
  },
  {
    name: 'pool-exhausted', title: 'Exhausted connection pool', incidents: 1,
    about: 'The order service forgets to give connections back on one path. Its pool runs dry; requests wait for a connection and time out while the database idles.',
    truth: { entity: serviceId('order'), kinds: ['pool_exhausted'] },
    start(shop) {
      const order = serviceOf(shop, 'order');
      // About a connection every few seconds, whatever the rate of the shop.
      order.connectionLeakProbability = Math.min(0.5, 1.1 / shop.requestsPerSecond);
      return (endMs) => {
        order.connectionLeakProbability = 0;
        for (const instance of order.instances) for (const pool of instance.pools.values()) giveBackLeaked(pool, endMs);
      };
    },
  },
  {
    name: 'cache-down', title: 'Cache down', incidents: 1,
    about: 'The Redis server refuses connections. Most services go on without it, slower: every look-up waits for the refusal and then asks the database. Carts live nowhere else and fail.',
    truth: { entity: 'database:redis/0', kinds: ['down', 'database_errors', 'errors'] },
    start(shop) {
      shop.levers.cacheDown = true;
      return () => {
        shop.levers.cacheDown = false;
      };
    },
  },
  {
    name: 'consumer-stuck', title: 'Queue consumer stuck', incidents: 1,
    about: 'The order processors hang and no longer read order events. The backlog grows; shipping, invoices and mails stop, while checkouts look fine.',
    truth: { entity: serviceId('order-processor'), orElse: ['queue:kafka/order-events'], kinds: ['consumer_stuck', 'queue_backlog'] },
    start(shop, atMs) {
      const topic = shop.topics.get('order-events') as Topic;
      topic.paused = true;
      for (const instance of serviceOf(shop, 'order-processor').instances) {
        shop.out.logs.push({ resource: instance.resource, atMs: atMs + 30_000, severity: Severity.warn, body: 'Consumer poll timeout has expired: the time between subsequent calls to poll() was longer than max.poll.interval.ms', attributes: {}, traceId: '', spanId: '', eventName: '' });
      }
      return (endMs) => {
        topic.paused = false;
        wakeAll(shop, topic, endMs);
      };
    },
  },
  {
    name: 'noisy-neighbour', title: 'Noisy neighbour', incidents: 1,
    about: 'A report job on node-4 takes all the cores of the machine. Everything else that runs there becomes slow: pricing, search, cart and fraud checks.',
    truth: { entity: serviceId('report'), orElse: ['host:node-4'], kinds: ['noisy_neighbour', 'host_saturated', 'cpu_saturated'] },
    start(shop, atMs) {
      let on = true;
      const stepMs = 5_000;
      const go = (nowMs: number): void => {
        if (!on) return;
        burden(shop, 'report', 7, nowMs, nowMs + stepMs);
        shop.agenda.at(nowMs + stepMs, go);
      };
      go(atMs);
      return () => {
        on = false;
      };
    },
  },
  {
    name: 'disk-full', title: 'Disk full', incidents: 1,
    about: 'The disk of node-6 fills up. Services that write files there fail: pictures and invoices.',
    truth: { entity: 'host:node-6', kinds: ['disk_full', 'host_saturated'] },
    start(shop, atMs) {
      const host = shop.hosts.get('node-6') as Host;
      const before = host.disk;
      let on = true;
      const fill = (nowMs: number): void => {
        if (!on) return;
        host.disk = Math.min(1, host.disk + 0.04);
        shop.agenda.at(nowMs + 5_000, fill);
      };
      fill(atMs);
      return () => {
        on = false;
        host.disk = before;
      };
    },
  },
  {
    name: 'network-latency', title: 'Slow network between two services', incidents: 1,
    about: 'A route between the storefront and the catalogue takes a detour: each way costs 140 ms more, though both programs are as fast as ever.',
    truth: { entity: `edge:${serviceId('storefront')}→${serviceId('catalogue')}`, orElse: [serviceId('storefront'), serviceId('catalogue')], kinds: ['network'] },
    start(shop) {
      shop.levers.network.set('storefront>catalogue', 140);
      return () => void shop.levers.network.delete('storefront>catalogue');
    },
  },
];
