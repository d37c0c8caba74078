import { expect, test } from 'vitest';
import { incidentId } from './case.ts';

test('an id is readable and unique', () => {
  const atMs = Date.UTC(2026, 10, 22, 10, 15, 23);
  const none = (): boolean => false;
  expect(incidentId(atMs, 'service:shop/payment@prod', none)).toBe('inc-20261122-101523-shop-payment-prod');
  expect(incidentId(atMs, 'service:<b>支付</b>', none)).toBe('inc-20261122-101523-b-b');
  expect(incidentId(atMs, 'service:支付', none)).toBe('inc-20261122-101523-unnamed');
  expect(incidentId(atMs, 'service:a', (id) => id.endsWith('-a') || id.endsWith('-2'))).toBe('inc-20261122-101523-a-3');
});
