import { readFileSync } from 'node:fs';

/** Cells of a comma-separated file without quoted commas. */
export function readCells(path: string): string[][] {
  return readFileSync(path, 'utf8').trimEnd().split(/\r?\n/).map((line) => line.split(','));
}

/** Empty cells and words are NaN. */
export function toNumber(cell: string | undefined): number {
  return cell === undefined || cell.trim() === '' ? NaN : Number(cell);
}
