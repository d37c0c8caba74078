import { MalformedOtlp } from '@clew/otlp';
import { CodedError } from '../../packages/server/src/errors.ts';

/** The words for a refusal that a decoder may give. Everything else that is thrown is thrown on. */
export function refusal(error: unknown): string {
  if (error instanceof MalformedOtlp) return `malformed ${skeleton(error.message)}`;
  if (error instanceof CodedError && error.code !== 'internal') return `${error.code} ${skeleton(error.message)}`;
  throw error;
}

export function attempt(run: () => string): string {
  try {
    return run();
  } catch (error) {
    return refusal(error);
  }
}

/** Without numbers and quotations: those come from the input and make every message a new one. */
const skeleton = (message: string): string => message.replaceAll(/\d+|"[^"]*"|'[^']*'|«[^»]*»/g, '#').slice(0, 80);

/** Sizes that differ by less than half are about the same. */
export const about = (count: number): number => (count === 0 ? 0 : 1 + Math.floor(Math.log2(count)));
