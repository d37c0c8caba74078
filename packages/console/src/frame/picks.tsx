import type { ReactNode } from 'react';
import { type Language, languageNames, languages } from '@clew/words';
import { prefer, themes, usePreferences, type Theme } from '../preference.ts';
import { useSay } from '../words/speak.tsx';

/** Language and theme: in the top bar, and in the menu where the bar is too narrow for them. */
export function Picks(): ReactNode {
  const say = useSay();
  const { theme, language } = usePreferences();
  return (
    <>
      <label className="pick"><span className="hidden">{say('language.label')}</span>
        <select value={language} onChange={(event) => prefer({ language: event.target.value as Language })}>{languages.map((each) => <option key={each} value={each}>{languageNames[each]}</option>)}</select>
      </label>
      <label className="pick"><span className="hidden">{say('theme.label')}</span>
        <select value={theme} onChange={(event) => prefer({ theme: event.target.value as Theme })}>{themes.map((each) => <option key={each} value={each}>{say(`theme.${each}`)}</option>)}</select>
      </label>
    </>
  );
}
