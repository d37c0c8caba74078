import type { ReactNode } from 'react';

const width = 76;
const height = 18;

/** The shape of a series, from zero. A gap is a gap. `topLeast` keeps a small blip from looking like a mountain. */
export function Sparkline({ values, label, topLeast = 0 }: { readonly values: readonly (number | null)[]; readonly label: string; readonly topLeast?: number }): ReactNode {
  return <svg className="spark" width={width} height={height} viewBox={`0 0 ${width} ${height}`} role="img" aria-label={label}><path d={sparkPath(values, topLeast)} /></svg>;
}

export function sparkPath(values: readonly (number | null)[], topLeast = 0): string {
  const top = values.reduce<number>((most, value) => (value !== null && value > most ? value : most), topLeast);
  const step = values.length > 1 ? (width - 2) / (values.length - 1) : 0;
  let path = '';
  let pen = 'M';
  values.forEach((value, at) => {
    if (value === null || !Number.isFinite(value)) {
      pen = 'M';
      return;
    }
    const y = top === 0 ? height - 1.5 : height - 1.5 - (value / top) * (height - 3);
    path += `${pen}${(1 + at * step).toFixed(1)} ${y.toFixed(1)}`;
    pen = 'L';
  });
  return path;
}
