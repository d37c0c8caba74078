import type { Notice } from '@clew/engine';
import type { ApiContext } from '../api/context.ts';
import type { Journal } from '../intake/journal.ts';
import type { EngineView } from './engine-view.ts';

/** An engine that catches up, or has failed, must not keep people waiting: what they said is durable already. */
const hearMsMax = 2_000;

/** Makes a notice durable, and waits until the world that is shown knows of it. */
export function makeTell({ journal, engine, on }: { readonly journal: Pick<Journal, 'tell'>; readonly engine: Pick<EngineView, 'told'>; readonly on: ApiContext['on'] }): ApiContext['tellEngine'] {
  return async (notice: Notice) => {
    const position = await journal.tell(notice);
    await new Promise<void>((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        stop();
        resolve();
      };
      const timer = setTimeout(done, hearMsMax);
      const stop = on('world', () => { if (engine.told() >= position) done(); });
      if (engine.told() >= position) done();
    });
  };
}
