import type { Random } from '../../packages/simulator/src/random.ts';
import { changeBytes } from './mutate-bytes.ts';
import { copyTree, makeField, readTree, writeTree } from './wire-tree.ts';
import type { WireField } from './wire-tree.ts';

/** Longer inputs are cut: time is better spent on many. */
const inputBytesMax = 8_192;
const numbers = [0n, 1n, 2n, 3n, 127n, 128n, 255n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_ffffn, 1n << 53n, (1n << 53n) + 1n, (1n << 63n) - 1n, 1n << 63n, (1n << 64n) - 1n, 1n << 64n, (1n << 69n) - 1n];
const texts = ['', '__proto__', 'constructor', 'service.name', 'http.route', 'a\0b', '\u2028', 'é', '😀', 'x'.repeat(300)].map((text) => new TextEncoder().encode(text))
  .concat([[0xff], [0xed, 0xa0, 0x80], [0xc0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0xe2, 0x82]].map((bytes) => Uint8Array.from(bytes)));

type Change = (random: Random, fields: WireField[], index: number, donor: readonly WireField[]) => void;

const changes: readonly Change[] = [
  (random, fields, i) => { fields[i].number = random.chance(0.8) ? random.integer(1, 20) : random.pick([0, 99, 1_000, 536_870_911, 536_870_912]); },
  (random, fields, i) => { fields[i].wire = random.below(8); },
  (random, fields, i) => { fields[i].value = random.pick(numbers); },
  (random, fields, i) => { fields[i].value = BigInt(random.below(40)); },
  (random, fields, i) => { fields[i].claimedLength = random.chance(0.5) ? random.pick(numbers) : BigInt(Math.max(0, fields[i].bytes.length + random.integer(-2, 2))); },
  (random, fields, i) => { fields[i].bytes = changeBytes(random, fields[i].bytes); fields[i].children = null; },
  (random, fields, i) => { fields[i].bytes = random.pick(texts); fields[i].children = null; },
  (random, fields, i) => { fields[i].bytes = Uint8Array.from({ length: random.pick([0, 1, 4, 7, 8, 9, 15, 16, 17]) }, () => random.below(256)); fields[i].children = null; },
  (_, fields, i) => { fields.splice(i, 1); },
  (random, fields, i) => { for (let count = random.pick([1, 1, 2, 20]); count > 0; count--) fields.splice(i, 0, ...copyTree([fields[i]])); },
  (random, fields, i) => { fields.splice(random.below(fields.length), 0, ...fields.splice(i, 1)); },
  (random, fields, i, donor) => { if (donor.length > 0) fields.splice(i, 0, ...copyTree([random.pick(donor)])); },
  (random, fields, i, donor) => { if (donor.length > 0) fields[i] = { ...copyTree([random.pick(donor)])[0], number: fields[i].number }; },
  (random, fields, i) => { nest(random, fields, i); },
  (random, fields, i) => { fields.splice(i, 0, makeField(random.integer(1, 200), 3), makeField(random.integer(1, 200), random.pick([0, 3, 4])), makeField(fields[i].number, 4)); },
  // A number list packed into one field, as proto3 may, or a packed one that holds half a number.
  (random, fields, i) => { fields[i] = makeField(fields[i].number, 2, 0n, Uint8Array.from({ length: random.integer(0, 33) }, () => random.below(256))); },
];

/** Wraps the field into itself, like an attribute value that is an array of arrays. */
function nest(random: Random, fields: WireField[], index: number): void {
  const { number } = fields[index];
  for (let depth = random.pick([1, 2, 8, 33, 65, 101, 400]); depth > 0; depth--) {
    const outer = makeField(random.chance(0.8) ? number : random.pick([1, 2, 5, 6]), 2);
    outer.children = [fields[index]];
    fields[index] = outer;
  }
}

/** `input` with one to six changes of its structure; bytes that are no message are changed as bytes. */
export function changeWire(random: Random, input: Uint8Array, other: Uint8Array): Uint8Array {
  const original = treeOf(input);
  if (original.length === 0 || random.chance(0.1)) return changeBytes(random, input);
  const tree = copyTree(original);
  const donor = random.chance(0.2) ? flatten(treeOf(other)) : [];
  for (let count = random.pick([1, 1, 1, 2, 3, 6]); count > 0; count--) {
    const fields = random.pick(listsOf(tree));
    if (fields.length > 0) random.pick(changes)(random, fields, random.below(fields.length), donor);
  }
  const out = writeTree(tree);
  return random.chance(0.05) ? changeBytes(random, out) : out.subarray(0, inputBytesMax);
}

/** Inputs of the corpus are changed again and again. */
const trees = new WeakMap<Uint8Array, WireField[]>();

function treeOf(input: Uint8Array): readonly WireField[] {
  const known = trees.get(input);
  if (known !== undefined) return known;
  const tree = readTree(input) ?? [];
  trees.set(input, tree);
  return tree;
}

/** Every list of fields, so that the deep ones, which are most, are changed most. */
function listsOf(fields: WireField[]): WireField[][] {
  const lists = [fields];
  for (const list of lists) for (const { children } of list) if (children !== null) lists.push(children);
  return lists;
}

function flatten(fields: readonly WireField[]): WireField[] {
  return fields.flatMap((field) => [field, ...(field.children === null ? [] : flatten(field.children))]);
}
