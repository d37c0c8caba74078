/** The library's front door. */
export type { Case, Door, Encoding, Level, Outcome, Signal } from './case.ts';
export { cases } from './cases/table.ts';
export { items } from './items/table.ts';
export { toJsonReport } from './report/json.ts';
export type { JsonReport, JsonResult } from './report/json.ts';
export { toJunit } from './report/junit.ts';
export { toList, toTable } from './report/table.ts';
export { runCases } from './run.ts';
export type { RunOptions } from './run.ts';
export type { Result } from './result.ts';
export { makeSelect } from './select.ts';
export { defaultTarget } from './target.ts';
export type { Target } from './target.ts';
export { makeClewReadBack } from './read-back/clew.ts';
export { makeLinesReadBack } from './read-back/otlp-lines.ts';
export type { ReadBack } from './read-back/read-back.ts';
