/** Profiles: the dictionary model, what is refused, strings by index, links. */
import { describe, expect, test } from 'vitest';
import type { ProfileBatch } from './batch.ts';
import { rebuildAttributes } from './fixture/rebuild.ts';
import { fromJson } from './from-json.ts';
import { MalformedOtlp } from './malformed.ts';
import type { Profile, ProfilesDictionary } from './message-profiles.ts';
import { readMessage, toJson } from './read-message.ts';
import { readRequest } from './read-request.ts';
import { readText } from './read-text.ts';
import { writeRequest } from './write-request.ts';

const traceId = '01'.repeat(16);
const spanId = '02'.repeat(8);
const tables: ProfilesDictionary = {
  stringTable: ['', 'cpu', 'nanoseconds', 'main', 'thread.name', 'worker', 'service.name', 'shop', 'app'],
  attributeTable: [{}, { keyStrindex: 4, value: { stringValueStrindex: 5 } }, { keyStrindex: 4, value: { stringValue: 'other' }, unitStrindex: 2 }],
  mappingTable: [{}, { filenameStrindex: 8 }],
  functionTable: [{}, { nameStrindex: 3 }],
  linkTable: [{ traceId: '00'.repeat(16), spanId: '00'.repeat(8) }, { traceId, spanId }],
  locationTable: [{}, { mappingIndex: 1, address: '4096', lines: [{ functionIndex: 1, line: '7' }] }],
  stackTable: [{}, { locationIndices: [1] }],
};
const good: Profile = {
  sampleType: { typeStrindex: 1, unitStrindex: 2 }, timeUnixNano: '1000', durationNano: '50', profileId: 'ab'.repeat(16), attributeIndices: [1],
  samples: [{ stackIndex: 1, linkIndex: 1, attributeIndices: [2], values: ['5', '6'], timestampsUnixNano: ['1001', '1002'] }, { stackIndex: 1, values: ['4'] }],
};
const bytesOf = (profiles: readonly Profile[], dictionary: ProfilesDictionary = tables): Uint8Array =>
  writeRequest('profiles', { resourceProfiles: [{ resource: { attributes: [{ keyStrindex: 6, value: { stringValueStrindex: 7 } }] }, scopeProfiles: [{ profiles }] }], dictionary });
const read = (profiles: readonly Profile[], dictionary?: ProfilesDictionary): ProfileBatch => readRequest('profiles', bytesOf(profiles, dictionary));
const outcome = ({ count, refusals }: ProfileBatch) => [count, Object.fromEntries(refusals.reasons)];

describe('columns', () => {
  test('type, unit, id, totals, and the spans that samples name, each once', () => {
    const batch = read([good, { samples: [{ timestampsUnixNano: ['1', '2', '3'], linkIndex: 1 }, { values: ['-1'], linkIndex: 1 }] }]);
    expect(outcome(batch)).toEqual([2, {}]);
    expect([readText(batch.strings, batch.type[0]), readText(batch.strings, batch.unit[0]), batch.type[1]]).toEqual(['cpu', 'nanoseconds', 0]);
    expect([[...batch.samples], [...batch.total], [...batch.timeNs], [...batch.durationNs]]).toEqual([[2, 2], [15, 2], [1000n, 0n], [50n, 0n]]);
    expect([batch.profileHi[0].toString(16), batch.profileHi[1]]).toEqual(['abababababababab', 0n]);
    expect([[...batch.linkOffsets], batch.linkSpanId[1].toString(16)]).toEqual([[0, 1, 2], '202020202020202']);
  });
  test('strings by index are put in their places: resource, scope, attributes', () => {
    const batch = read([good]);
    expect(rebuildAttributes(batch, batch.resources.attributes, 0)).toEqual([{ key: 'service.name', value: { stringValue: 'shop' } }]);
    expect(rebuildAttributes(batch, batch.attributes, 0)).toEqual([{ key: 'thread.name', value: { stringValue: 'worker' } }]);
  });
  test('the dictionary may come last, or in pieces', () => {
    const whole = bytesOf([good]);
    const [groups, dictionary] = [writeRequest('profiles', { resourceProfiles: [{ scopeProfiles: [{ profiles: [good] }] }] }), writeRequest('profiles', { dictionary: tables })];
    const pieces = Object.entries(tables).map(([name, table]) => writeRequest('profiles', { dictionary: { [name]: table } }));
    expect(whole.length).toBeGreaterThan(groups.length);
    for (const bytes of [Buffer.concat([groups, dictionary]), Buffer.concat([dictionary, groups]), Buffer.concat([...pieces, groups])]) expect(outcome(readRequest('profiles', bytes))).toEqual([1, {}]);
  });
});

