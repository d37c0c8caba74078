import { expect, test } from 'vitest';
import { enginePrint } from './engine-print.ts';

test('the same code has the same print', () => {
  expect(enginePrint()).toMatch(/^[0-9a-f]{16}$/);
  expect(enginePrint()).toBe(enginePrint());
});
