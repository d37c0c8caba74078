import { answerWords, readAnswer } from '../answer.ts';
import { itemOf } from '../items/table.ts';
import { toCurl } from '../reproduce.ts';
import type { Result } from '../result.ts';

export const sentWords = ({ sent }: Result['exchanges'][number]): string => `${sent.protocol} ${sent.method} ${sent.url}, ${sent.body.length} bytes${sent.headers['content-type'] === undefined ? '' : ` of ${sent.headers['content-type']}`}`;

/** Everything about one result, for people. */
export function describeResult(result: Result): string {
  const item = itemOf(result.case.item);
  const exchanges = result.exchanges.map((each) => `  sent  ${sentWords(each)}\n  got   ${answerWords(readAnswer(each))}`);
  return [
    `${result.id}: ${result.outcome}`,
    `  ${result.case.level} · item ${item.number} · ${item.source}: ${item.sentence}`,
    `  right: ${result.case.right}`,
    ...(result.reason === '' ? [] : [`  ${result.outcome === 'skipped' ? 'why' : 'wrong'}: ${result.reason}`]),
    ...exchanges,
  ].join('\n');
}

/** The command that shows it; null where nothing was sent. */
export function reproduceWords(result: Result): string | null {
  const last = result.exchanges.at(-1);
  return last === undefined ? null : toCurl(last.sent, null);
}
