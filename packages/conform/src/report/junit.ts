import { sectionNames, sectionOf } from '../items/table.ts';
import { tallyOf } from '../result.ts';
import type { Result } from '../result.ts';
import { describeResult, reproduceWords } from './describe.ts';

/** XML 1.0 has no way to write most control characters. */
const isWritable = (char: string): boolean => char >= ' ' ? char !== '\ufffe' && char !== '\uffff' : ['\t', '\n', '\r'].includes(char);
const escape = (text: string): string => Array.from(text, (char) => (isWritable(char) ? char : '\ufffd')).join('')
  .replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
const seconds = (results: readonly Result[]): string => (results.reduce((total, { tookMs }) => total + tookMs, 0) / 1000).toFixed(3);

/** JUnit's XML as CI servers read it; a policy that differs is told in system-out and is no failure. */
export function toJunit(results: readonly Result[]): string {
  const suites = sectionNames.flatMap((section) => {
    const own = results.filter((each) => sectionOf(each.case.item) === section);
    if (own.length === 0) return [];
    const { fail, skipped } = tallyOf(own);
    return [`  <testsuite name="${section}" tests="${own.length}" failures="${fail}" skipped="${skipped}" time="${seconds(own)}">\n${own.map(testCase).join('\n')}\n  </testsuite>`];
  });
  const { fail, skipped } = tallyOf(results);
  return `<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="clew-conform" tests="${results.length}" failures="${fail}" skipped="${skipped}" time="${seconds(results)}">\n${suites.join('\n')}\n</testsuites>\n`;
}

function testCase(result: Result): string {
  const head = `    <testcase classname="${sectionOf(result.case.item)}.${result.case.item}" name="${escape(result.id)}" time="${seconds([result])}"`;
  if (result.outcome === 'pass') return `${head}/>`;
  const words = escape(`${describeResult(result)}\n  again: ${reproduceWords(result) ?? '-'}`);
  const inside = result.outcome === 'fail' ? `<failure type="${result.case.level}" message="${escape(result.reason)}">${words}</failure>`
    : result.outcome === 'skipped' ? `<skipped message="${escape(result.reason)}"/>` : `<system-out>${words}</system-out>`;
  return `${head}>${inside}</testcase>`;
}
