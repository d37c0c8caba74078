import { afterAll, expect, test } from 'vitest';
import { z } from 'zod';
import { list, noun, nouns } from './noun.ts';

interface Thing { readonly name: string; readonly sizes: readonly number[]; readonly note: string | null }
const made: z.ZodType[] = [];
/** Other tests of the same process read the registry. */
afterAll(() => { for (const schema of made) nouns.remove(schema); });

const shape = { name: z.string(), sizes: list(z.number()), note: z.string().nullable() };

/** The compiler is the test here: `npm run check` fails where an expected error does not come. */
test('a schema that differs from its type does not compile', () => {
  const thing = noun<Thing>('TestThing', '').is(z.object(shape));
  // @ts-expect-error a member is missing
  made.push(noun<Thing>('TestMissing', '').is(z.object({ name: shape.name, sizes: shape.sizes })));
  // @ts-expect-error a member too many
  made.push(noun<Thing>('TestExtra', '').is(z.object({ ...shape, more: z.string().optional() })));
  // @ts-expect-error a wider member
  made.push(noun<Thing>('TestWider', '').is(z.object({ ...shape, name: z.union([z.string(), z.number()]) })));
  // @ts-expect-error a narrower member
  made.push(noun<Thing>('TestNarrower', '').is(z.object({ ...shape, note: z.null() })));
  made.push(thing);
  expect(thing.parse({ name: 'a', sizes: [1], note: null })).toEqual({ name: 'a', sizes: [1], note: null });
});
