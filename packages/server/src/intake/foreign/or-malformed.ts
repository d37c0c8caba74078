import { MalformedOtlp } from '@clew/otlp';
import { CodedError } from '../../errors.ts';

/** What the wire's own reader or writer complains of, as a row of the error table. */
export function orMalformed<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    if (error instanceof MalformedOtlp) throw new CodedError('malformed', error.at, { detail: error.message, cause: error });
    throw error;
  }
}
