import type { Trial } from './trial.ts';

/** What a sentence asks: the specification's own words, or POLICY where it leaves the choice to the receiver. */
export type Level = 'MUST' | 'SHOULD' | 'POLICY';
export type Signal = 'traces' | 'metrics' | 'logs' | 'profiles';
export type Encoding = 'json' | 'protobuf' | 'grpc';
/** A way in: one signal in one encoding. */
export interface Door { readonly signal: Signal; readonly encoding: Encoding }

/** What a case cannot do without; a case whose need is not there is skipped with the reason. */
export type Need = 'http' | 'grpc' | 'read-back' | 'slow' | 'credentials' | 'cors-origin' | 'shared-port' | 'tls' | 'client-certificate' | 'limit' | 'paths';

/** pass · fail (MUST, SHOULD) · differs (POLICY: another choice than ours) · skipped (with the reason). */
export type Outcome = 'pass' | 'fail' | 'differs' | 'skipped';

export interface Case {
  /** Number in the checklist, 1 to 175. */
  readonly item: number;
  /** In a few words, one case of an item each; also the slug of its id. */
  readonly name: string;
  readonly level: Level;
  /** What is right, in words. */
  readonly right: string;
  /** It runs once for each; doors that are closed are skipped. */
  readonly doors: readonly Door[];
  readonly needs: readonly Need[];
  /** Runs with nothing beside it: it is heavy, or looks at timing. */
  readonly alone?: boolean;
  /** Runs although the door did not take one good item: it is about that. */
  readonly evenClosed?: boolean;
  /** Throws `Unmet` or `Skip`; anything else that is thrown counts as no usable answer. */
  run(trial: Trial): Promise<void> | void;
}

/** What came back is not what is right. */
export class Unmet extends Error {}
/** The case cannot say anything here; the message is the reason. */
export class Skip extends Error {}

export const signals: readonly Signal[] = ['traces', 'metrics', 'logs', 'profiles'];
export const stableSignals: readonly Signal[] = ['traces', 'metrics', 'logs'];
export const encodings: readonly Encoding[] = ['json', 'protobuf', 'grpc'];

/** Every combination, in the order given. */
export function doors(ofSignals: readonly Signal[], ofEncodings: readonly Encoding[]): readonly Door[] {
  return ofSignals.flatMap((signal) => ofEncodings.map((encoding) => ({ signal, encoding })));
}
export const everyDoor = doors(signals, encodings);
export const everyHttpDoor = doors(signals, ['json', 'protobuf']);
export const everyGrpcDoor = doors(signals, ['grpc']);
export const doorWords = ({ signal, encoding }: Door): string => `${signal}/${encoding}`;
