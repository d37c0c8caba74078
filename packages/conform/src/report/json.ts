import { answerWords, readAnswer } from '../answer.ts';
import { items, itemOf, sectionOf } from '../items/table.ts';
import { toCurl } from '../reproduce.ts';
import { tallyOf } from '../result.ts';
import type { Result } from '../result.ts';
import type { Target } from '../target.ts';

/** What `-o json` prints. */
export interface JsonReport {
  readonly target: { readonly http: string | null; readonly grpc: string | null };
  readonly tally: ReturnType<typeof tallyOf>;
  readonly results: readonly JsonResult[];
  readonly untestable: readonly { readonly item: number; readonly reason: string }[];
}
export interface JsonResult {
  readonly id: string;
  readonly item: number;
  readonly section: string;
  readonly level: string;
  readonly name: string;
  readonly source: string;
  readonly sentence: string;
  readonly right: string;
  readonly outcome: string;
  readonly reason: string;
  readonly tookMs: number;
  readonly exchanges: readonly { readonly sent: { readonly protocol: string; readonly method: string; readonly url: string; readonly headers: object; readonly bodyBase64: string }; readonly got: string; readonly again: string }[];
}

export function toJsonReport(target: Target, results: readonly Result[]): JsonReport {
  return {
    target: { http: target.http, grpc: target.grpc },
    tally: tallyOf(results),
    results: results.map((result) => {
      const { item, level, name, right } = result.case;
      const { source, sentence } = itemOf(item);
      return {
        id: result.id, item, section: sectionOf(item), level, name, source, sentence, right, outcome: result.outcome, reason: result.reason, tookMs: Math.round(result.tookMs),
        exchanges: result.exchanges.map((each) => ({
          sent: { protocol: each.sent.protocol, method: each.sent.method, url: each.sent.url, headers: each.sent.headers, bodyBase64: each.sent.body.subarray(0, 4096).toString('base64') },
          got: answerWords(readAnswer(each)), again: toCurl(each.sent, null),
        })),
      };
    }),
    untestable: items.filter(({ untestable }) => untestable !== '').map(({ number, untestable }) => ({ item: number, reason: untestable })),
  };
}
