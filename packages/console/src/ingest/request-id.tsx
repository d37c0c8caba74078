import type { ReactNode } from 'react';
import { copyText } from '../copy.ts';
import { useSay } from '../words/speak.tsx';

/** The id that stands in the answer of the request; a press copies it. */
export function RequestId({ id }: { readonly id: string }): ReactNode {
  const say = useSay();
  if (id === '') return <span className="faint">–</span>;
  return <button type="button" className="request-id" title={say('ingest.copyId')} onClick={() => copyText(id, 'ingest.copied')}><code>{id}</code></button>;
}
