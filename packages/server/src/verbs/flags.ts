import type { ParseArgsOptionsConfig } from 'node:util';
import { z } from 'zod';
import { CodedError } from '../errors.ts';
import type { Parameters } from './remote.ts';

/** Flags of a verb made from the query schema of the path that it asks: the same names, `minDuration` as `--min-duration`. */
export function flagsOf(query: z.ZodObject): ParseArgsOptionsConfig {
  return Object.fromEntries(Object.entries(query.shape).map(([name, field]) => [
    toFlag(name), isSwitch(field) ? { type: 'boolean' as const } : { type: 'string' as const, ...(isRepeated(field) ? { multiple: true } : {}) },
  ]));
}

/** Lines of help for them. `from` and `to` are left out: --since and --until stand for them. */
export function flagsHelp(query: z.ZodObject): string {
  return Object.entries(query.shape).filter(([name]) => name !== 'from' && name !== 'to').map(([name, field]) => {
    const { description = '', enum: choices, default: initial } = z.toJSONSchema(field, { io: 'output' });
    const value = isSwitch(field) ? '' : ` <${Array.isArray(choices) ? choices.join('|') : 'value'}>`;
    const text = [description.replaceAll('`', ''), initial === undefined || isSwitch(field) || isRepeated(field) ? '' : `default ${String(initial)}`].filter((part) => part !== '').join('; ');
    return `    --${toFlag(name)}${value}`.padEnd(34) + (text === '' ? '' : ` ${text}`);
  }).map((line) => line.trimEnd()).join('\n');
}

/** Values of flags → parameters of the path. Times may be relative. The server checks the rest. */
export function toParameters(query: z.ZodObject, values: Readonly<Record<string, unknown>>, nowMs: number): Parameters {
  const parameters: Record<string, string | number | boolean | readonly string[] | undefined> = {};
  for (const name of Object.keys(query.shape)) {
    const value = values[toFlag(name)] as string | boolean | readonly string[] | undefined;
    if (value === undefined) continue;
    parameters[name] = (name === 'from' || name === 'to' || name === 'at') && typeof value === 'string' ? readTime(value, nowMs) : value;
  }
  if (typeof values.since === 'string') parameters.from = readTime(values.since, nowMs);
  if (typeof values.until === 'string') parameters.to = readTime(values.until, nowMs);
  return parameters;
}

export const timeOptions = { since: { type: 'string' }, until: { type: 'string' } } as const satisfies ParseArgsOptionsConfig;
export const timeHelp = `    --since <time>                 from when: 15m, 2h, 1d ago, 2026-11-22T10:15:00Z, or epoch milliseconds; default 1h
    --until <time>                 up to when, the same forms; default now`;

const unitMs: Readonly<Record<string, number>> = { s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000, w: 604_800_000 };

/** `15m` (ago), `1h30m`, an ISO time, or epoch milliseconds. */
export function readTime(text: string, nowMs: number): number {
  const given = text.trim();
  if (/^(\d+[smhdw])+$/.test(given)) {
    const agoMs = [...given.matchAll(/(\d+)([smhdw])/g)].reduce((sum, [, count, unit]) => sum + Number(count) * unitMs[unit], 0);
    return Math.max(0, Math.round(nowMs - agoMs));
  }
  if (/^\d{10,}$/.test(given)) return Number(given);
  // Only full dates and times: other texts are parsed differently by every engine.
  const ms = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})?)?$/.test(given) ? Date.parse(withZone(given)) : NaN;
  if (Number.isNaN(ms)) throw new CodedError('bad_usage', text, { detail: 'A time is 15m, 2026-11-22T10:15:00Z or epoch milliseconds.' });
  return ms;
}

/** A time without a zone is UTC here, as everything that is printed. */
function withZone(text: string): string {
  if (text.length === 10) return `${text}T00:00:00Z`;
  return /(Z|[+-]\d{2}:?\d{2})$/.test(text.slice(10)) ? text : `${text.replace(' ', 'T')}Z`;
}

function toFlag(name: string): string {
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function isSwitch(field: z.core.$ZodType): boolean {
  return z.toJSONSchema(field, { io: 'output' }).enum?.includes('true') ?? false;
}

function isRepeated(field: z.core.$ZodType): boolean {
  return z.toJSONSchema(field, { io: 'output' }).type === 'array';
}
