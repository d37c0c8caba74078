import { readRequest, writeRequest } from '@clew/otlp';
import type { Batch } from '@clew/otlp';
import { expect, test } from 'vitest';
import { makeWarnings } from './warnings.ts';

const twice = (times: number): Batch => readRequest('logs', writeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ attributes: Array.from({ length: times }, (_, i) => ({ key: 'k', value: { intValue: i } })) }] }] }] }));

test('a source is told once a minute, and everything is counted', () => {
  const warnings = makeWarnings();
  expect(warnings.tell(twice(1), 'a', 0)).toBeNull();
  expect(warnings.tell(twice(3), 'a', 0)).toContain('2 × attribute keys stood twice');
  expect(warnings.tell(twice(2), 'a', 59_999)).toBeNull();
  expect(warnings.tell(twice(2), 'b', 59_999)).toContain('1 ×');
  expect(warnings.tell(twice(2), 'a', 60_000)).toContain('1 ×');
  expect(warnings.counts()).toEqual({ duplicate_key: 5, infinite_bound: 0, entity_ref: 0 });
});
