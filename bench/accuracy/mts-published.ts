import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { readCells } from './csv.ts';

/** What is needed to know an entity again among the published files, which have other names. */
interface Known { readonly name: string; readonly rows: number; readonly first: number }

/**
 * VUS-PR of 23 methods on machines of SMD, as TSB-AD-M published them (Liu & Paparrizos, NeurIPS 2024): entity → method → value.
 * Read from `published_tsb_ad_m_vus_pr.csv` where that lies below the folder, a file a row: a row is an entity's when it names
 * it, or when the place of the first anomaly in its name and the length agree. Two machines are known without it.
 */
export function publishedOf(folder: string, entities: readonly Known[]): Record<string, Record<string, number>> {
  const found: Record<string, Record<string, number>> = {};
  for (const row of [...without, ...rowsUnder(folder)]) {
    const [key, ...rest] = Object.entries(row);
    const entity = entities.find((each) => Object.values(row).some((cell) => cell.replace(/\.csv$/, '') === each.name)) ?? entities.find((each) => matches(key[1], row.ts_len, each));
    if (entity === undefined) continue;
    const figures = rest.filter(([method, value]) => isMethod(method) && value !== '' && Number(value) >= 0 && Number(value) <= 1).map(([method, value]) => [method, Number(value)]);
    found[entity.name] = { ...found[entity.name], ...Object.fromEntries(figures) };
  }
  return found;
}

const facts = ['ts_len', 'anomaly_len', 'num_anomaly', 'avg_anomaly_len', 'anomaly_ratio', 'point_anomaly', 'seq_anomaly', 'entity', 'machine', 'file'];

function isMethod(column: string): boolean {
  return !facts.includes(column);
}

function matches(file: string, rows: string | undefined, entity: Known): boolean {
  const first = /_1st_(\d+)/.exec(file)?.[1];
  return file.includes('SMD') && first !== undefined && Number(first) === entity.first && (rows === undefined || rows === '' || Number(rows) === entity.rows);
}

function rowsUnder(folder: string): Record<string, string>[] {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(({ name }) => name === 'published_tsb_ad_m_vus_pr.csv');
  return files.flatMap(({ name, parentPath }) => {
    const cells = readCells(join(parentPath, name));
    // Methods may stand in the rows instead.
    const [head, ...lines] = cells[0].some((cell) => /machine-\d|_1st_\d/.test(cell)) ? cells[0].map((_, column) => cells.map((row) => row[column])) : cells;
    return lines.map((line) => Object.fromEntries(head.map((column, i) => [column, line[i] ?? ''])));
  });
}

/** Files 063 and 075 of TSB-AD-M. */
const without: readonly Record<string, string>[] = [
  {
    file: '063_SMD_id_7_Facility_tr_5923_1st_6506.csv', ts_len: '23694', IForest: '0.2094254264', LOF: '0.1182794134', PCA: '0.2534343083', HBOS: '0.2673130082', OCSVM: '0.3890795036',
    MCD: '0.2329736424', KNN: '0.2772309530', KMeansAD: '0.4519992774', COPOD: '0.1801405658', CBLOF: '0.3094814452', EIF: '0.4572004576', RobustPCA: '0.1479204581', AutoEncoder: '0.3502550224',
    CNN: '0.3351106373', LSTMAD: '0.3662869255', TranAD: '0.5046495546', AnomalyTransformer: '0.0867920070', OmniAnomaly: '0.2358684346', USAD: '0.2463865042', Donut: '0.2267587325',
    TimesNet: '0.1027337810', FITS: '0.1161401289', OFA: '0.1210047983',
  },
  {
    file: '075_SMD_id_19_Facility_tr_564_1st_664.csv', ts_len: '23696', IForest: '0.5168871829', LOF: '0.2230455476', PCA: '0.7779039664', HBOS: '0.3005786368', OCSVM: '0.3893480666',
    MCD: '0.1768007734', KNN: '0.2635310445', KMeansAD: '0.1254592420', COPOD: '0.3120713328', CBLOF: '0.3522272431', EIF: '0.5953518175', RobustPCA: '0.0714373416', AutoEncoder: '0.0924186895',
    CNN: '0.5178814111', LSTMAD: '0.1709099410', TranAD: '0.2820002724', AnomalyTransformer: '0.0548897289', OmniAnomaly: '0.1103814111', USAD: '0.0807857224', Donut: '0.0914224160',
    TimesNet: '0.0698988232', FITS: '0.0974113059', OFA: '0.1158838748',
  },
];

/**
 * COPOD (Li et al. 2020) with the arithmetic of TSB-AD, which standardises each row over its columns first: only to check that
 * the same data, window and metric give the published value.
 */
export function copodOf(values: Float64Array, columns: number): Float64Array {
  const rows = values.length / columns;
  const table = standardiseRows(values, columns);
  const scores = new Float64Array(rows);
  for (let j = 0; j < columns; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => table[i * columns + j]);
    const sorted = Float64Array.from(column).sort();
    const mean = column.reduce((sum, value) => sum + value, 0) / rows;
    const skew = Math.sign(column.reduce((sum, value) => sum + (value - mean) ** 3, 0));
    column.forEach((value, i) => {
      const left = -Math.log(countUpTo(sorted, value, true) / rows);
      const right = -Math.log((rows - countUpTo(sorted, value, false)) / rows);
      scores[i] += Math.max(-left * Math.sign(skew - 1) + right * Math.sign(skew + 1), (left + right) / 2);
    });
  }
  return scores;
}

function standardiseRows(values: Float64Array, columns: number): Float64Array {
  const table = new Float64Array(values.length);
  for (let at = 0; at < values.length; at += columns) {
    const row = values.subarray(at, at + columns);
    const mean = row.reduce((sum, value) => sum + value, 0) / columns;
    const deviation = Math.sqrt(row.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (columns - 1));
    row.forEach((value, j) => { table[at + j] = deviation > 0 ? (value - mean) / deviation : 0; });
  }
  return table;
}

/** How many of the sorted values are less than `value`, or no more than it. */
function countUpTo(sorted: Float64Array, value: number, inclusive: boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (inclusive ? sorted[middle] <= value : sorted[middle] < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
