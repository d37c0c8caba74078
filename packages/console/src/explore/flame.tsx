import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { entityName, formatShare, formatValue } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import { hottest, layFlame, stepFrom, type Direction, type Frame, type FramePath } from '../draw/flame-layout.ts';
import type { StoredFlame } from '../model.ts';
import { linkTo, useRoute } from '../navigate.ts';
import { Answered, Bones, Empty } from '../parts/answered.tsx';
import { Link } from '../parts/link.tsx';
import { useNames } from '../parts/names.ts';
import { useTitle } from '../parts/title.ts';
import { Time, useLanguage, useSay } from '../words/speak.tsx';

const hottestMost = 20;

/** `/profiles/:id`, of the samples of one span with `?trace=…&span=…`. */
export function ProfilePage({ id }: { readonly id: string }): ReactNode {
  const say = useSay();
  const { filters: { trace = '', span = '' } } = useRoute();
  const query = new URLSearchParams({ ...(trace === '' ? {} : { trace }), ...(span === '' ? {} : { span }) }).toString();
  const answer = useAnswer<StoredFlame>(`/profiles/${encodeURIComponent(id)}/flame${query === '' ? '' : `?${query}`}`);
  useTitle(`${say('profile.title')} ${id}`);
  return <Answered isPage answer={answer} what={`${say('profile.title')} ${id}`} skeleton={<Bones rows={14} widths={[30, 60]} />}>{(flame) => (flame.samples === 0 ? <Empty title={say('profile.none')} next={say('profile.noneNext')}><p><code>{id}</code></p></Empty> : <Profile flame={flame} />)}</Answered>;
}

function Profile({ flame }: { readonly flame: StoredFlame }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const names = useNames();
  const { root, unit } = flame;
  const rows = useMemo(() => hottest(root, hottestMost), [root]);
  const percent = (value: number): string => formatShare(root.value > 0 ? value / root.value : 0, language);
  return (
    <>
      <h1 className="break">{say('profile.title')}: {entityName(flame.service, names)} <span className="head-state soft">{say('profile.of', { type: flame.type || '?', unit: unit || '?' })}</span></h1>
      <p className="soft dots"><span><Time at={flame.timeMs} /></span><span className="num">{say('profile.samples', { n: flame.samples })}</span><span className="num">{say('profile.total', { value: formatValue(root.value, unit, language) })}</span><span><code>{flame.id}</code></span><span><Link to={linkTo({ page: 'service', id: flame.service })}>{say('incident.openService')}</Link></span></p>
      {flame.cutSamples > 0 ? <p className="faint">{say('profile.cut', { n: flame.cutSamples })}</p> : null}
      <Graph flame={flame} percent={percent} />
      <h2>{say('profile.hottest')}</h2>
      <table>
        <thead><tr><th scope="col">{say('profile.function')}</th><th scope="col" className="number">{say('profile.self')}</th><th scope="col" className="number">{say('profile.share')}</th></tr></thead>
        <tbody>{rows.map(({ name, self }) => <tr key={name}><td className="break"><code>{name}</code></td><td className="number num">{formatValue(self, unit, language)}</td><td className="number num">{percent(self)}</td></tr>)}</tbody>
      </table>
    </>
  );
}

const directions: Readonly<Record<string, Direction>> = { ArrowUp: 'caller', ArrowDown: 'callee', ArrowLeft: 'wider', ArrowRight: 'narrower' };
const keyOf = (path: FramePath): string => path.join('.');

/** A tree of buttons laid out as a flame: one of them takes the keyboard, and says all that the picture shows of it. */
function Graph({ flame: { root, unit }, percent }: { readonly flame: StoredFlame; readonly percent: (value: number) => string }): ReactNode {
  const say = useSay();
  const language = useLanguage();
  const [zoom, setZoom] = useState<FramePath>([]);
  const [at, setAt] = useState<FramePath>([]);
  const box = useRef<HTMLDivElement>(null);
  // Focus follows a step of ours, and is not taken from elsewhere.
  const moved = useRef(false);
  const { rows, hidden } = useMemo(() => layFlame(root, zoom), [root, zoom]);
  const isDrawn = (path: FramePath): boolean => rows.some((row) => row.some((frame) => keyOf(frame.path) === keyOf(path)));
  // A frame that became too narrow gives the keyboard to the one that fills the width.
  const current = keyOf(isDrawn(at) ? at : zoom);
  useEffect(() => {
    if (moved.current) box.current?.querySelector<HTMLElement>(`[data-path="${current}"]`)?.focus();
    moved.current = false;
  });
  const go = (path: FramePath): void => {
    moved.current = true;
    setAt(path);
    // Who goes to a frame that is not in the picture gets the picture that it is in.
    if (!isDrawn(path)) setZoom(path.slice(0, -1));
  };
  const onKey = (event: KeyboardEvent): void => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (Object.hasOwn(directions, event.key)) go(stepFrom(root, at, directions[event.key]));
    else if (event.key === 'Home') go([]);
    else if (event.key === 'Backspace' && zoom.length > 0) {
      moved.current = true;
      setZoom(zoom.slice(0, -1));
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const words = ({ name, value, self }: Frame): string => say('profile.frame', { name: name || say('profile.all'), value: formatValue(value, unit, language), percent: percent(value), self: formatValue(self, unit, language) });
  return (
    <section className="flame" aria-label={say('profile.graph')}>
      <p className="faint small">{say('profile.graph')}</p>
      <div ref={box} role="tree" aria-label={say('profile.title')} onKeyDown={onKey} data-row="">
        {rows.map((row, depth) => (
          <div key={depth} role="group" className="flame-row">
            {row.map((frame) => (
              <button
                key={keyOf(frame.path)} type="button" role="treeitem" aria-level={depth + 1} aria-selected={keyOf(frame.path) === current} aria-label={words(frame)} title={words(frame)}
                data-path={keyOf(frame.path)} tabIndex={keyOf(frame.path) === current ? 0 : -1} className="flame-frame"
                style={{ left: `${100 * frame.start}%`, width: `${100 * frame.width}%` }}
                onFocus={() => setAt(frame.path)} onClick={() => { moved.current = true; setZoom(frame.path); setAt(frame.path); }}
              >{frame.name || say('profile.all')}</button>
            ))}
          </div>
        ))}
      </div>
      {hidden > 0 ? <p className="faint">{say('profile.hidden', { n: hidden })}</p> : null}
    </section>
  );
}
