import { readRequest, writeRequest } from '@clew/otlp';
import { expect, test } from 'vitest';
import { readLogs } from './logs.ts';
import { severityOf } from './severity.ts';

test.each([
  ['ERROR', 17], ['Warning', 13], ['info', 9], ['[error]', 17], ['<notice>', 10], ['WARN:', 13], ['crit', 18], ['emerg', 21], ['fatal', 21], ['trace', 1], ['SEVERE', 17], ['Information', 9],
  ['', 0], ['error code 5', 0], ['constructor', 0], ['ERROR2', 0], ['E', 0],
])('%j is %d', (text, number) => expect(severityOf(text)).toBe(number));

test('the number that was sent stands; the text is asked only where there is none, and is kept', () => {
  const batch = readRequest('logs', writeRequest('logs', { resourceLogs: [{ scopeLogs: [{ logRecords: [{ severityNumber: 9, severityText: 'ERROR' }, { severityText: 'ERROR' }, { severityText: 'odd' }, {}] }] }] }));
  expect([...readLogs(batch, 0).severity]).toEqual([9, 17, 0, 0]);
  expect([...batch.severity]).toEqual([9, 0, 0, 0]);
});
