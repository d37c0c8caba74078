import type { ReactNode } from 'react';
import type { Health, Incident } from '../model.ts';
import { useSay } from '../words/speak.tsx';

/** Each state has a shape besides its colour. Healthy has neither. Drawn around 0,0 within ±6. */
export function StateShape({ health }: { readonly health: Health }): ReactNode {
  switch (health) {
    case 'watch': return <path className="fill-watch" d="M0-5.500 6 5H-6Z" />;
    case 'broken': return <rect className="fill-broken" x="-5" y="-5" width="10" height="10" />;
    case 'recovering': return <g className="fill-recovering"><circle className="hollow" r="4.750" /><path d="M0-5.500A5.500 5.500 0 0 0 0 5.500Z" /></g>;
    case 'unknown': return <g className="hatched"><circle className="hollow" r="4.750" /><path d="M-3.500 1.500 1.500-3.500M-2 4 4-2M-4.500-1 -1-4.500M1 4.500 4.500 1" /></g>;
    case 'healthy': return null;
  }
}

export function Mark({ health, size = 12 }: { readonly health: Health; readonly size?: number }): ReactNode {
  const say = useSay();
  if (health === 'healthy') return null;
  return <svg className="mark" width={size} height={size} viewBox="-7 -7 14 14" role="img" aria-label={say(`health.${health}`)}><StateShape health={health} /></svg>;
}

export function healthOf(incident: Incident): Health {
  if (incident.state === 'resolved') return 'healthy';
  if (incident.state === 'recovering') return 'recovering';
  return incident.severity === 'low' ? 'watch' : 'broken';
}

/** The state in words, with its shape. */
export function State({ health, word }: { readonly health: Health; readonly word?: string }): ReactNode {
  const say = useSay();
  return <span className={`state state-${health}`}><Mark health={health} /> <span>{word ?? say(`health.${health}`)}</span></span>;
}
