import type { Headers } from '../client/exchange.ts';
import type { Message } from '../oracle.ts';
import { markKey } from './read-back.ts';
import type { ReadBack, ReadRow, ReadSpan } from './read-back.ts';

const pollMs = 100;
const patienceMs = 15_000;
const dayMs = 86_400_000;

/** Reads back over Clew's REST API; `base` is `http://host:4319`. */
export function makeClewReadBack(base: string, headers: Headers): ReadBack {
  const get = async (path: string): Promise<Message | null> => {
    const answer = await fetch(`${base}/api/v1${path}`, { headers });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`BUG: read-back of ${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    return await answer.json() as Message;
  };
  const rows = async (path: string, name: string): Promise<readonly Message[]> => ((await get(path))?.[name] ?? []) as readonly Message[];
  const range = (): string => `from=0&to=${Date.now() + 2 * dayMs}`;
  const marked = (mark: string): string => `/logs?${range()}&attribute=${encodeURIComponent(`${markKey}=${mark}`)}`;
  const exactPath = async (signal: Parameters<ReadBack['exact']>[0], key: string): Promise<string | null> => {
    if (signal === 'traces') return `/otlp/traces/${key}`;
    if (signal === 'logs') return `/otlp${marked(key)}`;
    if (signal === 'metrics') return `/otlp/metrics/${encodeURIComponent(key)}?${range()}`;
    const [profile] = (await rows(`/profiles?${range()}&limit=1000`, 'profiles')).filter(({ service }) => service === `service:${key}`);
    return profile === undefined ? null : `/otlp/profiles/${encodeURIComponent(String(profile.id))}`;
  };
  return {
    words: `Clew at ${base}`,
    spans: (traceId, wanted) => poll(wanted, async () => await rows(`/traces/${traceId}`, 'spans') as readonly ReadSpan[]),
    logs: (mark, wanted) => poll(wanted, async () => await rows(marked(mark), 'logs') as readonly ReadRow[]),
    points: (metric, wanted) => poll(wanted, async () => await rows(`/metrics/${encodeURIComponent(metric)}/points?${range()}`, 'points') as readonly ReadRow[]),
    async exact(signal, key) {
      const [found] = await poll(1, async () => {
        const path = await exactPath(signal, key);
        const message = path === null ? null : await get(path);
        return message === null || Object.values(message).every((list) => Array.isArray(list) && list.length === 0) ? [] : [message];
      });
      return found ?? null;
    },
  };
}

/** Until so many are there, or patience ends. */
async function poll<Row>(wanted: number, read: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const found = await read();
    if (found.length >= wanted || Date.now() > untilMs) return found;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
