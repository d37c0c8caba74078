import { useEffect, useMemo, useRef, useState, type KeyboardEvent, type ReactNode } from 'react';
import { namesOf } from '@clew/words';
import { useAnswer } from '../api/answer.ts';
import type { DemoResponse, IncidentsResponse, ServicesResponse } from '../model.ts';
import { go } from '../navigate.ts';
import { useSay } from '../words/speak.tsx';
import { useTongue } from '../words/speak.tsx';
import { choices, rank, type Choice } from './choices.ts';
import { Overlay } from './overlay.tsx';

const shownMax = 12;

/** Everything by name: services, incidents, a trace by its id, pages, commands. */
export function Palette({ onClose }: { readonly onClose: () => void }): ReactNode {
  const say = useSay();
  const services = useAnswer<ServicesResponse>('/services').data?.services;
  const incidents = useAnswer<IncidentsResponse>('/incidents').data?.incidents;
  const demo = useAnswer<DemoResponse>('/demo').data;
  const names = useMemo(() => namesOf(services ?? []), [services]);
  const tongue = useTongue(names);
  const [text, setText] = useState('');
  const [at, setAt] = useState(0);
  const input = useRef<HTMLInputElement>(null);
  useEffect(() => input.current?.focus(), []);
  const found = rank(choices({ services, incidents, demo, tongue }), text, tongue.language).slice(0, shownMax);
  const chosen = Math.min(at, found.length - 1);
  const take = (choice: Choice | undefined): void => {
    if (choice === undefined) return;
    onClose();
    if (choice.to !== undefined) go(choice.to);
    choice.run?.();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0) setAt((chosen + step + found.length) % Math.max(1, found.length));
    else if (event.key === 'Enter') take(found[chosen]);
    else return;
    event.preventDefault();
  };
  return (
    <Overlay label={say('search.open')} className="overlay palette" onClose={onClose}>
      <input ref={input} type="text" role="combobox" aria-expanded="true" aria-controls="palette-list" aria-activedescendant={found.length > 0 ? `choice-${chosen}` : undefined} aria-label={say('search.open')} placeholder={say('search.placeholder')} autoComplete="off" spellCheck={false} value={text} onChange={(event) => { setText(event.target.value); setAt(0); }} onKeyDown={onKey} />
      {found.length === 0 ? <p className="palette-none">{say('search.nothing')}</p> : null}
      <ul id="palette-list" role="listbox" aria-label={say('search.open')}>
        {found.map((choice, index) => (
          <li key={choice.key} id={`choice-${index}`} role="option" aria-selected={index === chosen} onPointerMove={() => setAt(index)} onClick={() => take(choice)}>
            <span className="choice-name">{choice.name}</span><span className="choice-kind">{choice.kind}</span>
          </li>
        ))}
      </ul>
      <p className="palette-hint">{say('search.hint')}</p>
    </Overlay>
  );
}
