import type { ReactNode } from 'react';
import { mark, useVerdict } from '../api/verdicts.ts';
import type { Finding } from '../model.ts';
import { useSay } from '../words/speak.tsx';

/** What a person says of it: one press, and one press to take it back. */
export function VerdictButtons({ finding }: { readonly finding: Finding }): ReactNode {
  const say = useSay();
  const verdict = useVerdict(finding);
  return (
    <div className="verdict">
      <h2>{say('verdict.ask')}</h2>
      <p className="hidden" aria-live="polite">{verdict === null ? '' : say(`verdict.said.${verdict}`)}</p>
      <p className="verdict-buttons">
        <button type="button" aria-pressed={verdict === 'real'} onClick={() => mark(finding, 'real')}>{say('verdict.real')} <kbd>v</kbd></button>
        <button type="button" aria-pressed={verdict === 'noise'} onClick={() => mark(finding, 'noise')}>{say('verdict.noise')} <kbd>x</kbd></button>
        {verdict === null ? null : <button type="button" className="plain" onClick={() => mark(finding, null)}>{say('verdict.undo')}</button>}
      </p>
      <p className="faint small">{verdict === null ? '' : `${say(`verdict.said.${verdict}`)} `}{say('verdict.learns')}</p>
    </div>
  );
}

/** Beside a finding in a list. */
export function VerdictWord({ finding }: { readonly finding: Finding }): ReactNode {
  const say = useSay();
  const verdict = useVerdict(finding);
  return verdict === null ? null : <span className="verdict-word">{say(`verdict.mark.${verdict}`)}</span>;
}
