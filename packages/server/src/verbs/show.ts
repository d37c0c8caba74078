import type { Health, IncidentState } from '@clew/engine';
import { sayPlain } from '../words/name.ts';
import type { Terminal } from './verb.ts';

export type Colour = 'red' | 'yellow' | 'blue' | 'dim' | 'bold';
const codes: Readonly<Record<Colour, string>> = { red: '31', yellow: '33', blue: '34', dim: '2', bold: '1' };

/** Puts colour around a text, or leaves it as it is. */
export type Paint = (colour: Colour, text: string) => string;
export const noPaint: Paint = (_, text) => text;
const ansiPaint: Paint = (colour, text) => `\u001b[${codes[colour]}m${text}\u001b[0m`;

/** Colour only on a terminal, and never against NO_COLOR (no-color.org). */
export function choosePaint({ environment }: Pick<Terminal, 'environment'>, isTerminal: boolean = process.stdout.isTTY): Paint {
  const isOff = (environment.NO_COLOR ?? '') !== '' || environment.TERM === 'dumb';
  return isTerminal && !isOff ? ansiPaint : noPaint;
}

const stateColours: Readonly<Record<string, Colour>> = {
  broken: 'red', open: 'red', evolving: 'red', error: 'red', watch: 'yellow', recovering: 'blue', unknown: 'dim', resolved: 'dim',
};

export function paintState(paint: Paint, state: Health | IncidentState | 'error', text: string = state): string {
  const colour = stateColours[state];
  return colour === undefined ? text : paint(colour, text);
}

export interface Column<Row> {
  readonly title: string;
  readonly of: (row: Row) => string;
  readonly right?: boolean;
  readonly paint?: (row: Row, text: string) => string;
}

/** Rows under their titles as kubectl shows them; the last column is not padded. Cells are one line without control characters. */
export function toTable<Row>(columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const cells = rows.map((row) => columns.map((column) => sayPlain(column.of(row), cellCharsMax)));
  const widths = columns.map((column, i) => Math.max(column.title.length, ...cells.map((line) => line[i].length)));
  const pad = (text: string, i: number): string => {
    if (columns[i].right === true) return text.padStart(widths[i]);
    return i === columns.length - 1 ? text : text.padEnd(widths[i]);
  };
  const head = columns.map((column, i) => pad(column.title, i)).join('  ');
  const body = cells.map((line, at) => line.map((cell, i) => {
    const padded = pad(cell, i);
    return columns[i].paint?.(rows[at], padded) ?? padded;
  }).join('  '));
  return `${[head, ...body].map((line) => line.trimEnd()).join('\n')}\n`;
}

const cellCharsMax = 200;

/** JSON for programs; control characters of telemetry stay escaped so that they cannot steer a terminal. */
export function toJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2).replace(/[\u007f-\u009f\u2028-\u202e]/g, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`)}\n`;
}

/** `2026-11-22 10:15:23Z`: sorts as text, says its zone. */
export function toStamp(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace('T', ' ')}Z`;
}

/** How long ago, in one unit as kubectl's AGE: `45s`, `12m`, `3h`, `5d`. */
export function toAge(ms: number, nowMs: number): string {
  const seconds = Math.max(0, Math.round((nowMs - ms) / 1000));
  if (seconds < 120) return `${seconds}s`;
  if (seconds < 7_200) return `${Math.floor(seconds / 60)}m`;
  return seconds < 172_800 ? `${Math.floor(seconds / 3_600)}h` : `${Math.floor(seconds / 86_400)}d`;
}

const bars = '▁▂▃▄▅▆▇█';

/** Values as a line of small bars from 0 to the largest, at most `width` of them (the largest of each group); a dot where nothing is known. */
export function toSparkline(values: readonly (number | null)[], width: number = 30): string {
  const group = Math.max(1, Math.ceil(values.length / width));
  const grouped = Array.from({ length: Math.ceil(values.length / group) }, (_, i) => {
    const known = values.slice(i * group, (i + 1) * group).filter((value) => value !== null);
    return known.length === 0 ? null : Math.max(...known);
  });
  const top = Math.max(0, ...grouped.filter((value) => value !== null));
  return grouped.map((value) => (value === null ? '·' : bars[top === 0 ? 0 : Math.max(0, Math.round((value / top) * (bars.length - 1)))])).join('');
}
