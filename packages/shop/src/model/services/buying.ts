import { Severity } from '../records.ts';
import { publish } from '../queue.ts';
import { Failure, type ServiceSpec } from '../state.ts';
import { call, external, log, query, stored, together, work } from '../verbs.ts';

/** What happens between the cart and the money. */

export const cardHost = 'api.cardwise.example';

export const cart: ServiceSpec = {
  name: 'cart', language: 'java', version: '2.11.3', hosts: ['node-1', 'node-4'], port: 8086, protocol: 'http', workers: 48, memoryMiB: { base: 380, limit: 768 },
  operations: {
    'GET /carts/{userId}'(frame) {
      work(frame, 1.1);
      stored(frame, 'HGETALL', `cart:${frame.errand.customer}`);
      call(frame, 'pricing', 'shop.pricing.v1.Pricing/Quote', { timeoutMs: 1_500 });
      work(frame, 0.7);
    },
    'POST /carts/{userId}/items'(frame) {
      work(frame, 1.2);
      stored(frame, 'HSET', `cart:${frame.errand.customer}`);
      call(frame, 'pricing', 'shop.pricing.v1.Pricing/Quote', { timeoutMs: 1_500 });
      work(frame, 0.6);
      if (frame.shop.random.chance(0.2)) log(frame, Severity.info, `Added ${frame.errand.product} to cart of ${frame.errand.customer}`);
    },
    'DELETE /carts/{userId}'(frame) {
      work(frame, 0.7);
      stored(frame, 'DEL', `cart:${frame.errand.customer}`);
    },
  },
};

export const checkout: ServiceSpec = {
  name: 'checkout', language: 'dotnet', version: '3.8.2', hosts: ['node-2', 'node-3'], port: 8087, protocol: 'http', workers: 48, memoryMiB: { base: 230, limit: 512 },
  operations: {
    'POST /checkouts'(frame) {
      work(frame, 2.5);
      together(frame,
        (side) => void call(side, 'user', 'GET /users/{userId}', { timeoutMs: 1_500 }),
        (side) => void call(side, 'cart', 'GET /carts/{userId}', { timeoutMs: 2_000 }));
      call(frame, 'inventory', 'shop.inventory.v1.Inventory/Reserve', { timeoutMs: 2_000 });
      call(frame, 'fraud', 'shop.fraud.v1.Fraud/Check', { timeoutMs: 4_000 });
      call(frame, 'payment', 'POST /payments', { timeoutMs: 7_000 });
      call(frame, 'order', 'POST /orders', { timeoutMs: 5_000 });
      call(frame, 'cart', 'DELETE /carts/{userId}', { timeoutMs: 2_000, optional: true });
      work(frame, 1.5);
      log(frame, Severity.info, `Order ${frame.errand.order} placed, total ${(frame.errand.cents / 100).toFixed(2)} EUR`);
    },
  },
};

export const fraud: ServiceSpec = {
  name: 'fraud', language: 'python', version: '6.0.4', hosts: ['node-4', 'node-5'], port: 9092, protocol: 'grpc', transport: 'grpc', workers: 24, memoryMiB: { base: 340, limit: 768 },
  operations: {
    'shop.fraud.v1.Fraud/Check'(frame) {
      work(frame, 3);
      call(frame, 'order', 'GET /customers/{userId}/orders', { timeoutMs: 3_500 });
      work(frame, 16, 0.4);
      if (frame.shop.random.chance(0.02)) log(frame, Severity.warn, `Risk score ${frame.shop.random.integer(70, 95)} for customer ${frame.errand.customer}, manual review`);
    },
  },
};

export const payment: ServiceSpec = {
  name: 'payment', language: 'java', version: '7.4.1', hosts: ['node-1', 'node-5'], port: 8088, protocol: 'http', workers: 40, memoryMiB: { base: 410, limit: 768 }, pools: { payments: 8 },
  operations: {
    'POST /payments'(frame) {
      work(frame, 2);
      query(frame, 'payments.insert');
      try {
        external(frame, { host: cardHost, operation: 'POST /v1/charges', ms: 130, timeoutMs: 5_000, retries: 0, refuseShare: 0.025, refuseStatus: 402 });
      } catch (failure) {
        if (failure instanceof Failure && failure.business) log(frame, Severity.info, `Card declined for order ${frame.errand.order}`);
        throw failure;
      }
      query(frame, 'payments.state');
      work(frame, 1);
      log(frame, Severity.info, `Charged ${(frame.errand.cents / 100).toFixed(2)} EUR for order ${frame.errand.order}`);
    },
  },
};

export const order: ServiceSpec = {
  name: 'order', language: 'java', version: '5.1.0', hosts: ['node-3', 'node-6'], port: 8089, protocol: 'http', workers: 48, memoryMiB: { base: 450, limit: 1024 }, pools: { orders: 8 },
  operations: {
    'POST /orders'(frame) {
      work(frame, 1.8);
      query(frame, 'orders.insert');
      query(frame, 'items.insert');
      publish(frame, 'order-events', frame.errand.order);
      work(frame, 0.8);
    },
    'GET /customers/{userId}/orders'(frame) {
      work(frame, 1.2);
      query(frame, 'orders.byCustomer');
      work(frame, 1);
    },
    'PUT /orders/{orderId}/status'(frame) {
      work(frame, 1);
      query(frame, 'orders.get');
      query(frame, 'orders.status');
    },
  },
};
