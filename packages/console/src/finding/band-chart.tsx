import type { ReactNode } from 'react';
import { featureName, formatValue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { Chart } from '../draw/chart.tsx';
import type { Finding, SeriesBand } from '../model.ts';
import { useLanguage, useSay } from '../words/speak.tsx';

/** From so many times the band on, an even scale would press it flat. */
const farTimes = 5;
/** Beside the finding so much of before and after is drawn. */
const beforeMs = 20 * 60_000;
const afterMs = 5 * 60_000;

export function seriesPath(key: string): string {
  return `/series?key=${encodeURIComponent(key)}`;
}

/** A judged series with what was expected of it, and the finding on it. Null while nobody judges it any more. */
export function BandChart({ band, finding, height = 200, onsetMs }: { readonly band: SeriesBand; readonly finding?: Finding | undefined; readonly height?: number; readonly onsetMs?: number | undefined }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const { points, feature, subject, unit } = band;
  if (points.length === 0) return null;
  const paneMs = points.length > 1 ? points[1].paneMs - points[0].paneMs : 10_000;
  const [firstMs, lastMs] = [points[0].paneMs, points[points.length - 1].paneMs + paneMs];
  const fromMs = finding === undefined ? firstMs : Math.max(firstMs, finding.onsetMs - beforeMs);
  const toMs = finding === undefined || finding.active ? lastMs : Math.min(lastMs, finding.lastMs + afterMs);
  const shown = points.filter((point) => point.paneMs >= fromMs && point.paneMs < toMs);
  const label = featureName(feature, subject, language);
  const most = shown.reduce((top, point) => Math.max(top, point.value ?? 0), 0);
  const bandTop = shown.reduce((top, point) => Math.max(top, point.high ?? 0), 0);
  const evenUpTo = bandTop > 0 && most > farTimes * bandTop ? bandTop : undefined;
  const spells = finding === undefined ? [] : [{ fromMs: finding.onsetMs, toMs: finding.active ? lastMs : finding.lastMs, health: finding.symptom ? 'broken' as const : 'watch' as const }];
  return (
    <>
      <Chart label={label} height={height} unit={unit} fit={evenUpTo === undefined} evenUpTo={evenUpTo} fromMs={fromMs} toMs={toMs} timesMs={shown.map((point) => point.paneMs)} onsetMs={onsetMs} spells={spells}
        moving={{ low: shown.map((point) => floor(point.low, unit)), mid: shown.map((point) => point.mid), high: shown.map((point) => point.high) }}
        lines={[{ label, values: shown.map((point) => point.value) }]} />
      {evenUpTo === undefined ? null : <p className="faint small">{say('finding.stretched')}</p>}
      <Spoken shown={shown} unit={unit} />
    </>
  );
}

/** What was expected last, for those who cannot see the picture. */
function Spoken({ shown, unit }: { readonly shown: SeriesBand['points']; readonly unit: string }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const last = shown.findLast((point) => point.low !== null && point.high !== null);
  return last === undefined ? null : <p className="hidden">{say('finding.expected')} {formatValue(last.low ?? 0, unit, language)} – {formatValue(last.high ?? 0, unit, language)}</p>;
}

/** Nothing that has a unit of people's making goes below nothing. */
function floor(low: number | null, unit: string): number | null {
  return low !== null && low < 0 && unit !== '' ? 0 : low;
}

/** As above, asked for. What to show instead is up to whoever asks. */
export function SeriesChart({ series, finding, height, onsetMs, otherwise }: { readonly series: string; readonly finding?: Finding | undefined; readonly height?: number; readonly onsetMs?: number | undefined; readonly otherwise: ReactNode }): ReactNode {
  const { data, error } = useAnswer<SeriesBand>(seriesPath(series), { live: finding?.active ?? true });
  if (data === undefined) return error === undefined ? <span className="bone chart-bone" style={{ height: (height ?? 200) + 20 }} /> : otherwise;
  return data.points.length === 0 || (finding !== undefined && (data.points.at(-1)?.paneMs ?? 0) < finding.onsetMs) ? otherwise : <BandChart band={data} finding={finding} height={height} onsetMs={onsetMs} />;
}
