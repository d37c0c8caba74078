import { unlimited } from '../../gate.ts';
import { mayRetry, receive, toCoded } from '../../receive.ts';
import type { ReceiverOptions } from '../../receive.ts';
import type { Source } from '../../source.ts';

const retryMs = 1_000;

/** Makes log records durable, however long it takes: there is nobody to tell to send them again. */
export interface Persist {
  /** True when they are durable; false when they were refused for good, or there was to be no more trying. */
  keep(source: Source, body: Uint8Array): Promise<boolean>;
  /** From now on each is tried once, also those that wait. */
  hurry(): void;
}

export function makePersist(options: ReceiverOptions): Persist {
  let isHurried = false;
  let wake = (): void => undefined;

  async function attempt(source: Source, body: Uint8Array): Promise<'durable' | 'refused' | 'later'> {
    const ticket = options.budget.open();
    const lease = options.pool.open();
    try {
      await receive(options, { signal: 'logs', encoding: 'protobuf', compression: 'identity', body, source, ticket, admitted: unlimited, lease });
      return 'durable';
    } catch (error) {
      return mayRetry(toCoded(error, options.onBug)) ? 'later' : 'refused';
    } finally {
      ticket.release();
      lease.release();
    }
  }

  return {
    async keep(source, body) {
      for (;;) {
        const outcome = await attempt(source, body);
        if (outcome !== 'later' || isHurried) return outcome === 'durable';
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, retryMs);
          wake = () => { clearTimeout(timer); resolve(); };
        });
      }
    },
    hurry() {
      isHurried = true;
      wake();
    },
  };
}
