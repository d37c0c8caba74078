import type { KeyboardEvent, ReactNode } from 'react';
import { copyText } from '../copy.ts';
import { setFilters, useRoute } from '../navigate.ts';
import { useSay } from '../words/speak.tsx';
import { sendLines, type Listening } from './send-lines.ts';

/** One tab per language, lines that can be copied as they are. The tab is part of the address. */
export function SendTabs({ listening }: { readonly listening: Listening }): ReactNode {
  const say = useSay();
  const { filters } = useRoute();
  const at = Math.max(0, sendLines.findIndex((each) => each.id === filters.with));
  const text = sendLines[at].lines(listening);
  const onKey = (event: KeyboardEvent<HTMLElement>): void => {
    const step = event.key === 'ArrowRight' ? 1 : event.key === 'ArrowLeft' ? -1 : 0;
    if (step === 0) return;
    const next = (at + step + sendLines.length) % sendLines.length;
    setFilters({ with: sendLines[next].id });
    event.currentTarget.querySelectorAll<HTMLElement>('[role=tab]')[next].focus();
    event.preventDefault();
  };
  return (
    <div className="send-tabs">
      <div role="tablist" aria-label={say('send.languages')} onKeyDown={onKey}>
        {sendLines.map(({ id, name }, index) => <button key={id} type="button" role="tab" id={`tab-${id}`} aria-selected={index === at} aria-controls="send-lines" tabIndex={index === at ? 0 : -1} onClick={() => setFilters({ with: id })}>{name}</button>)}
      </div>
      <div className="send-lines" id="send-lines" role="tabpanel" aria-labelledby={`tab-${sendLines[at].id}`}>
        <pre tabIndex={0}>{text}</pre>
        <button type="button" onClick={() => copyText(text, 'copy.done')}>{say('copy.do')}</button>
      </div>
    </div>
  );
}
