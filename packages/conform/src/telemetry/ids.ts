import { randomBytes } from 'node:crypto';

/** Hex, never zero. */
export const newTraceId = (): string => `c1${randomBytes(15).toString('hex')}`;
export const newSpanId = (): string => `c1${randomBytes(7).toString('hex')}`;
export const newName = (): string => `conform.${randomBytes(6).toString('hex')}`;
/** Now, in nanoseconds, as OTLP/JSON writes it. */
export const nowNs = (offsetMs = 0): string => `${(BigInt(Date.now()) + BigInt(offsetMs)) * 1_000_000n}`;
