import type { BandPoint } from '../model/index.ts';

/**
 * What a series did in its last panes, and what was expected of it: values and probabilities a pane, the band a minute (as it was
 * before that minute's first value was seen). One typed array a series, whatever its age: places go by time, so nothing moves.
 */
export interface Band {
  /** Values of `length` panes as pairs of halves of a float32, then probabilities, then low, mid and high of each minute. */
  readonly cells: Uint16Array;
  readonly length: number;
  /** Number of the newest pane. */
  newest: number;
}

/** Panes that share one band. */
const step = 6;
/** Nothing was reported; nothing was known. */
const noP = 0xffff;
const float = new Float32Array(1);
const halves = new Uint16Array(float.buffer);

export function makeBand(length: number): Band {
  const cells = new Uint16Array(length * 3 + Math.ceil(length / step) * 6);
  const band = { cells, length, newest: -1 };
  for (let place = 0; place < length; place++) clear(band, place);
  return band;
}

function put(cells: Uint16Array, at: number, value: number): void {
  float[0] = value;
  cells[at] = halves[0];
  cells[at + 1] = halves[1];
}

function take(cells: Uint16Array, at: number): number | null {
  halves[0] = cells[at];
  halves[1] = cells[at + 1];
  return Number.isNaN(float[0]) ? null : float[0];
}

function clear({ cells, length }: Band, place: number): void {
  put(cells, 2 * place, Number.NaN);
  cells[2 * length + place] = noP;
  if (place % step !== 0) return;
  for (let each = 0; each < 3; each++) put(cells, bandAt(length, place) + 2 * each, Number.NaN);
}

function bandAt(length: number, place: number): number {
  return 3 * length + 6 * Math.floor(place / step);
}

/** `expected` null: nothing was known before the value came. Panes go up; those left out were not reported. */
export function pushBand(band: Band, pane: number, value: number, expected: { readonly low: number; readonly mid: number; readonly high: number } | null, p: number | null): void {
  const { cells, length } = band;
  const from = Math.max(band.newest + 1, pane - length + 1);
  for (let each = band.newest < 0 ? pane : from; each <= pane; each++) clear(band, each % length);
  band.newest = pane;
  const place = pane % length;
  put(cells, 2 * place, value);
  // 500 steps to a power of ten, down to 1e-130.
  if (p !== null) cells[2 * length + place] = Math.min(noP - 1, Math.round(-500 * Math.log10(Math.max(p, 1e-130))));
  const at = bandAt(length, place);
  if (expected === null || take(cells, at) !== null) return;
  put(cells, at, expected.low);
  put(cells, at + 2, expected.mid);
  put(cells, at + 4, expected.high);
}

/** Oldest first, from the first pane that was reported; up to the newest. */
export function readBand(band: Band, paneMs: number): BandPoint[] {
  const { cells, length, newest } = band;
  if (newest < 0) return [];
  const points: BandPoint[] = [];
  for (let pane = Math.max(0, newest - length + 1); pane <= newest; pane++) {
    const place = pane % length;
    const value = take(cells, 2 * place);
    if (value === null && points.length === 0) continue;
    const at = bandAt(length, place);
    const p = cells[2 * length + place];
    points.push({ paneMs: pane * paneMs, value, low: take(cells, at), mid: take(cells, at + 2), high: take(cells, at + 4), p: p === noP ? null : 10 ** (-p / 500) });
  }
  return points;
}