describe('one profile is refused, its neighbours are kept', () => {
  const sample = (more: object): Profile => ({ samples: [{ stackIndex: 1, values: ['1'], ...more }] });
  test.each<[string, Profile, string]>([
    ['stack beyond its table', sample({ stackIndex: 2 }), 'profile_index'], ['stack below 0', sample({ stackIndex: -1 }), 'profile_index'], ['link', sample({ linkIndex: 2 }), 'profile_index'],
    ['attribute of a sample', sample({ attributeIndices: [3] }), 'profile_index'], ['attribute of the profile', { attributeIndices: [9] }, 'profile_index'],
    ['sample type', { sampleType: { typeStrindex: 99 } }, 'profile_index'], ['period type', { periodType: { unitStrindex: -3 } }, 'profile_index'],
    ['no values and no timestamps', { samples: [{ stackIndex: 1 }] }, 'profile_sample'], ['more timestamps than values', sample({ timestampsUnixNano: ['1', '2'] }), 'profile_sample'],
    ['an id of 3 bytes', { profileId: 'AAAA' }, 'profile_id'], ['an id of zeros', { profileId: '00'.repeat(16) }, 'profile_id'],
    ['a payload without its format', { originalPayload: 'AAAA' }, 'profile_payload'], ['a format without payload', { originalPayloadFormat: 'pprof' }, 'profile_payload'],
  ])('%s', (_, bad, reason) => expect(outcome(read([good, bad, good]))).toEqual([2, { [reason]: 1 }]));

  test.each<[string, ProfilesDictionary, string]>([
    ['a location of the stack', { stackTable: [{}, { locationIndices: [7] }] }, 'profile_index'],
    ['a function of a location', { locationTable: [{}, { lines: [{ functionIndex: 5 }] }] }, 'profile_index'],
    ['a mapping of a location', { locationTable: [{}, { mappingIndex: 5 }] }, 'profile_index'],
    ['a file name of a mapping', { mappingTable: [{}, { filenameStrindex: 50 }] }, 'profile_index'],
    ['the name of a function', { functionTable: [{}, { nameStrindex: -1 }] }, 'profile_index'],
    ['a function without any name', { functionTable: [{}, { startLine: '5' }] }, 'profile_function'],
  ])('through the dictionary: %s', (_, change, reason) => {
    expect(outcome(read([good, { attributeIndices: [1] }], { ...tables, ...change }))).toEqual([1, { [reason]: 1 }]);
  });
  test('an attribute that is nested too deeply', () => {
    let value: object = {};
    for (let i = 0; i < 80; i++) value = { arrayValue: { values: [value] } };
    expect(outcome(read([good, {}], { ...tables, attributeTable: [{}, { keyStrindex: 4, value }, {}] }))).toEqual([1, { value_depth: 1 }]);
  });
  test('a key or value of the resource beyond the string table', () => {
    const message = { resourceProfiles: [{ resource: { attributes: [{ keyStrindex: 99 }] }, scopeProfiles: [{ profiles: [good] }] }, { scopeProfiles: [{ profiles: [good] }] }], dictionary: tables };
    expect(outcome(readRequest('profiles', writeRequest('profiles', message)))).toEqual([1, { profile_index: 1 }]);
  });
});

