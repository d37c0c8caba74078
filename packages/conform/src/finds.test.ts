import { afterEach, describe, expect, test } from 'vitest';
import { startSmallReceiver } from './fixture/small-receiver.ts';
import type { Fault } from './fixture/small-receiver.ts';
import type { Result } from './result.ts';
import { runCases } from './run.ts';
import { makeSelect } from './select.ts';
import { defaultTarget } from './target.ts';

/** Is it a test if it cannot fail? A receiver that does one thing wrong is found out, and under the right item. */
let close = (): void => undefined;
afterEach(() => close());

async function judge(fault: Fault): Promise<readonly Result[]> {
  const { url, server } = await startSmallReceiver(fault);
  close = () => { server.closeAllConnections(); server.close(); };
  const select = makeSelect(`${fault === null || fault === 'closes after each answer' ? '15,' : ''}3,10,19,20,21,22,23,25,26,29,32,34,35,37,41,42,43,71,84`);
  return runCases({ ...defaultTarget, http: url, timeoutMs: 5_000 }, { select: (each, door) => select(each, door) && door?.signal === 'traces' && door.encoding !== 'grpc' });
}
const failing = (results: readonly Result[]): readonly number[] => [...new Set(results.filter(({ outcome }) => outcome === 'fail').map((result) => result.case.item))];

describe('a small receiver', () => {
  test('that does nothing wrong fails only for BadRequest, which it does not have', async () => {
    const results = await judge(null);
    expect(results.filter(({ outcome }) => outcome === 'fail').map(({ id }) => id)).toEqual(['errors/42/bad-data-comes-with-badrequest/traces/json', 'errors/42/bad-data-comes-with-badrequest/traces/protobuf']);
    expect(results.filter(({ outcome }) => outcome === 'pass').length).toBeGreaterThan(100);
  });

  test.each<[NonNullable<Fault>, readonly number[]]>([
    ['answers 202', [3]],
    ['sets an empty partial_success', [34, 42]],
    ['refuses in plain text', [23, 41]],
    ['answers protobuf in JSON', [19, 23, 34]],
    ['asks for a retry of bad data', [25, 29, 42, 43, 84]],
    ['answers 500 to bad data', [25, 29, 42, 84]],
    ['takes anything', [23, 25, 29, 42, 84]],
    ['closes after each answer', [15, 42]],
    ['counts as a number', [37, 42]],
    ['counts wrongly', [37, 42]],
    ['partial success without words', [37, 42]],
    ['does not know gzip', [26, 29, 42]],
    ['minds unknown members', [71, 42]],
    ['compresses unasked', [19, 20, 32, 34]],
  ])('that %s is found out', async (fault, items) => {
    expect(failing(await judge(fault))).toEqual(expect.arrayContaining([...items]));
  });

  test('a fault of a policy differs, and is no failure', async () => {
    // 26: it does not know x-gzip and GZIP either.
    const results = await judge('minds parameters of the type');
    expect(failing(results)).toEqual([42]);
    expect([...new Set(results.filter(({ outcome }) => outcome === 'differs').map((result) => result.case.item))]).toEqual([21, 26]);
  });
});
