import type { Headers } from '../client/exchange.ts';
import type { PlainAttributes, ReadBack, ReadLog, ReadSeries, ReadSpan } from './read-back.ts';

const pollMs = 100;
const patienceMs = 15_000;

/** Reads back over Clew's REST API; `base` is `http://host:4319`. */
export function makeClewReadBack(base: string, headers: Headers): ReadBack {
  const get = async (path: string): Promise<Readonly<Record<string, unknown>> | null> => {
    const answer = await fetch(`${base}/api/v1${path}`, { headers });
    if (answer.status === 404) return null;
    if (!answer.ok) throw new Error(`BUG: read-back of ${path} answered ${answer.status}: ${(await answer.text()).slice(0, 300)}`);
    return await answer.json() as Readonly<Record<string, unknown>>;
  };
  return {
    words: `Clew at ${base}`,
    spans: (traceId, wanted) => poll(wanted, async () => ((await get(`/traces/${traceId}`))?.spans ?? []) as readonly ReadSpan[]),
    logs: (service, wanted) => poll(wanted, async () => {
      const found = await get('/logs?from=0&limit=5000&text=');
      return ((found?.logs ?? []) as readonly (ReadLog & { readonly resource: { readonly attributes: PlainAttributes } })[]).filter((log) => log.resource.attributes['service.name'] === service);
    }),
    series: (metric, wanted) => poll(wanted, async () => {
      const nowMs = Date.now();
      return ((await get(`/metrics/${encodeURIComponent(metric)}?from=${nowMs - 600_000}&to=${nowMs + 60_000}&step=10000`))?.series ?? []) as readonly ReadSeries[];
    }),
  };
}

/** Until so many are there, and then once more: what comes too many shows a moment later. */
async function poll<Row>(wanted: number, read: () => Promise<readonly Row[]>): Promise<readonly Row[]> {
  const untilMs = Date.now() + patienceMs;
  for (;;) {
    const rows = await read();
    if (rows.length >= wanted || Date.now() > untilMs) return rows;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}
