import type { z } from 'zod';
import { CodedError } from '../errors.ts';

/** How much of a wrong value an answer repeats. */
const valueCharsMax = 300;

/** Query string → what the schema makes of it. An empty value counts as absent; a parameter given twice stays a list. */
export function checkQuery(schema: z.ZodObject, search: URLSearchParams): unknown {
  const given: Record<string, string | string[]> = {};
  for (const name of new Set(search.keys())) {
    const values = search.getAll(name).filter((value) => value !== '');
    if (values.length > 0 || !Object.hasOwn(schema.shape, name)) given[name] = values.length === 1 ? values[0] : values;
  }
  const checked = schema.safeParse(given);
  if (checked.success) return checked.data;
  throw complaint(checked.error, given, 'Parameter');
}

export function checkBody(schema: z.ZodObject, given: unknown): unknown {
  const checked = schema.safeParse(given);
  if (checked.success) return checked.data;
  throw complaint(checked.error, given, 'Field');
}

/** The first thing that is wrong, as one sentence with the value that was given. */
function complaint(error: z.ZodError, given: unknown, what: string): CodedError {
  const issue = error.issues[0];
  if (issue.code === 'unrecognized_keys') {
    return wrong(issue.keys.map((key) => shown(key, given)).join('&'), `${what} ${issue.keys.join(', ')} is not known here.`);
  }
  const name = String(issue.path[0] ?? '');
  if (name === '') return wrong(JSON.stringify(given) ?? 'nothing', `${what}s are not right: ${lowerFirst(issue.message)}.`);
  return wrong(shown(name, given), `${what} ${name} is not right: ${lowerFirst(issue.message)}.`);
}

function wrong(value: string, detail: string): CodedError {
  return new CodedError('bad_query', value.slice(0, valueCharsMax), { detail });
}

function shown(key: string, given: unknown): string {
  const value: unknown = given === null || typeof given !== 'object' ? undefined : Reflect.get(given, key);
  return value === undefined ? `${key} absent` : `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`;
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
