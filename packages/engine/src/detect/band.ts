import type { BandPoint } from '../model/index.ts';
import { makeRooms } from './rooms.ts';
import type { Room, Rooms } from './rooms.ts';
import { fromTwoBytes, notANumber, toTwoBytes } from '../base/two-bytes.ts';

/**
 * What a series did in its last panes, and what was expected of it: values and probabilities a pane, the band a minute (as it was
 * before that minute's first value was seen). For screens: values are at most 0.2 % off (two-bytes.ts), probabilities 0.3 %. Of the
 * same size whatever its age: places go by time, so nothing moves.
 */
export interface Band extends Room {
  /** Values of `length` panes, then probabilities, then low, mid and high of each minute. */
  readonly length: number;
  /** Number of the newest pane. */
  newest: number;
}

/** Panes that share one band. */
const step = 6;
/** Nothing was known. */
const noP = 0xffff;

export function makeBandRooms(length: number): Rooms {
  return makeRooms(2 * length + 3 * Math.ceil(length / step));
}

export function makeBand({ cells, at }: Room, length: number): Band {
  const band = { cells, at, length, newest: -1 };
  for (let place = 0; place < length; place++) clear(band, place);
  return band;
}

function take({ cells }: Band, cell: number): number | null {
  const value = fromTwoBytes(cells[cell]);
  return Number.isNaN(value) ? null : value;
}

function clear(band: Band, place: number): void {
  const { cells, at, length } = band;
  cells[at + place] = notANumber;
  cells[at + length + place] = noP;
  if (place % step === 0) cells.fill(notANumber, edgesAt(band, place), edgesAt(band, place) + 3);
}

function edgesAt({ at, length }: Band, place: number): number {
  return at + 2 * length + 3 * Math.floor(place / step);
}

/** `expected` null: nothing was known before the value came. Panes go up; those left out were not reported. */
export function pushBand(band: Band, pane: number, value: number, expected: { readonly low: number; readonly mid: number; readonly high: number } | null, p: number | null): void {
  const { cells, at, length } = band;
  const from = Math.max(band.newest + 1, pane - length + 1);
  for (let each = band.newest < 0 ? pane : from; each <= pane; each++) clear(band, each % length);
  band.newest = pane;
  const place = pane % length;
  cells[at + place] = toTwoBytes(value);
  // 500 steps to a power of ten, down to 1e-130.
  if (p !== null) cells[at + length + place] = Math.min(noP - 1, Math.round(-500 * Math.log10(Math.max(p, 1e-130))));
  const edges = edgesAt(band, place);
  if (expected === null || cells[edges] !== notANumber) return;
  cells[edges] = toTwoBytes(expected.low);
  cells[edges + 1] = toTwoBytes(expected.mid);
  cells[edges + 2] = toTwoBytes(expected.high);
}

/** Oldest first, from the first pane that was reported; up to the newest. */
export function readBand(band: Band, paneMs: number): BandPoint[] {
  const { cells, at, length, newest } = band;
  if (newest < 0) return [];
  const points: BandPoint[] = [];
  for (let pane = Math.max(0, newest - length + 1); pane <= newest; pane++) {
    const place = pane % length;
    const value = take(band, at + place);
    if (value === null && points.length === 0) continue;
    const edges = edgesAt(band, place);
    const p = cells[at + length + place];
    points.push({ paneMs: pane * paneMs, value, low: take(band, edges), mid: take(band, edges + 1), high: take(band, edges + 2), p: p === noP ? null : 10 ** (-p / 500) });
  }
  return points;
}
