import { ValueKind } from '@clew/otlp';
import type { LogBatch, SpanBatch } from '@clew/otlp';
import { SpanKind } from '../model/index.ts';
import type { RowValues } from '../model/index.ts';
import type { Texts } from './attributes.ts';

/**
 * What spans of requests and log records say besides their operation or text: tenant, feature flag, plan, region of the customer … Everything that the
 * conventions use for transport, place in the code or a single person is left out: it tells single requests apart, not groups of them.
 */
const notTelling = /^(?:http|url|net|network|server|client|source|destination|peer|rpc|db|messaging|user_agent|code|thread|exception|error|otel|telemetry|user|enduser|session|graphql|tls|process|cpu|log|event|span|trace|faas\.invocation)(?:\.|_id$)/;
const nameOfOne = /(?:^|[._])(?:id|uuid|guid|key|token|hash|time|timestamp|email|ip)$/i;
const valueCharsMax = 80;
/** Values of one request of telemetry; beyond it they are left out (counted by features as `attribute_values_over_limit`). */
const pairsMax = 4_096;

export interface ValueReader { readonly values: RowValues & { readonly row: number[]; readonly pair: number[]; readonly pairs: (readonly [string, string])[] }; readonly known: Map<number, number> }

export function openValues(): ValueReader {
  return { values: { row: [], pair: [], pairs: [], left: 0 }, known: new Map() };
}

/** May attributes of this name tell groups of requests apart? `tenant.id` may: it names many people at once. */
export function mayTell(name: string): boolean {
  return name === 'tenant.id' || (!notTelling.test(name) && !nameOfOne.test(name));
}

/** Takes down one attribute of a request's span or of a log record; numbers are measurements and left out. */
export function readRowValue({ values, known }: ValueReader, { attributes: { keys, kinds, numbers } }: SpanBatch | LogBatch, texts: Texts, row: number, at: number): void {
  const kind = kinds[at];
  if (kind !== ValueKind.string && kind !== ValueKind.bool) return;
  const code = keys[at] * 67_108_864 + (kind === ValueKind.bool ? numbers[at] : numbers[at] + 2);
  let pair = known.get(code);
  if (pair === undefined) {
    const value = kind === ValueKind.bool ? (numbers[at] === 0 ? 'false' : 'true') : texts(numbers[at]);
    const isKept = value !== '' && value.length <= valueCharsMax && values.pairs.length < pairsMax;
    if (values.pairs.length >= pairsMax) values.left++;
    pair = isKept ? values.pairs.push([texts(keys[at]), value]) - 1 : -1;
    if (values.pairs.length < pairsMax) known.set(code, pair);
  }
  if (pair < 0) return;
  values.row.push(row);
  values.pair.push(pair);
}

/** What a log record says of itself, of its place in the code, or of how things went, which its severity and text say too. */
const ofRecord = /(?:^|[._])(?:level|severity|message|msg|logger|stack|stacktrace|file|line|function|caller|result|outcome|status|state|reason|cause|attempt|retry)$/i;

/** The same of log records. */
export function mayTellOfRecords(name: string): boolean {
  return mayTell(name) && !ofRecord.test(name);
}

export function isRequest(kind: number): boolean {
  return kind === SpanKind.server || kind === SpanKind.consumer;
}
