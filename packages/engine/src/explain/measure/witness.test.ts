import { expect, test } from 'vitest';
import { contrastStretches } from './witness.ts';
import type { LogRow, SpanRow } from './visits.ts';

/** `shop` calls `cart` and `stock`; `cart` asks its `db`. Twenty requests a stretch. */
interface Fault { readonly wayTo?: string; readonly wayFrom?: string; readonly slow?: string; readonly silent?: string; readonly failing?: string }

function stretch(fault: Fault): { spans: SpanRow[]; logs: LogRow[] } {
  const spans: SpanRow[] = [];
  const logs: LogRow[] = [];
  for (let request = 0; request < 20; request++) {
    const traceId = `t${request}`;
    const span = (spanId: string, parentId: string, node: string, operation: string, startMs: number, durationMs: number): number => {
      spans.push({ traceId, spanId, parentId, node, operation, startMs, durationMs: durationMs + (request % 3) });
      return durationMs;
    };
    const work = (node: string): number => 20 + (fault.slow === node ? 200 : 0);
    const way = (from: string, to: string): number => 4 + (fault.wayTo === to || fault.wayFrom === from ? 300 : 0);
    const write = (node: string, spanId: string): void => {
      if (fault.silent !== node) logs.push({ traceId, spanId, node, template: 'done', severity: 9 });
      if (fault.failing === node) logs.push({ traceId, spanId, node, template: 'boom', severity: 17 });
    };
    let atMs = 10;
    const call = (node: string, inside: () => number): number => {
      const beginMs = atMs;
      const server = work(node) + inside();
      span(`${node} in`, `to ${node}`, node, 'handle', beginMs + 2, server);
      write(node, `${node} in`);
      return span(`to ${node}`, 'shop in', 'shop', `GET ${node}`, beginMs, server + way('shop', node));
    };
    const cart = call('cart', () => span('db', 'cart in', 'cart', 'SELECT', atMs + 5, 5));
    atMs += cart;
    const stock = call('stock', () => 0);
    span('shop in', '', 'shop', 'checkout', 0, work('shop') + cart + stock);
    write('shop', 'shop in');
  }
  return { spans, logs };
}

function blamed(fault: Fault): string | undefined {
  const before = stretch({});
  const after = stretch(fault);
  return contrastStretches({ spans: { before: before.spans, after: after.spans }, logs: { before: before.logs, after: after.logs }, metrics: [] })[0]?.node;
}

test('nothing changed, nobody is blamed', () => {
  expect(blamed({})).toBeUndefined();
});

test('a node that works longer, also when its caller waits for it', () => {
  expect(blamed({ slow: 'stock' })).toBe('stock');
  expect(blamed({ slow: 'shop' })).toBe('shop');
});

test('one way of several is the callee\'s, all ways out are the caller\'s', () => {
  expect(blamed({ wayTo: 'cart' })).toBe('cart');
  expect(blamed({ wayFrom: 'shop' })).toBe('shop');
});

test('a line that is missing and an error that is new', () => {
  expect(blamed({ silent: 'cart' })).toBe('cart');
  expect(blamed({ failing: 'stock' })).toBe('stock');
});

test('a runaway process is seen in its metric', () => {
  const { spans, logs } = stretch({});
  const metrics = [{ node: 'db', name: 'db cpu', of: 'cpu' as const, before: [1, 1.1, 0.9, 1, 1.05], after: [90, 95, 92] }];
  expect(contrastStretches({ spans: { before: spans, after: spans }, logs: { before: logs, after: logs }, metrics })[0]?.node).toBe('db');
});
