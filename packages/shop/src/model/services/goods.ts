import { Severity } from '../records.ts';
import { Failure, type Frame, type ServiceSpec } from '../state.ts';
import { cached, call, log, query, wait, work } from '../verbs.ts';

/** What is for sale: catalogue, search, recommendation, pricing, stock, reviews, pictures. */

const MISSING_PRODUCT_SHARE = 0.006;

function product(frame: Frame): void {
  if (frame.shop.random.chance(MISSING_PRODUCT_SHARE)) {
    query(frame, 'products.get');
    log(frame, Severity.info, `No product ${frame.errand.product}`);
    throw new Failure(404, '404', 'no such product', true);
  }
  if (!cached(frame, 'GET', `product:${frame.errand.product}`, 0.88)) {
    query(frame, 'products.get');
    cached(frame, 'SET', `product:${frame.errand.product}`);
  }
}

export const catalogue: ServiceSpec = {
  name: 'catalogue', language: 'java', version: '4.2.6', hosts: ['node-2', 'node-3', 'node-5'], port: 8082, protocol: 'http', workers: 48, memoryMiB: { base: 520, limit: 1024 }, pools: { catalogue: 10 },
  operations: {
    'GET /featured'(frame) {
      work(frame, 1.6);
      if (!cached(frame, 'GET', 'featured:home', 0.8)) query(frame, 'products.featured');
      work(frame, 1.2);
    },
    'GET /products/{productId}'(frame) {
      work(frame, 1.3);
      product(frame);
      work(frame, 0.8);
    },
    'POST /products/lookup'(frame) {
      work(frame, 1.4);
      query(frame, 'products.byIds');
      work(frame, 1);
    },
  },
};

/** A flag of the search service decides how hits are ranked. */
export const rankingFlag = 'semantic-ranking';
const semanticWorkMs = 130;

export const search: ServiceSpec = {
  name: 'search', language: 'rust', version: '0.31.2', hosts: ['node-4', 'node-6'], port: 8083, protocol: 'http', workers: 48, memoryMiB: { base: 610, limit: 1024 },
  operations: {
    'GET /query'(frame) {
      work(frame, 9, 0.5);
      if (frame.shop.levers.flags.get(rankingFlag) === 'on') work(frame, semanticWorkMs);
      call(frame, 'catalogue', 'POST /products/lookup', { timeoutMs: 2_500 });
      work(frame, 1);
      if (frame.shop.random.chance(0.05)) log(frame, Severity.info, `Query "${frame.errand.term}" found ${frame.shop.random.integer(3, 400)} products`);
    },
  },
};

export const recommendation: ServiceSpec = {
  name: 'recommendation', language: 'python', version: '1.14.0', hosts: ['node-5', 'node-6'], port: 8084, protocol: 'http', workers: 24, memoryMiB: { base: 420, limit: 1024 }, transport: 'json',
  operations: {
    'GET /recommendations/{userId}'(frame) {
      work(frame, 6, 0.45);
      if (!cached(frame, 'GET', `taste:${frame.errand.customer}`, 0.7)) {
        work(frame, 14);
        call(frame, 'catalogue', 'POST /products/lookup', { timeoutMs: 1_500 });
      }
      work(frame, 2);
    },
  },
};

export const pricing: ServiceSpec = {
  name: 'pricing', language: 'go', version: '3.0.9', hosts: ['node-4', 'node-5'], port: 9090, protocol: 'grpc', transport: 'grpc', workers: 128, memoryMiB: { base: 74, limit: 256 },
  operations: {
    'shop.pricing.v1.Pricing/Quote'(frame) {
      if (!cached(frame, 'HGETALL', `price:${frame.errand.product}`, 0.97)) work(frame, 4);
      work(frame, 2.2);
    },
  },
};

export const inventory: ServiceSpec = {
  name: 'inventory', language: 'go', version: '2.3.0', hosts: ['node-3', 'node-6'], port: 9091, protocol: 'grpc', dialect: 'old', workers: 128, memoryMiB: { base: 80, limit: 256 }, pools: { inventory: 10 },
  operations: {
    'shop.inventory.v1.Inventory/Available'(frame) {
      work(frame, 0.7);
      query(frame, 'stock.get');
    },
    'shop.inventory.v1.Inventory/Reserve'(frame) {
      work(frame, 0.9);
      query(frame, 'stock.reserve');
      if (frame.shop.random.chance(0.008)) throw new Failure(409, 'FAILED_PRECONDITION', 'out of stock', true);
    },
    'shop.inventory.v1.Inventory/Commit'(frame) {
      work(frame, 0.8);
      query(frame, 'stock.commit');
    },
  },
};

export const review: ServiceSpec = {
  name: 'review', language: 'ruby', version: '1.7.3', hosts: ['node-1', 'node-6'], port: 3001, protocol: 'http', dialect: 'old', transport: 'json', workers: 16, memoryMiB: { base: 260, limit: 512 }, pools: { reviews: 8 },
  operations: {
    'GET /products/{productId}/reviews'(frame) {
      work(frame, 3);
      query(frame, 'reviews.byProduct');
      work(frame, 2.2);
    },
    'POST /reviews'(frame) {
      work(frame, 2.5);
      query(frame, 'reviews.insert');
      log(frame, Severity.info, `Review of ${frame.errand.product} stored`);
    },
  },
};

export const image: ServiceSpec = {
  name: 'image', language: 'rust', version: '0.9.1', hosts: ['node-2', 'node-6'], port: 8085, protocol: 'http', workers: 64, memoryMiB: { base: 120, limit: 512 },
  operations: {
    'GET /images/{productId}'(frame) {
      work(frame, 1.2);
      wait(frame, 2.5);
      if (!frame.shop.random.chance(0.85)) {
        work(frame, 12);
        writeFile(frame, 'thumbnail');
      }
    },
  },
};

/** Needs room on the disk of its host. */
export function writeFile(frame: Frame, what: string): void {
  wait(frame, 1.5);
  if (frame.instance.host.disk >= 1) throw new Failure(500, 'ENOSPC', `write /var/lib/${frame.instance.service.spec.name}/${what}: no space left on device`);
}
