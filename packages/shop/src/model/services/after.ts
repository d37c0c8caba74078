import { Severity } from '../records.ts';
import { publish } from '../queue.ts';
import type { ServiceSpec } from '../state.ts';
import { call, external, log, query, together, wait, work } from '../verbs.ts';
import { writeFile } from './goods.ts';

/** What happens after the order: queue consumers, shipping, invoices, mail, reports. */

export const parcelHost = 'api.parcelhub.example';
export const mailHost = 'smtp-relay.mailout.example';

export const orderProcessor: ServiceSpec = {
  name: 'order-processor', language: 'java', version: '2.6.0', hosts: ['node-1', 'node-2'], port: 8090, protocol: 'none', workers: 16, memoryMiB: { base: 360, limit: 768 },
  operations: {
    'process order-events'(frame) {
      work(frame, 2.2);
      call(frame, 'inventory', 'shop.inventory.v1.Inventory/Commit', { timeoutMs: 2_000, retries: 2 });
      together(frame,
        (side) => void call(side, 'shipping', 'POST /shipments', { timeoutMs: 6_000, retries: 1 }),
        (side) => void call(side, 'invoice', 'POST /invoices', { timeoutMs: 4_000, retries: 1 }));
      call(frame, 'order', 'PUT /orders/{orderId}/status', { timeoutMs: 3_000, retries: 1 });
      call(frame, 'notification', 'POST /notifications', { timeoutMs: 2_000, optional: true });
      log(frame, Severity.info, `Order ${frame.errand.order} handed to shipping`);
    },
  },
};

export const shipping: ServiceSpec = {
  name: 'shipping', language: 'nodejs', version: '4.0.2', hosts: ['node-3', 'node-5'], port: 3002, protocol: 'http', workers: 64, memoryMiB: { base: 150, limit: 384 },
  operations: {
    'POST /shipments'(frame) {
      work(frame, 1.8);
      external(frame, { host: parcelHost, operation: 'POST /v2/labels', ms: 180, timeoutMs: 4_000, retries: 1 });
      work(frame, 1);
    },
  },
};

export const invoice: ServiceSpec = {
  name: 'invoice', language: 'dotnet', version: '1.19.5', hosts: ['node-2', 'node-6'], port: 8091, protocol: 'http', workers: 32, memoryMiB: { base: 210, limit: 512 }, pools: { orders: 6 },
  operations: {
    'POST /invoices'(frame) {
      work(frame, 22, 0.3);
      writeFile(frame, 'invoice.pdf');
      query(frame, 'invoices.insert');
    },
  },
};

export const notification: ServiceSpec = {
  name: 'notification', language: 'nodejs', version: '2.2.8', hosts: ['node-4', 'node-6'], port: 3003, protocol: 'http', workers: 64, memoryMiB: { base: 130, limit: 384 },
  operations: {
    'POST /notifications'(frame) {
      work(frame, 1.5);
      publish(frame, 'email-jobs', frame.errand.customer);
    },
  },
};

export const emailWorker: ServiceSpec = {
  name: 'email-worker', language: 'python', version: '1.3.1', hosts: ['node-5'], port: 8092, protocol: 'none', workers: 8, memoryMiB: { base: 140, limit: 384 },
  operations: {
    'process email-jobs'(frame) {
      work(frame, 6);
      external(frame, { host: mailHost, operation: 'POST /v3/send', ms: 90, timeoutMs: 5_000, retries: 2 });
      log(frame, Severity.info, `Mail "order confirmation" sent to customer ${frame.errand.customer}`);
    },
  },
};

export const report: ServiceSpec = {
  // A job's CPU is what jobs.ts takes from its host; here it only takes time.
  name: 'report', language: 'python', version: '0.8.0', hosts: ['node-4'], port: 8093, protocol: 'none', workers: 4, memoryMiB: { base: 180, limit: 2048 }, pools: { orders: 3 },
  operations: {
    'sales-rollup'(frame) {
      wait(frame, 20);
      query(frame, 'sales.rollup');
      wait(frame, 45);
      log(frame, Severity.info, `Job sales-rollup finished`);
    },
    'basket-analysis'(frame) {
      query(frame, 'sales.rollup');
      wait(frame, 900, 0.2);
      log(frame, Severity.info, `Job basket-analysis: partition done`);
    },
  },
};
