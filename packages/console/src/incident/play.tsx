import { useEffect, useMemo, useState, type ReactNode } from 'react';
import { entityName, findingLine, formatTime, type Tongue } from '@clew/words';
import type { Cause, Change, Finding, Incident } from '../model.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { sayKind } from '../words/strings.ts';
import { Time, useSay } from '../words/speak.tsx';
import { framesOf, momentsOf, type Frame, type Moment } from './moments.ts';

/** Long enough to read a line and to see where it points. */
const frameMs = 1_800;

interface PlayProps { readonly incident: Incident; readonly cause: Cause; readonly findings: readonly Finding[]; readonly changes: readonly Change[]; readonly tongue: Tongue }

/** Walks the map through the moments of the thread, one by one or by itself. The moment is in the address, as the scrubber's is. */
export function Play({ incident, cause, findings, changes, tongue }: PlayProps): ReactNode {
  const say = useSay();
  const { filters } = useRoute();
  const frames = useMemo(() => framesOf(momentsOf(incident, cause, findings, changes)), [incident, cause, findings, changes]);
  const atMs = filters.at === undefined ? Infinity : Number(filters.at);
  const at = filters.at === undefined ? frames.length : frames.findLastIndex((frame) => frame.atMs <= atMs);
  const show = (index: number): void => setFilters({ at: index < 0 || index >= frames.length ? '' : String(frames[index].atMs) });
  const { playing, press } = usePlaying(at, frames.length, show);
  const frame = frames.at(at < 0 || at >= frames.length ? frames.length : at);
  return (
    <div className="play">
      <button type="button" data-play="" aria-pressed={playing} onClick={press}>{say(playing ? 'play.pause' : 'play.play')} <kbd>p</kbd></button>
      <span className="play-moments" role="group" aria-label={say('play.moments')}>{frames.map((each, index) => <button key={each.atMs} type="button" className="plain play-dot" aria-current={index === at ? 'step' : undefined} aria-label={`${formatTime(each.atMs, tongue.nowMs)} ${wordsOf(each, tongue)}`} title={wordsOf(each, tongue)} onClick={() => show(index)} />)}</span>
      <p className="play-words" aria-live="polite">{frame === undefined ? <span className="quiet">{say('play.about')}</span> : <><Time at={frame.atMs} /> {wordsOf(frame, tongue)}</>}</p>
    </div>
  );
}

/** Whoever wants no motion goes on by a step with each press instead. */
function usePlaying(at: number, count: number, show: (index: number) => void): { readonly playing: boolean; readonly press: () => void } {
  const [wanted, setWanted] = useState(false);
  const playing = wanted && at < count;
  useEffect(() => {
    if (!playing) return;
    const timer = setTimeout(() => {
      if (at + 1 >= count) setWanted(false);
      show(at + 1);
    }, frameMs);
    return () => clearTimeout(timer);
    // A new answer of the server must not begin the wait anew: only the moment counts.
    // oxlint-disable-next-line react/exhaustive-deps
  }, [playing, at, count]);
  const press = (): void => {
    const still = matchMedia('(prefers-reduced-motion: reduce)').matches;
    if (!playing) show(at >= count ? 0 : still ? at + 1 : at);
    setWanted(!still && !playing);
  };
  return { playing, press };
}

function wordsOf({ moments }: Frame, tongue: Tongue): string {
  return moments.map((moment) => wordOf(moment, tongue)).join(' · ');
}

function wordOf(moment: Moment, tongue: Tongue): string {
  const { language, names } = tongue;
  switch (moment.kind) {
    case 'opened': return sayKind(language, 'event', 'opened');
    case 'change': return `${moment.change.entity === null ? '' : `${entityName(moment.change.entity, names)}: `}${moment.change.what}`;
    case 'step': return `${entityName(moment.step.entity, names)}${moment.finding === null ? '' : `: ${findingLine(moment.finding, tongue)}`}`;
  }
}
