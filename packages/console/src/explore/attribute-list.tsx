import type { ReactNode } from 'react';
import type { Attributes } from '../model.ts';
import { valueText } from '../words/value.ts';
import { useSay } from '../words/speak.tsx';

/** Attributes as they were sent, by key. Values are text and nothing else. */
export function AttributeList({ attributes }: { readonly attributes: Attributes }): ReactNode {
  const say = useSay();
  const keys = Object.keys(attributes).sort();
  if (keys.length === 0) return <p className="faint">{say('trace.noAttributes')}</p>;
  return <dl className="attributes">{keys.map((key) => <div key={key}><dt>{key}</dt><dd>{valueText(attributes[key])}</dd></div>)}</dl>;
}
