import { expect, test } from 'vitest';
import type { Profile, ProfilesDictionary } from '@clew/otlp';
import { flameOf } from './flame.ts';

const dictionary: ProfilesDictionary = {
  stringTable: ['', 'main', 'pay', 'memcpy', 'printf', 'libc.so', 'a;b'],
  mappingTable: [{}, { filenameStrindex: 5 }],
  functionTable: [{}, { nameStrindex: 1 }, { nameStrindex: 2 }, { nameStrindex: 3 }, { systemNameStrindex: 4 }, { filenameStrindex: 6 }],
  locationTable: [{}, { lines: [{ functionIndex: 1 }] }, { lines: [{ functionIndex: 2 }] }, { lines: [{ functionIndex: 3 }, { functionIndex: 4 }] }, { mappingIndex: 1, address: '255' }, { lines: [{ functionIndex: 5 }] }],
  linkTable: [{}, { traceId: '01'.repeat(16), spanId: '02'.repeat(8) }],
  stackTable: [{}, { locationIndices: [2, 1] }, { locationIndices: [3, 2, 1] }, { locationIndices: [4, 1] }, { locationIndices: [5] }],
};
const flame = (samples: Profile['samples'], wanted = {}) => flameOf({ samples }, dictionary, wanted);

test('the leaf stands first in a stack and last in a folded line; the last line of a location is the caller of what was inlined', () => {
  expect(flame([{ stackIndex: 2, values: ['5'] }]).folded).toEqual(['main;pay;printf;memcpy 5']);
});
test('values are summed up by caller, and own values stay apart', () => {
  const { root, samples } = flame([{ stackIndex: 1, values: ['3', '4'] }, { stackIndex: 2, values: ['5'] }, { stackIndex: 1, values: ['1'] }]);
  expect(samples).toBe(3);
  expect(root).toMatchObject({ value: 13, self: 0, children: [{ name: 'main', value: 13, self: 0, children: [{ name: 'pay', value: 13, self: 8, children: [{ name: 'printf', value: 5, self: 0 }] }] }] });
});
test('split and merged samples give the same graph', () => {
  const merged = flame([{ stackIndex: 1, values: ['1', '2', '3'], timestampsUnixNano: ['1', '2', '3'] }]);
  const split = flame([{ stackIndex: 1, values: ['1'] }, { stackIndex: 1, values: ['2'] }, { stackIndex: 1, values: ['3'] }]);
  expect([merged.root, merged.folded]).toEqual([split.root, split.folded]);
});
test('timestamps without values count 1 each', () => expect(flame([{ stackIndex: 1, timestampsUnixNano: ['7', '8'] }]).folded).toEqual(['main;pay 2']));
test('a frame without function is told by its file and address, and a semicolon is no separator', () => {
  expect(flame([{ stackIndex: 3, values: [1] }, { stackIndex: 4, values: [1] }, { stackIndex: 0, values: [1] }]).folded).toEqual(['main;libc.so 0xff 1', 'a b 1', '(no frames) 1']);
});
test('only samples of the span that was asked for', () => {
  const samples = [{ stackIndex: 1, values: ['3'], linkIndex: 1 }, { stackIndex: 2, values: ['5'] }];
  expect(flame(samples, { traceId: '01'.repeat(16), spanId: '02'.repeat(8) }).folded).toEqual(['main;pay 3']);
  expect(flame(samples, { spanId: '03'.repeat(8) }).folded).toEqual([]);
});
test('a profile of more frames than are shown says so, and loses no value', () => {
  const many = { ...dictionary, locationTable: Array.from({ length: 60_000 }, (_, i) => ({ address: String(i) })), stackTable: Array.from({ length: 60_000 }, (_, i) => ({ locationIndices: [i] })) };
  const { root, cutSamples } = flameOf({ samples: Array.from({ length: 60_000 }, (_, i) => ({ stackIndex: i, values: [1] })) }, many, {});
  expect([root.value, cutSamples > 0, root.self]).toEqual([60_000, true, cutSamples]);
});
