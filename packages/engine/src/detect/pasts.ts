import type { SeriesBand } from '../model/index.ts';
import { makeBand, makeBandRooms, pushBand, readBand } from './band.ts';
import type { Judgement } from './judge.ts';
import { detectLimits as limits } from './limits.ts';
import { giveRoom, takeRoom } from './rooms.ts';
import type { Rooms } from './rooms.ts';
import type { Series } from './series.ts';

/** The pasts of series, for the screens. What people feel of whole nodes is kept over all of it, the rest over half of it: memory is per series. */
export interface Pasts {
  readonly whole: Rooms;
  readonly half: Rooms;
  readonly panes: number;
  kept: number;
  refused: number;
}

export function makePasts(panes: number): Pasts {
  return { whole: makeBandRooms(panes), half: makeBandRooms(Math.ceil(panes / 2)), panes, kept: 0, refused: 0 };
}

/** Keeps a pane, with the band as it was before it. Series that are never judged have none, nor have those beyond the limit. */
export function keepPast(pasts: Pasts, series: Series, pane: number, value: number, judgement: Judgement | null): void {
  if (series.band === null) {
    if (judgement === null) return;
    if (pasts.kept >= limits.bands) {
      pasts.refused++;
      return;
    }
    pasts.kept++;
    series.band = makeBand(takeRoom(roomsOf(pasts, series)), isFeltWhole(series) ? pasts.panes : Math.ceil(pasts.panes / 2));
  }
  pushBand(series.band, pane, value, judgement?.expected ?? null, judgement === null ? null : series.p);
}

export function forgetPast(pasts: Pasts, series: Series): void {
  if (series.band === null) return;
  giveRoom(roomsOf(pasts, series), series.band);
  series.band = null;
  pasts.kept--;
}

export function pastOf(series: Series | undefined, paneMs: number): SeriesBand | null {
  if (series === undefined) return null;
  const { key, entity, node, feature, subject, unit, band } = series;
  return { series: key, entity, node, feature, subject, unit, points: band === null ? [] : readBand(band, paneMs) };
}

function roomsOf(pasts: Pasts, series: Series): Rooms {
  return isFeltWhole(series) ? pasts.whole : pasts.half;
}

function isFeltWhole({ symptom, entity, node }: Series): boolean {
  return symptom && entity === node;
}
