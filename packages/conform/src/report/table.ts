import { items, sectionNames, sectionOf } from '../items/table.ts';
import type { Result } from '../result.ts';
import { tallyOf } from '../result.ts';
import type { Outcome } from '../case.ts';
import { doorWords } from '../case.ts';
import { reproduceWords } from './describe.ts';

interface TableOptions { readonly isColoured: boolean; readonly isVerbose: boolean }

const marks: Readonly<Record<Outcome, string>> = { pass: 'ok', fail: 'FAIL', differs: 'differs', skipped: 'skipped' };
const colours: Readonly<Record<Outcome, number>> = { pass: 32, fail: 31, differs: 33, skipped: 90 };

/** One line for each case, its doors counted; below it those that did not pass, with what came and how to see it again. */
export function toTable(results: readonly Result[], { isColoured, isVerbose }: TableOptions): string {
  const paint = (outcome: Outcome, text: string): string => (isColoured ? `\u001b[${colours[outcome]}m${text}\u001b[0m` : text);
  const lines: string[] = [];
  for (const section of sectionNames) {
    const groups = Map.groupBy(results.filter((each) => sectionOf(each.case.item) === section), (each) => each.case);
    if (groups.size === 0) continue;
    lines.push('', section.toUpperCase());
    for (const [each, runs] of groups) {
      const tally = tallyOf(runs);
      const outcome = tally.fail > 0 ? 'fail' : tally.differs > 0 ? 'differs' : tally.pass > 0 ? 'pass' : 'skipped';
      lines.push(`${paint(outcome, marks[outcome].padEnd(8))}${String(each.item).padStart(4)}  ${each.level.padEnd(7)} ${each.name}${runs.length > 1 ? `  (${tally.pass}/${runs.length})` : ''}`);
      lines.push(...details(runs, isVerbose));
    }
  }
  return `${lines.slice(1).join('\n')}\n\n${summary(results)}\n`;
}

/** Runs with the same trouble are told once. */
function details(runs: readonly Result[], isVerbose: boolean): readonly string[] {
  const troubled = runs.filter(({ outcome }) => outcome === 'fail' || outcome === 'differs' || (isVerbose && outcome === 'skipped'));
  return troubled.flatMap((run) => {
    const again = run.outcome === 'skipped' ? null : reproduceWords(run);
    return [`${' '.repeat(22)}${run.door === null ? '' : `${doorWords(run.door)}: `}${run.reason}`, ...(again === null ? [] : [`${' '.repeat(24)}${again}`])];
  });
}

function summary(results: readonly Result[]): string {
  const { pass, fail, differs, skipped } = tallyOf(results);
  const cases = new Set(results.map((each) => each.case)).size;
  const untestable = items.filter((item) => item.untestable !== '').length;
  return `${cases} cases, ${results.length} runs: ${pass} passed, ${fail} failed, ${differs} differ (policy), ${skipped} skipped. ${untestable} of ${items.length} items cannot be seen from outside (--list names them).`;
}

/** Every case and every item that has none, without running anything. */
export function toList(cases: readonly Result['case'][]): string {
  const byItem = Map.groupBy(cases, (each) => each.item);
  const lines = items.flatMap((item) => {
    const own = byItem.get(item.number) ?? [];
    const head = `${String(item.number).padStart(4)}  ${item.level.padEnd(7)} ${item.sentence}  [${item.source}]`;
    return [head, ...(item.untestable === '' ? [] : [`${' '.repeat(14)}not tested: ${item.untestable}`]), ...own.map((each) => `${' '.repeat(14)}${each.level.padEnd(7)} ${each.name} (${Math.max(1, each.doors.length)})`)];
  });
  const runs = cases.reduce((total, each) => total + Math.max(1, each.doors.length), 0);
  return `${lines.join('\n')}\n\n${cases.length} cases, ${runs} runs, over ${byItem.size} of ${items.length} items\n`;
}
