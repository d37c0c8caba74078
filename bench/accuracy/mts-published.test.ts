import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { copodOf, publishedOf } from './mts-published.ts';

const folders: string[] = [];
afterEach(() => { for (const folder of folders.splice(0)) rmSync(folder, { recursive: true }); });

function published(lines: readonly string[]): Record<string, Record<string, number>> {
  const folder = mkdtempSync(join(tmpdir(), 'published-'));
  folders.push(folder);
  writeFileSync(join(folder, 'published_tsb_ad_m_vus_pr.csv'), `${lines.join('\n')}\n`);
  return publishedOf(folder, [{ name: 'machine-9-1', rows: 100, first: 40 }, { name: 'omi-1', rows: 50, first: 40 }]);
}

test.each([
  ['the entity in the first column', ['entity,COPOD,PCA', 'machine-9-1,0.25,0.5']],
  ['the published file name, with its length', ['file,COPOD,PCA,ts_len,num_anomaly', '099_SMD_id_9_Facility_tr_10_1st_40.csv,0.25,0.5,100,7']],
  ['methods in the rows', ['method,machine-9-1', 'COPOD,0.25', 'PCA,0.5']],
])('figures are found by %s, and nothing else is taken for a method', (_, lines) => {
  expect(published(lines)).toEqual({ 'machine-9-1': { COPOD: 0.25, PCA: 0.5 } });
});

test('a file of another length or with another first anomaly is nobody', () => {
  expect(published(['file,PCA,ts_len', '099_SMD_id_9_Facility_tr_10_1st_40.csv,0.5,101', '098_SMD_id_8_Facility_tr_10_1st_41.csv,0.5,100'])).toEqual({});
});

test('COPOD gives the row that is extreme in its columns the highest score', () => {
  const values = Float64Array.from({ length: 300 }, (_, i) => Math.sin(i * 12.9898) + (i % 3));
  values[150] = 40;
  values[151] = -40;
  const scores = copodOf(values, 3);
  expect(scores.indexOf(Math.max(...scores))).toBe(50);
});