describe('the dictionary as a whole', () => {
  test.each(Object.keys(tables))('without %s no profile is kept', (name) => expect(outcome(read([good], { ...tables, [name]: [] }))).toEqual([0, { profile_dictionary: 1 }]));
  test.each<[string, ProfilesDictionary]>([
    ['string', { stringTable: ['x', ...(tables.stringTable ?? []).slice(1)] }], ['mapping', { mappingTable: [{ fileOffset: '1' }, {}] }], ['stack', { stackTable: [{ locationIndices: [1] }, { locationIndices: [1] }] }],
    ['attribute', { attributeTable: [{ value: { boolValue: true } }, {}, {}] }], ['link', { linkTable: [{ traceId, spanId }, { traceId, spanId }] }],
  ])('index 0 of the %s table must be its zero value', (_, change) => expect(outcome(read([good], { ...tables, ...change }))).toEqual([0, { profile_dictionary: 1 }]));
  test('a request with nothing in it needs no dictionary', () => expect(outcome(readRequest('profiles', new Uint8Array()))).toEqual([0, {}]));
  test('too many entries, and a string named so often that it would fill the memory', () => {
    expect(() => readRequest('profiles', bytesOf([good]), { dictionaryEntriesPerRequest: 10 })).toThrow(MalformedOtlp);
    expect(() => readRequest('profiles', bytesOf([good]), { resolvedBytesPerRequest: 10 })).toThrow(MalformedOtlp);
  });
  test('what is duplicate or an orphan means nothing', () => {
    const twice = { ...tables, stackTable: [...(tables.stackTable ?? []), { locationIndices: [1] }, { locationIndices: [99] }] };
    const batch = read([{ samples: [{ stackIndex: 1, values: ['1'] }, { stackIndex: 2, values: ['2'] }] }], twice);
    expect([outcome(batch), batch.total[0]]).toEqual([[1, {}], 3]);
  });
});

describe('JSON', () => {
  const request = (members: string): string => `{"resourceProfiles":[{"scopeProfiles":[{"profiles":[{${members}}]}]}],"dictionary":{"stringTable":[""],"attributeTable":[{}],"mappingTable":[{}],"functionTable":[{}],"linkTable":[{}],"locationTable":[{}],"stackTable":[{}]}}`;
  test.each([['base64', 'q6urq6urq6urq6urq6urqw=='], ['base64 for URLs, not padded', 'q6urq6urq6urq6urq6urqw'], ['32 hex digits', 'AB'.repeat(16)]])('profileId as %s', (_, id) => {
    expect(readRequest('profiles', fromJson('profiles', request(`"profileId":"${id}"`))).profileLo[0].toString(16)).toBe('ab'.repeat(8));
  });
  test('an id that is neither is malformed, with its place', () => expect(() => fromJson('profiles', request('"profileId":"!"'))).toThrow(/profile id/));
  test('snake_case, and 64-bit integers bare and as text', () => {
    const batch = readRequest('profiles', fromJson('profiles', request('"time_unix_nano":18446744073709551615,"duration_nano":"5","samples":[{"values":[-9007199254740993]}]')));
    expect([batch.timeNs[0], batch.durationNs[0], batch.count]).toEqual([18446744073709551615n, 5n, 1]);
  });
  test('a link\'s ids are hex', () => {
    const text = toJson('profiles', bytesOf([good]));
    expect(text).toContain(`"linkTable":[{"traceId":"${'00'.repeat(16)}","spanId":"${'00'.repeat(8)}"},{"traceId":"${traceId}"`);
    expect(readMessage('profiles', fromJson('profiles', text))).toEqual(readMessage('profiles', bytesOf([good])));
  });
});

test('outside of profiles an index of a string is no string, and harms nothing', () => {
  const batch = readRequest('traces', writeRequest('traces', { resourceSpans: [{ scopeSpans: [{ spans: [{ traceId, spanId, attributes: [{ keyStrindex: 3, value: { stringValueStrindex: 4 } }, { key: 'k', value: { arrayValue: { values: [{ stringValueStrindex: 4 }] } } }] }] }] }] }));
  expect([batch.count, [...batch.attributes.kinds]]).toEqual([1, [0, 5]]);
});
