import { useId, type ReactNode } from 'react';

/** Words that explain a value: shown while the pointer is on it or the keyboard is at it, and read out with it. */
export function Hint({ words, children }: { readonly words: string; readonly children: ReactNode }): ReactNode {
  const id = useId();
  return <span className="hint" tabIndex={0} aria-describedby={id}>{children}<span className="hint-words" role="tooltip" id={id}>{words}</span></span>;
}
