import { Severity } from '../records.ts';
import type { Operation, ServiceSpec } from '../state.ts';
import { cached, call, log, query, together, work } from '../verbs.ts';

/** What people touch: the gateway and the storefront API behind it. */

const GATEWAY_TIMEOUT_MS = 10_000;

function proxy(service: string, operation: string): Operation {
  return (frame) => {
    work(frame, 0.7);
    call(frame, service, operation, { timeoutMs: GATEWAY_TIMEOUT_MS });
    work(frame, 0.3);
  };
}

const toStorefront = ['GET /', 'GET /products/{productId}', 'GET /search', 'GET /cart', 'POST /cart/items', 'POST /checkout', 'GET /orders', 'POST /reviews'] as const;

export const gateway: ServiceSpec = {
  name: 'gateway', language: 'go', version: '1.29.4', hosts: ['node-1', 'node-2'], port: 8080, protocol: 'http', workers: 256, memoryMiB: { base: 96, limit: 256 },
  operations: {
    ...Object.fromEntries(toStorefront.map((operation) => [operation, proxy('storefront', operation)])),
    'POST /login': proxy('user', 'POST /login'),
    'GET /images/{productId}': proxy('image', 'GET /images/{productId}'),
  },
};

export const storefront: ServiceSpec = {
  name: 'storefront', language: 'nodejs', version: '5.17.0', hosts: ['node-1', 'node-2', 'node-3'], port: 3000, protocol: 'http', workers: 64, memoryMiB: { base: 190, limit: 512 },
  operations: {
    'GET /'(frame) {
      work(frame, 2);
      together(frame,
        (side) => void call(side, 'catalogue', 'GET /featured', { timeoutMs: 2_500, retries: 1 }),
        (side) => void call(side, 'recommendation', 'GET /recommendations/{userId}', { timeoutMs: 900, optional: true }));
      work(frame, 3);
    },
    'GET /products/{productId}'(frame) {
      work(frame, 1.5);
      call(frame, 'catalogue', 'GET /products/{productId}', { timeoutMs: 2_500, retries: 1 });
      together(frame,
        (side) => void call(side, 'pricing', 'shop.pricing.v1.Pricing/Quote', { timeoutMs: 1_500 }),
        (side) => void call(side, 'inventory', 'shop.inventory.v1.Inventory/Available', { timeoutMs: 1_500, optional: true }),
        (side) => void call(side, 'review', 'GET /products/{productId}/reviews', { timeoutMs: 1_500, optional: true }));
      work(frame, 2.5);
    },
    'GET /search'(frame) {
      work(frame, 1.2);
      call(frame, 'search', 'GET /query', { timeoutMs: 4_000 });
      work(frame, 2);
    },
    'GET /cart'(frame) {
      work(frame, 1);
      call(frame, 'cart', 'GET /carts/{userId}', { timeoutMs: 2_000, retries: 1 });
      work(frame, 1.2);
    },
    'POST /cart/items'(frame) {
      work(frame, 1);
      call(frame, 'inventory', 'shop.inventory.v1.Inventory/Available', { timeoutMs: 1_500 });
      call(frame, 'cart', 'POST /carts/{userId}/items', { timeoutMs: 2_000 });
      work(frame, 0.8);
    },
    'POST /checkout'(frame) {
      work(frame, 1.5);
      call(frame, 'checkout', 'POST /checkouts', { timeoutMs: 9_000 });
      work(frame, 1.5);
    },
    'GET /orders'(frame) {
      work(frame, 1);
      call(frame, 'order', 'GET /customers/{userId}/orders', { timeoutMs: 6_000 });
      work(frame, 1.5);
    },
    'POST /reviews'(frame) {
      work(frame, 1);
      call(frame, 'review', 'POST /reviews', { timeoutMs: 2_000 });
    },
  },
};

export const user: ServiceSpec = {
  name: 'user', language: 'go', version: '2.8.1', hosts: ['node-3', 'node-5'], port: 8081, protocol: 'http', workers: 128, memoryMiB: { base: 88, limit: 256 }, pools: { users: 12 },
  operations: {
    'POST /login'(frame) {
      query(frame, 'users.byEmail');
      work(frame, 18);
      cached(frame, 'HSET', `session:${frame.errand.customer}`);
      log(frame, Severity.info, `Customer ${frame.errand.customer} signed in`);
    },
    'GET /users/{userId}'(frame) {
      if (!cached(frame, 'HGETALL', `user:${frame.errand.customer}`, 0.8)) query(frame, 'users.get');
      work(frame, 0.6);
    },
  },
};
