import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { appendFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { dice } from './panes.ts';
import { cpuSeconds, rssBytes, sleep } from './process.ts';

const ports = { target: 24_329, prometheus: 24_330 };
const periodSeconds = 10;
const perService = 100;

/** Z-scores over the last half hour, the way they are commonly written: mean and deviation recorded, the score an alert. */
const rules = `groups:
- name: zscore
  interval: ${periodSeconds}s
  rules:
  - record: bench:mean
    expr: avg_over_time(bench_value[30m])
  - record: bench:deviation
    expr: stddev_over_time(bench_value[30m])
  - alert: OutOfRange
    expr: abs(bench_value - bench:mean) / bench:deviation > 3
`;

export interface PrometheusCost {
  readonly version: string;
  readonly series: number;
  readonly minutesOfPast: number;
  /** CPU seconds a period of ten seconds: scraping alone, and scraping with the rules. */
  readonly scrapeCpuSeconds: number;
  readonly rulesCpuSeconds: number;
  /** Scrape and rules, as a share of one core. */
  readonly coreShare: number;
  readonly rssBytes: number;
  readonly bytesPerSeries: number;
}

/** Debian's Prometheus over the same number of series, on loopback in a scratch folder; null when it is not installed. */
export async function measurePrometheus(series: number, pastMinutes: number, periods: number): Promise<PrometheusCost | null> {
  const found = spawnSync('prometheus', ['--version'], { encoding: 'utf8' });
  if (found.status !== 0) return null;
  const folder = mkdtempSync(join(tmpdir(), 'clew-bench-prometheus-'));
  const target = openTarget(series);
  try {
    backfill(folder, series, pastMinutes);
    // Scraping alone first: what the rules cost is the difference.
    const scrape = await runFor(folder, series, periods, false);
    const ruled = await runFor(folder, series, periods, true);
    return {
      version: /version (\S+)/.exec(found.stdout + found.stderr)?.[1] ?? '', series, minutesOfPast: pastMinutes,
      scrapeCpuSeconds: scrape.cpuSeconds, rulesCpuSeconds: ruled.cpuSeconds, coreShare: ruled.cpuSeconds / periodSeconds, rssBytes: ruled.rssBytes, bytesPerSeries: ruled.rssBytes / series,
    };
  } finally {
    target.close();
    target.closeAllConnections();
    rmSync(folder, { recursive: true, force: true });
  }
}

/** One name for all, told apart by labels: what a rule over all of them needs. The past has the labels that a scrape adds. */
function page(series: number, number: number, atSeconds: number | null): string {
  const next = dice(number + 1);
  const lines: string[] = [];
  const labels = atSeconds === null ? '' : `,instance="127.0.0.1:${ports.target}",job="bench"`;
  const time = atSeconds === null ? '' : ` ${atSeconds}`;
  for (let at = 0; at < series; at++) {
    const value = (1 + at % perService) * (1 + 0.02 * (next() + next() + next() + next() - 2));
    lines.push(`bench_value{service="service-${Math.floor(at / perService)}",metric="${at % perService}"${labels}} ${value}${time}`);
  }
  return lines.join('\n');
}

function openTarget(series: number): Server {
  let scrapes = 0;
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/plain; version=0.0.4');
    response.end(`# TYPE bench_value gauge\n${page(series, scrapes++, null)}\n`);
  });
  return server.listen(ports.target, '127.0.0.1');
}

/** Samples of the past, so that the rules have something to look back on. Ends before the first scrape. */
function backfill(folder: string, series: number, minutes: number): void {
  const file = join(folder, 'past.txt');
  const samples = minutes * 60 / periodSeconds;
  const firstSeconds = Math.floor(Date.now() / 1_000) - samples * periodSeconds;
  writeFileSync(file, '# TYPE bench_value gauge\n');
  for (let at = 0; at < samples; at++) appendFileSync(file, `${page(series, at, firstSeconds + at * periodSeconds)}\n`);
  appendFileSync(file, '# EOF\n');
  const made = spawnSync('promtool', ['tsdb', 'create-blocks-from', 'openmetrics', file, join(folder, 'data')], { encoding: 'utf8' });
  rmSync(file);
  if (made.status !== 0) throw new Error(`promtool: ${made.stderr}`);
}

async function runFor(folder: string, series: number, periods: number, withRules: boolean): Promise<{ cpuSeconds: number; rssBytes: number }> {
  writeFileSync(join(folder, 'rules.yml'), rules);
  writeFileSync(join(folder, 'prometheus.yml'), `global: { scrape_interval: ${periodSeconds}s, evaluation_interval: ${periodSeconds}s }
${withRules ? 'rule_files: [rules.yml]\n' : ''}scrape_configs:
- { job_name: bench, static_configs: [{ targets: ['127.0.0.1:${ports.target}'] }] }
`);
  const child = spawn('prometheus', [
    `--config.file=${join(folder, 'prometheus.yml')}`, `--storage.tsdb.path=${join(folder, 'data')}`, `--web.listen-address=127.0.0.1:${ports.prometheus}`, '--log.level=error',
  ], { stdio: ['ignore', 'ignore', 'inherit'] });
  try {
    // The first periods compile, map the past and make the series of the rules.
    await sleep(3 * periodSeconds * 1_000);
    const pid = child.pid ?? 0;
    const before = cpuSeconds(pid);
    await sleep(periods * periodSeconds * 1_000);
    const cpu = (cpuSeconds(pid) - before) / periods;
    if (withRules) await assertEvaluated(series);
    return { cpuSeconds: cpu, rssBytes: rssBytes(pid) };
  } finally {
    await stop(child);
  }
}

/** A rule that failed or had nothing to look at must not look cheap. */
async function assertEvaluated(series: number): Promise<void> {
  const answer = await fetch(`http://127.0.0.1:${ports.prometheus}/api/v1/query?query=${encodeURIComponent('count(bench:deviation > 0)')}`);
  const { data } = await answer.json() as { data: { result: { value: [number, string] }[] } };
  const counted = Number(data.result[0]?.value[1] ?? 0);
  if (counted !== series) throw new Error(`Prometheus has deviations of ${counted} series, not of ${series}`);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return;
  const ended = new Promise((resolve) => { child.once('exit', resolve); });
  child.kill('SIGTERM');
  await ended;
}
