import type { ReactNode } from 'react';
import { connect, useConnection } from '../api/live.ts';
import { copyLink } from '../copy.ts';
import { useRoute, setTime } from '../navigate.ts';
import { toggleLive } from '../route.ts';
import { Rich, Time, useSay } from '../words/speak.tsx';
import { Picks } from './picks.tsx';
import { TimePicker } from './time-picker.tsx';

export function TopBar({ onSearch }: { readonly onSearch: () => void }): ReactNode {
  const say = useSay();
  const connection = useConnection();
  return (
    <header className="top">
      <button type="button" className="search-open" onClick={onSearch}><span>{say('search.open')}</span><kbd>Ctrl K</kbd></button>
      <span className="top-space" />
      <TimePicker />
      <LiveButton />
      <button type="button" className="top-copy" title={say('keys.copyLink')} onClick={copyLink}>{say('copy.link')}</button>
      <Picks />
      {connection.state === 'off' ? <p className="disconnected" role="alert"><span><Rich name="live.offLong" values={{ time: <Time at={connection.sinceMs} /> }} /></span> <button type="button" onClick={connect}>{say('live.retry')}</button></p> : null}
    </header>
  );
}

/** What the page is: moving on with the data, standing still, or cut off. */
function LiveButton(): ReactNode {
  const say = useSay();
  const { time } = useRoute();
  const connection = useConnection();
  const paused = time.kind === 'between';
  const word = paused ? say('time.paused') : connection.state === 'on' ? say('live.on') : say(connection.state === 'off' ? 'live.off' : 'live.connecting');
  return (
    <button type="button" className={`live ${paused ? 'paused' : connection.state}`} aria-pressed={!paused} title={say(paused ? 'time.goLive' : 'time.pause')} onClick={() => setTime(toggleLive(time, Date.now()))}>
      <span className="live-dot" aria-hidden="true" />{word}
    </button>
  );
}
