import { expect, test } from 'vitest';
import { refusalReasons } from '../../../otlp/src/batch.ts';
import { errorTable } from '../../../server/src/errors.ts';
import { droppedLimits } from '../../../server/src/intake/limit-words.ts';
import { quotaReasons } from '../../../server/src/intake/quota-reasons.ts';
import { sayIngestNext } from './ingest-next.ts';
import { ingestNext } from './table/ingest-next.ts';

const codes = Object.keys(ingestNext).map((key) => key.slice('ingestNext.'.length));

test('every reason of refused items and every limit that drops items has words in both languages', () => {
  expect([...Object.keys(refusalReasons), ...Object.keys(quotaReasons), ...Object.keys(droppedLimits), 'late'].filter((code) => !codes.includes(code))).toEqual([]);
});

test('words stand for reasons that there are', () => {
  const known = new Set([...Object.keys(errorTable), ...Object.keys(refusalReasons), ...Object.keys(quotaReasons), ...Object.keys(droppedLimits), 'late']);
  expect(codes.filter((code) => !known.has(code))).toEqual([]);
});

test('English is what the server says; what we have no words for is said as the server says it', () => {
  expect(sayIngestNext('en', 'too_large', 'Send less.')).toBe('Send less.');
  expect(sayIngestNext('zh', 'too_large', 'Send less.')).toContain('request-bytes-max');
  expect(sayIngestNext('zh', 'zipkin.ids', 'Correct it.')).toBe('Correct it.');
});
