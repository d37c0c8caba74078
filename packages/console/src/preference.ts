import { useSyncExternalStore } from 'react';
import { type Language, languages } from '@clew/words';

/** Choices that the browser remembers; without storage they last as long as the page. */
export type Theme = 'system' | 'light' | 'dark';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];

interface Preferences { readonly theme: Theme; readonly language: Language }

function recall(name: string): string | null {
  try {
    return localStorage.getItem(`clew.${name}`);
  } catch {
    // Storage is forbidden here: the choice is then not remembered, which is all that is lost.
    return null;
  }
}
function remember(name: string, value: string): void {
  try {
    localStorage.setItem(`clew.${name}`, value);
  } catch {
    // As above.
  }
}

const browserLanguage: Language = navigator.language.toLowerCase().startsWith('zh') ? 'zh' : 'en';
let preferences: Preferences = {
  theme: themes.find((theme) => theme === recall('theme')) ?? 'system',
  language: languages.find((language) => language === recall('language')) ?? browserLanguage,
};
const listeners = new Set<() => void>();

function apply(): void {
  const root = document.documentElement;
  if (preferences.theme === 'system') delete root.dataset.theme;
  else root.dataset.theme = preferences.theme;
  root.lang = preferences.language === 'zh' ? 'zh-Hans' : 'en';
}
apply();

export function prefer(change: Partial<Preferences>): void {
  preferences = { ...preferences, ...change };
  for (const [name, value] of Object.entries(change)) remember(name, value);
  apply();
  for (const listener of listeners) listener();
}

export function usePreferences(): Preferences {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => preferences);
}
