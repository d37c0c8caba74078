import { useEffect, useState, type ReactNode } from 'react';
import { apiRoot, query } from '../api/client.ts';
import type { StoredLog } from '../model.ts';
import { useNames } from '../parts/names.ts';
import { useSay } from '../words/speak.tsx';
import { LogList } from './log-list.tsx';

/** The newest lines kept on screen; older ones make room. */
const linesMost = 2_000;
const retryMs = 2_000;

interface Tailed { readonly logs: readonly StoredLog[]; readonly seen: number; readonly skipped: number }
const nothing: Tailed = { logs: [], seen: 0, skipped: 0 };

/** Lines as they arrive. However fast they come, the page is drawn once a frame. */
export function Tail({ service, severity, text }: { readonly service: string; readonly severity: string; readonly text: string }): ReactNode {
  const say = useSay();
  const names = useNames();
  const [tailed, setTailed] = useState<Tailed>(nothing);
  const [on, setOn] = useState(false);
  useEffect(() => {
    let waiting: StoredLog[] = [];
    let skipped = 0;
    let frame = 0;
    let source: EventSource | undefined;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const draw = (): void => {
      frame = 0;
      const [arrived, missed] = [waiting, skipped];
      waiting = [];
      skipped = 0;
      setTailed((was) => ({ logs: [...was.logs, ...arrived].slice(-linesMost), seen: was.seen + arrived.length, skipped: was.skipped + missed }));
    };
    const soon = (): void => {
      if (frame === 0) frame = requestAnimationFrame(draw);
    };
    const open = (): void => {
      const opened = new EventSource(`${apiRoot}/logs/tail${query({ service, severity, text })}`);
      source = opened;
      opened.addEventListener('open', () => setOn(true));
      opened.addEventListener('error', () => {
        opened.close();
        setOn(false);
        retry = setTimeout(open, retryMs);
      });
      opened.addEventListener('log', (event: MessageEvent<string>) => {
        waiting.push(JSON.parse(event.data) as StoredLog);
        // A hidden tab draws no frames: what it cannot show is not piled up.
        if (waiting.length > linesMost) skipped += waiting.splice(0, waiting.length - linesMost).length;
        soon();
      });
      opened.addEventListener('skipped', (event: MessageEvent<string>) => {
        skipped += (JSON.parse(event.data) as { count: number }).count;
        soon();
      });
    };
    open();
    return () => {
      clearTimeout(retry);
      cancelAnimationFrame(frame);
      source?.close();
    };
  }, [service, severity, text]);
  return (
    <>
      <p className="quiet found" role="status">{on ? (tailed.seen === 0 ? say('logs.waiting') : say('logs.tailing', { n: tailed.seen })) : say('logs.tailOff')} {tailed.skipped > 0 ? <b className="soft">{say('logs.sampled', { n: tailed.skipped })}</b> : null} {tailed.seen > linesMost ? say('logs.bounded', { n: linesMost }) : null}</p>
      <LogList logs={tailed.logs} names={names} follow />
    </>
  );
}
