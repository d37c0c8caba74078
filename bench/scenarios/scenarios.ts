import { parseArgs } from 'node:util';
import { judge, story, topCause } from '../../scenarios/judge.ts';
import { isQuietDay, minuteMs, readScenario, scenarioNames, seedsOf, type Scenario } from '../../scenarios/scenario.ts';
import { play, type Performance } from '../../scenarios/stage.ts';
import { openBaseline } from './baseline.ts';

/**
 * How good the answers are: every scenario with several seeds, beside a trivial baseline.
 *   node bench/scenarios/scenarios.ts --seeds 5 [--only slow-database,bad-deploy] [--quiet-days] [--story]
 */

const { values } = parseArgs({
  options: { seeds: { type: 'string', default: '3' }, only: { type: 'string', default: '' }, 'quiet-days': { type: 'boolean', default: false }, story: { type: 'boolean', default: false }, json: { type: 'boolean', default: false } },
});

interface Row {
  readonly name: string;
  runs: number;
  /** Faults that want a cause, and how many got the right one as the first. */
  causes: number;
  rightFirst: number;
  rightKind: number;
  baselineRight: number;
  incidentsRight: number;
  falseIncidents: number;
  readonly detectSeconds: number[];
  readonly speeds: number[];
  readonly wrong: Map<string, number>;
}

const only = values.only === '' ? null : values.only.split(',');
const scenarios = scenarioNames().map(readScenario).filter((scenario) => only?.includes(scenario.name) ?? (values['quiet-days'] || !isQuietDay(scenario)));
const rows = scenarios.map((scenario) => {
  const row: Row = { name: scenario.name, runs: 0, causes: 0, rightFirst: 0, rightKind: 0, baselineRight: 0, incidentsRight: 0, falseIncidents: 0, detectSeconds: [], speeds: [], wrong: new Map() };
  for (const seed of seedsOf(scenario, isQuietDay(scenario) ? Math.min(2, Number(values.seeds)) : Number(values.seeds))) {
    const baseline = openBaseline();
    const performance = play(scenario, seed, baseline);
    addRun(row, scenario, performance, (beginMs, endMs) => baseline.blame(beginMs, endMs));
    if (values.story) process.stderr.write(`${scenario.name} seed ${seed}\n${story(performance).join('\n')}\n`);
  }
  if (!values.json) process.stdout.write(`${line(row)}\n`);
  return row;
});
process.stdout.write(values.json ? `${JSON.stringify(summary(rows))}\n` : `\n${Object.entries(summary(rows)).map(([what, value]) => `${what.padEnd(38)} ${String(value)}`).join('\n')}\n`);

function addRun(row: Row, scenario: Scenario, performance: Performance, blame: (beginMs: number, endMs: number) => string | null): void {
  const { verdicts, incidentsRight, falseIncidents } = judge(performance);
  row.runs++;
  row.incidentsRight += incidentsRight ? 1 : 0;
  row.falseIncidents += falseIncidents.length;
  row.speeds.push((scenario.minutes * minuteMs) / performance.engineMs);
  verdicts.forEach((verdict, i) => {
    const { entities, fault } = scenario.expect.causes[i];
    row.causes++;
    row.rightFirst += verdict.rightEntity ? 1 : 0;
    row.rightKind += verdict.rightEntity && verdict.rightKind ? 1 : 0;
    if (verdict.detectSeconds !== null) row.detectSeconds.push(verdict.detectSeconds);
    const planted = scenario.faults.find(({ name }) => name === fault);
    const beginMs = performance.startMs + (planted?.minute ?? 0) * minuteMs;
    // The baseline is told when the fault began and looks at its first three minutes: more than the engine is told.
    if (entities.includes(blame(beginMs, beginMs + 3 * minuteMs) ?? '')) row.baselineRight++;
    if (verdict.rightEntity) return;
    const top = verdict.observed === null ? null : topCause(verdict.observed.incident);
    const said = verdict.observed === null ? 'nothing' : top === null ? 'unknown' : `${top.entity} ${top.kind}`;
    row.wrong.set(said, (row.wrong.get(said) ?? 0) + 1);
  });
}

function line(row: Row): string {
  const share = (count: number, of: number): string => of === 0 ? '–' : `${count}/${of}`;
  return [
    row.name.padEnd(20), `cause ${share(row.rightFirst, row.causes).padEnd(6)}`, `and kind ${share(row.rightKind, row.causes).padEnd(6)}`, `baseline ${share(row.baselineRight, row.causes).padEnd(6)}`,
    `incidents ${share(row.incidentsRight, row.runs).padEnd(6)}`, `detected ${row.detectSeconds.length === 0 ? '–' : `${median(row.detectSeconds).toFixed(0)} s`.padEnd(6)}`, `${median(row.speeds).toFixed(0)}× real time`,
    ...[...row.wrong].map(([said, count]) => `said ${count}× ${said}`),
  ].join('  ');
}

function summary(all: readonly Row[]): Record<string, string | number> {
  const total = (of: (row: Row) => number): number => all.reduce((sum, row) => sum + of(row), 0);
  const percent = (count: number, of: number): string => of === 0 ? '–' : `${((100 * count) / of).toFixed(1)} % (${count}/${of})`;
  const detected = all.flatMap((row) => row.detectSeconds);
  const quiet = all.filter((row) => isQuietDay(readScenario(row.name)));
  return {
    'right first cause': percent(total((row) => row.rightFirst), total((row) => row.causes)),
    'right first cause and kind': percent(total((row) => row.rightKind), total((row) => row.causes)),
    'right first cause, baseline': percent(total((row) => row.baselineRight), total((row) => row.causes)),
    'incident count right': percent(total((row) => row.incidentsRight), total((row) => row.runs)),
    'fault to incident, median and worst': detected.length === 0 ? '–' : `${median(detected).toFixed(0)} s, ${Math.max(...detected).toFixed(0)} s`,
    'false incidents in quiet days': quiet.length === 0 ? 'not run' : `${quiet.reduce((sum, row) => sum + row.falseIncidents, 0)} in ${quiet.reduce((sum, row) => sum + row.runs, 0)} days`,
    'false incidents elsewhere': total((row) => row.falseIncidents) - quiet.reduce((sum, row) => sum + row.falseIncidents, 0),
    'replay speed, median': `${median(all.flatMap((row) => row.speeds)).toFixed(0)}× real time`,
  };
}

function median(numbers: readonly number[]): number {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
