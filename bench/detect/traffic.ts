import { writeRequest } from '@clew/otlp';
import type { Span } from '@clew/otlp';

/** hard: every request fails · slow: every request takes four times as long. Each befalls a service of its own. */
export type FaultKind = 'hard' | 'slow';
export interface Planted { readonly kind: FaultKind; readonly service: string; readonly atMs: number }

const requestsPerSecond = 30;

/** Requests of all services that end within [fromMs, toMs), bad ones where their fault has begun. */
export function requestsOf(services: readonly string[], faults: readonly Planted[], fromMs: number, toMs: number, next: () => number): Uint8Array {
  return writeRequest('traces', {
    resourceSpans: services.map((name) => {
      const fault = faults.find(({ service }) => service === name);
      const spans: Span[] = [];
      const count = Math.floor(requestsPerSecond * (toMs - fromMs) / 1_000 + next());
      for (let at = 0; at < count; at++) {
        const endMs = fromMs + next() * (toMs - fromMs);
        const bad = fault !== undefined && endMs >= fault.atMs ? fault.kind : '';
        const ms = 40 * Math.exp(0.3 * (next() + next() + next() + next() - 2) * 1.7) * (bad === 'slow' ? 4 : 1);
        const hex = (): string => Math.floor(next() * 0xffffffff + 1).toString(16).padStart(8, '0');
        spans.push({
          traceId: hex() + hex() + hex() + hex(), spanId: hex() + hex(), name: 'GET /', kind: 2, attributes: [{ key: 'http.route', value: { stringValue: '/' } }],
          startTimeUnixNano: BigInt(Math.round((endMs - ms) * 1e3)) * 1_000n, endTimeUnixNano: BigInt(Math.round(endMs * 1e3)) * 1_000n,
          status: { code: bad === 'hard' || next() < 0.002 ? 2 : 0 },
        });
      }
      return { resource: { attributes: [{ key: 'service.name', value: { stringValue: name } }] }, scopeSpans: [{ spans }] };
    }),
  });
}
