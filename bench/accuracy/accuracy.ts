// `npm run bench:accuracy -- <set> --data <folder> [-o json|table]`
// Scores Clew on a labelled public data set. The data is not part of the project: <folder> is the unpacked archive of the set.
import { parseArgs } from 'node:util';
import type { Report } from './report.ts';

/** One file a set; it is loaded only when asked for. `run` takes the folder of the set. */
const sets: Readonly<Record<string, () => Promise<{ run(folder: string): Promise<Report> | Report }>>> = {
  nab: () => import('./nab.ts'),
  'tsb-ad-u-subset': () => import('./tsb-ad-u.ts'),
  'mts-smd-asd': () => import('./mts-smd-asd.ts'),
  'hdfs-100k-sessions': () => import('./hdfs-sessions.ts'),
  petshop: () => import('./petshop.ts'),
  'nezha-trainticket': () => import('./nezha-trainticket.ts'),
  'nezha-onlineboutique-metrics': () => import('./nezha-onlineboutique.ts'),
  'tvdiag-alerts': () => import('./tvdiag-alerts.ts'),
  'rcd-sockshop': () => import('./rcd-sockshop.ts'),
};

const { values, positionals } = parseArgs({ allowPositionals: true, options: { data: { type: 'string' }, output: { type: 'string', short: 'o', default: 'table' } } });
const load = sets[positionals[0] ?? ''];
if (load === undefined || values.data === undefined || !['json', 'table'].includes(values.output)) {
  process.stderr.write(`usage: npm run bench:accuracy -- <${Object.keys(sets).join('|')}> --data <folder> [-o json|table]\n`);
  process.exit(2);
}
const report = await (await load()).run(values.data);
process.stdout.write(values.output === 'json' ? `${JSON.stringify(report)}\n` : table(report));

function table({ set, protocol, rows, notes, seconds }: Report): string {
  const metrics = [...new Set(rows.flatMap((row) => Object.keys(row.scores)))];
  const cells = [['method', '', ...metrics], ...rows.map((row) => [row.method, row.kind, ...metrics.map((metric) => row.scores[metric]?.toFixed(3) ?? '–')])];
  const widths = cells[0].map((_, column) => Math.max(...cells.map((line) => line[column].length)));
  const lines = cells.map((line) => line.map((cell, column) => (column < 2 ? cell.padEnd(widths[column]) : cell.padStart(widths[column]))).join('  '));
  return `${set}: ${protocol}\n\n${lines.join('\n')}\n\n${notes.map((note) => `- ${note}\n`).join('')}${seconds.toFixed(0)} s\n`;
}
