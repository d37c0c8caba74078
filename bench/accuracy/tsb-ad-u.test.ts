import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { run } from './tsb-ad-u.ts';

let folder = '';
beforeEach(() => { folder = mkdtempSync(join(tmpdir(), 'tsb-')); });
afterEach(() => rmSync(folder, { recursive: true }));

const wave = (i: number): number => Math.sin(i / 8) + Math.sin(i * i) / 5 + (i >= 200 && i < 205 ? 6 : 0);
function write(part: string, name: string, value = wave): void {
  mkdirSync(join(folder, part, 'series'), { recursive: true });
  writeFileSync(join(folder, part, 'series', name), `Data,Label\n${Array.from({ length: 400 }, (_, i) => `${value(i)},${i >= 200 && i < 205 ? 1 : 0}`).join('\n')}\n`);
}

test('series of any part are found; ours, each member and both baselines are scored, by source too', () => {
  write('dev', '001_AAA_id_1.csv');
  write('sealed/deeper', '002_BBB_id_2.csv', (i) => (i % 50 === 7 ? NaN : wave(i)));
  const { rows, cases, notes } = run(folder);
  expect(Object.keys(cases)).toEqual(['001_AAA_id_1.csv', '002_BBB_id_2.csv']);
  expect(rows.map(({ kind }) => kind)).toEqual(['ours', ...Array.from({ length: 5 }, () => 'member'), 'baseline', 'baseline']);
  for (const { scores } of rows) expect(scores.sources).toBeCloseTo((scores.AAA + scores.BBB) / 2, 12);
  const of = (method: string): number => rows.find((row) => row.method === method)?.scores.mean ?? NaN;
  expect(of('clew scan')).toBeGreaterThan(0.5);
  expect(of('random')).toBeLessThan(0.3);
  expect(notes[0]).toContain('was not checked');
});

test('published figures count only for the series that were scored, and only methods that have them all', () => {
  write('dev', '001_AAA_id_1.csv');
  write('dev', '002_AAA_id_2.csv');
  writeFileSync(join(folder, 'dev', 'published_vus_pr.csv'), 'file,Whole,Part\n001_AAA_id_1.csv,0.2,0.9\n002_AAA_id_2.csv,0.4,\nelsewhere.csv,1,1\n');
  writeFileSync(join(folder, 'dev', 'manifest.csv'), 'file,SR_vus_pr_published\n001_AAA_id_1.csv,0.123456\n');
  const { rows, notes } = run(folder);
  const published = rows.filter(({ kind }) => kind === 'published');
  expect(published.map(({ method }) => method)).toEqual(['Whole']);
  expect(published[0].scores.mean).toBeCloseTo(0.3, 12);
  expect(notes[0]).toContain('0 of 1');
});

test('what the files are called changes no score', () => {
  write('dev', '001_AAA_id_1_tr_100_1st_200.csv');
  write('dev', 'x_Y.csv');
  const [one, other] = Object.values(run(folder).cases);
  expect(one).toEqual(other);
});

test('a folder without series is said to be so', () => {
  expect(() => run(folder)).toThrow('No series');
});
