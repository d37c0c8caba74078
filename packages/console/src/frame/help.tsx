import type { ReactNode } from 'react';
import { keyTable } from '../keys/table.ts';
import { useSay } from '../words/speak.tsx';
import { linkTo } from '../navigate.ts';
import { Link } from '../parts/link.tsx';
import { Overlay } from './overlay.tsx';

export function Help({ onClose }: { readonly onClose: () => void }): ReactNode {
  const say = useSay();
  return (
    <Overlay label={say('keys.title')} className="overlay help" onClose={onClose}>
      <p className="help-head"><b>{say('keys.title')}</b> <button type="button" autoFocus onClick={onClose}>{say('keys.close')} <kbd>Esc</kbd></button></p>
      <dl>{keyTable.map(({ keys, does }) => <div key={does}><dt>{keys.map((key) => <kbd key={key}>{key}</kbd>)}</dt><dd>{say(does)}</dd></div>)}</dl>
      <p className="help-more"><Link to={linkTo({ page: 'features' })} onClickCapture={onClose}>{say('features.help')}</Link> <Link to={linkTo({ page: 'detectors' })} onClickCapture={onClose}>{say('features.helpDetectors')}</Link></p>
    </Overlay>
  );
}
