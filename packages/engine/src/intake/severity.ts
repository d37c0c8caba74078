/**
 * What a severity text says as a severity number, for records that were sent without one (otlp §2.12; syslog's levels by the
 * table of the log data model). 0 where the text is none of these words. Case, brackets and a colon behind do not matter.
 */
const numbers: Readonly<Record<string, number>> = {
  trace: 1, verbose: 1, finest: 1, finer: 1, debug: 5, fine: 5, config: 5,
  info: 9, information: 9, informational: 9, notice: 10,
  warn: 13, warning: 13,
  error: 17, err: 17, severe: 17, crit: 18, critical: 18, alert: 19,
  fatal: 21, emerg: 21, emergency: 21, panic: 21,
};

export function severityOf(text: string): number {
  const word = /^[\s[(<]*([a-z]+)[\])>:\s]*$/i.exec(text)?.[1].toLowerCase() ?? '';
  return Object.hasOwn(numbers, word) ? numbers[word] : 0;
}
