import { z } from 'zod';

/** Every schema that has a name in the OpenAPI document. */
export const nouns = z.registry<{ id: string; description: string }>();

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
/** `unknown` (no demand) when the schema says exactly what the type says, else a text that the compiler shows. */
type Agrees<T, S extends z.ZodType> =
  Same<T, z.output<S>> extends true
    ? (Same<keyof T, keyof z.output<S>> extends true ? unknown : 'the schema has other keys than the type')
    : 'the schema differs from the type';

/**
 * Names a schema and holds it to a type of the contract, both ways, at compile time. The result keeps only the type:
 * whoever needs the shape of the object (to extend it) works on the schema before it is named.
 */
export function noun<T>(id: string, description: string) {
  return {
    is<S extends z.ZodType>(schema: S & Agrees<T, S>): z.ZodType<T> {
      const named = schema as unknown as z.ZodType<T>;
      nouns.add(named, { id, description });
      return named;
    },
  };
}

/** A list as the contract has it: not to be changed by who reads it. */
export function list<S extends z.ZodType>(item: S) {
  return z.array(item).readonly();
}

export const timeMs = z.number().describe('Epoch milliseconds');
export const share = z.number().describe('0..1');
export const entityId = z.string().describe('Entity id, for example `service:checkout`');
