import type { ReactNode } from 'react';
import type { GraphResponse, Health } from '../model.ts';
import { Mark } from '../parts/mark.tsx';
import { useSay } from '../words/speak.tsx';

const states: readonly Health[] = ['broken', 'watch', 'recovering', 'unknown'];

/** What the marks on the map mean: those that are on it, and the two lines. */
export function Legend({ graph, hasThread }: { readonly graph: Pick<GraphResponse, 'nodes'>; readonly hasThread: boolean }): ReactNode {
  const say = useSay();
  const shown = states.filter((state) => graph.nodes.some(({ health }) => health === state));
  return (
    <ul className="legend" aria-label={say('map.legend')}>
      {shown.map((health) => <li key={health}><Mark health={health} /><span aria-hidden="true">{say(`health.${health}`)}</span></li>)}
      <li><svg width="14" height="10" aria-hidden="true"><rect className="node-box" x="0.500" y="1.500" width="13" height="7" rx="2" /></svg>{say('health.healthy')}</li>
      {hasThread ? <li><svg width="18" height="8" aria-hidden="true"><path className="thread-line" d="M0 4H18" /></svg>{say('map.legendThread')}</li> : null}
      <li><svg width="18" height="8" aria-hidden="true"><path className="flow" d="M0 2H18" strokeWidth="1" /><path className="flow" d="M0 6H18" strokeWidth="3" /></svg>{say('map.legendFlow')}</li>
    </ul>
  );
}
