import type { ReactNode } from 'react';

const width = 76;
const height = 18;

/** The shape of a series, from zero. A gap is a gap. `topLeast` keeps a small blip from looking like a mountain; at `markAt`, a place among the values, stands a line. */
export function Sparkline({ values, label, topLeast = 0, markAt }: { readonly values: readonly (number | null)[]; readonly label: string; readonly topLeast?: number; readonly markAt?: number }): ReactNode {
  return <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}>{markAt === undefined ? null : <line className="mark" x1={xOf(markAt, values.length)} x2={xOf(markAt, values.length)} y1="0" y2={height} />}<path d={sparkPath(values, topLeast)} /></svg>;
}

export function sparkPath(values: readonly (number | null)[], topLeast = 0): string {
  const top = values.reduce<number>((most, value) => (value !== null && value > most ? value : most), topLeast);
  let path = '';
  let pen = 'M';
  values.forEach((value, at) => {
    if (value === null || !Number.isFinite(value)) {
      pen = 'M';
      return;
    }
    const y = top === 0 ? height - 1.5 : height - 1.5 - (value / top) * (height - 3);
    path += `${pen}${xOf(at, values.length)} ${y.toFixed(1)}`;
    pen = 'L';
  });
  return path;
}

function xOf(at: number, count: number): string {
  return (1 + (count > 1 ? (at * (width - 2)) / (count - 1) : 0)).toFixed(1);
}
