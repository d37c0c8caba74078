import { writeRequest } from '@clew/otlp';
import type { Signal } from '@clew/otlp';
import { oracleDecode, requestNames } from '../../packages/otlp/src/fixture/oracle.ts';
import { canonical } from '../../packages/otlp/src/fixture/rebuild.ts';

/**
 * Says whether protobufjs reads the same message out of these bytes as we do. Both sides are written again and read by
 * the oracle, so that the order of fields and several pieces of one message make no difference.
 */
export function compareWithOracle(signal: Signal, input: Uint8Array, message: object): string {
  const name = requestNames[signal];
  let theirs: object;
  try {
    theirs = oracleDecode(name, input);
  } catch {
    // It does not merge a message that came in pieces of which one alone is not whole, and knows no limit of depth.
    return 'oracle refuses';
  }
  const ours = oracleDecode(name, writeRequest(signal, message));
  if (canonical(ours) === canonical(theirs)) return 'oracle agrees';
  throw new Difference(canonical(ours), canonical(theirs));
}

export class Difference extends Error {
  constructor(ours: string, theirs: string) {
    let at = 0;
    while (at < ours.length && ours[at] === theirs[at]) at++;
    const near = (text: string): string => text.slice(Math.max(0, at - 120), at + 120);
    super(`BUG: we read …${near(ours)}…, the oracle …${near(theirs)}…`);
  }
}
