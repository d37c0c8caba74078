import { useEffect, useRef, useState, type ReactNode } from 'react';
import { formatTime } from '@clew/words';
import { useClock } from '../clock.ts';
import { setTime, useRoute } from '../navigate.ts';
import { bounds, shift, spans } from '../route.ts';
import { useSay } from '../words/speak.tsx';

/** Relative spans by one click, exact times by two fields; earlier and later beside it. */
export function TimePicker(): ReactNode {
  const say = useSay();
  const { time } = useRoute();
  const nowMs = useClock();
  const [open, setOpen] = useState(false);
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (!open) return undefined;
    const outside = (event: Event): void => {
      if (event.target instanceof Node && !box.current?.contains(event.target)) setOpen(false);
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  }, [open]);
  const span = time.kind === 'last' ? spans.find((each) => each.spanMs === time.spanMs) : undefined;
  const label = span !== undefined ? say(span.key) : time.kind === 'between' ? `${formatTime(time.fromMs, nowMs)} – ${formatTime(time.toMs, nowMs)}` : '';
  return (
    <div className="time" ref={box} onKeyDown={(event) => { if (event.key === 'Escape' && open) { event.preventDefault(); setOpen(false); box.current?.querySelector<HTMLElement>('.time-open')?.focus(); } }}>
      <button type="button" className="step" aria-label={say('time.earlier')} title={say('time.earlier')} onClick={() => setTime(shift(time, -1, nowMs))}>‹</button>
      <button type="button" className="time-open num" aria-expanded={open} aria-label={`${say('time.label')}: ${label}`} onClick={() => setOpen(!open)}>{label}</button>
      <button type="button" className="step" aria-label={say('time.later')} title={say('time.later')} disabled={time.kind === 'last'} onClick={() => setTime(shift(time, 1, nowMs))}>›</button>
      {open ? <div className="time-box">
        <ul>{spans.map((each) => <li key={each.name}><button type="button" aria-pressed={each === span} onClick={() => { setTime({ kind: 'last', spanMs: each.spanMs }); setOpen(false); }}>{say(each.key)}</button></li>)}</ul>
        <Exact {...bounds(time, nowMs)} onDone={() => setOpen(false)} />
      </div> : null}
    </div>
  );
}

function toField(atMs: number): string {
  const at = new Date(atMs);
  return new Date(atMs - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 19);
}

function Exact({ fromMs, toMs, onDone }: { readonly fromMs: number; readonly toMs: number; readonly onDone: () => void }): ReactNode {
  const say = useSay();
  const [from, setFrom] = useState(() => toField(fromMs));
  const [to, setTo] = useState(() => toField(toMs));
  const [start, end] = [new Date(from).getTime(), new Date(to).getTime()];
  const wrong = !(end > start);
  return (
    <form onSubmit={(event) => { event.preventDefault(); if (!wrong) { setTime({ kind: 'between', fromMs: start, toMs: end }); onDone(); } }}>
      <label>{say('time.from')}<input type="datetime-local" step="1" value={from} onChange={(event) => setFrom(event.target.value)} /></label>
      <label>{say('time.to')}<input type="datetime-local" step="1" value={to} onChange={(event) => setTo(event.target.value)} /></label>
      {wrong ? <p role="alert" className="wrong">{say('time.badRange')}</p> : null}
      <button type="submit" disabled={wrong}>{say('time.apply')}</button>
    </form>
  );
}
