import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import type { Notice } from '@clew/engine';
import { noticeLimits, readNotice, writeNotice } from './notice.ts';

const text = (max: number, min = 0) => fc.string({ unit: 'binary', minLength: min, maxLength: Math.floor(max / 2) });
const time = fc.nat(8_640_000_000_000);
const notices: fc.Arbitrary<Notice> = fc.oneof(
  fc.record({ kind: fc.constant('finding_verdict' as const), finding: text(noticeLimits.idChars, 1), verdict: fc.constantFrom('real' as const, 'noise' as const, null), by: text(noticeLimits.nameChars), atMs: time }),
  fc.record({ kind: fc.constant('incident_verdict' as const), incident: text(noticeLimits.idChars, 1), cause: fc.option(text(noticeLimits.idChars, 1)), by: text(noticeLimits.nameChars), atMs: time }),
  fc.record({ kind: fc.constant('maintenance' as const), id: text(40, 1), entity: fc.option(text(80, 1)), fromMs: time, toMs: time, reason: text(noticeLimits.reasonChars), by: text(noticeLimits.nameChars), atMs: time }),
  fc.record({ kind: fc.constant('maintenance_end' as const), id: text(40, 1), by: text(noticeLimits.nameChars), atMs: time }),
);

test('every notice comes back from the log as it went in', () => {
  fc.assert(fc.property(notices, (notice) => {
    expect(readNotice(writeNotice(notice))).toEqual(notice);
  }));
});

test('what is too long or not known is not written, and what is not one is told as our mistake', () => {
  const verdict: Notice = { kind: 'finding_verdict', finding: 'f', verdict: 'noise', by: '', atMs: 1 };
  expect(() => writeNotice({ ...verdict, by: 'x'.repeat(noticeLimits.nameChars + 1) })).toThrow();
  expect(() => writeNotice({ ...verdict, more: 1 } as Notice)).toThrow();
  expect(() => readNotice({ body: Buffer.from('{"kind":"finding_verdict"}') })).toThrow(/^BUG: a notice in the log/);
  expect(() => readNotice({ body: Buffer.from('nonsense') })).toThrow(/^BUG: a notice in the log/);
});
