import { doors } from '../case.ts';
import type { Case, Level } from '../case.ts';
import { one, own } from '../define.ts';
import type { Message } from '../oracle.ts';
import { newName, newTraceId, nowNs } from '../telemetry/ids.ts';
import { dictionary, profile, sample, withDictionary } from '../telemetry/profile.ts';
import { span, text } from '../telemetry/request.ts';
import { either, taken, takenPerhapsWarned, turnedDown } from '../want.ts';
import type { Want } from '../want.ts';

const profiles = doors(['profiles'], ['json', 'protobuf', 'grpc']);
const of = (item: number, level: Level, name: string, change: () => Message, want: Want = taken): Case => one(item, level, name, profiles, (t) => t.request([profile(change())]), want);
/** A good profile on another dictionary. */
const on = (item: number, level: Level, name: string, change: (base: Message) => Message, want: Want): Case => one(item, level, name, profiles, (t) => t.request([profile()], withDictionary(change(dictionary()))), want);
const ofSample = (item: number, level: Level, name: string, change: () => Message, want: Want = taken): Case => of(item, level, name, () => ({ samples: [sample(change())] }), want);

const tables = ['mappingTable', 'locationTable', 'functionTable', 'linkTable', 'stringTable', 'attributeTable', 'stackTable'] as const;
const list = (base: Message, name: string): readonly unknown[] => base[name] as readonly unknown[];
const without = (base: Message, name: string): Message => ({ [name]: list(base, name).slice(1) });

const dictionaries: readonly Case[] = [
  one(153, 'MUST', 'a good dictionary', profiles, (t) => t.good(), taken),
  one(153, 'POLICY', 'no dictionary', profiles, (t) => t.request([profile()], { inRequest: {} }), turnedDown()),
  one(153, 'POLICY', 'an empty dictionary', profiles, (t) => t.request([profile()], { inRequest: { dictionary: {} } }), turnedDown()),
  ...tables.map((name) => on(153, 'POLICY', `${name} without its zero value`, (base) => without(base, name), name === 'linkTable' ? either(takenPerhapsWarned, turnedDown()) : turnedDown())),
  on(153, 'MUST', 'a first link of no bytes', (base) => ({ linkTable: [{}, ...list(base, 'linkTable').slice(1)] }), taken),
  on(153, 'POLICY', 'no table of links', () => ({ linkTable: [] }), either(takenPerhapsWarned, turnedDown())),
  on(154, 'POLICY', 'a location of a stack out of range', () => ({ stackTable: [{}, { locationIndices: [99] }] }), turnedDown()),
  on(154, 'POLICY', 'a negative location of a stack', () => ({ stackTable: [{}, { locationIndices: [-1] }] }), turnedDown()),
  on(154, 'POLICY', 'a function of a line out of range', () => ({ locationTable: [{}, { lines: [{ functionIndex: 99 }] }, {}] }), turnedDown()),
  on(154, 'POLICY', 'a mapping out of range', () => ({ locationTable: [{}, { mappingIndex: 99 }, {}] }), turnedDown()),
  on(154, 'POLICY', 'a name out of range', () => ({ functionTable: [{}, { nameStrindex: 99 }, { nameStrindex: 1 }, { nameStrindex: 1 }] }), turnedDown()),
];

const samples: readonly Case[] = [
  ...([['a stack', { samples: [sample({ stackIndex: 99 })] }], ['a negative stack', { samples: [sample({ stackIndex: -1 })] }], ['a link', { samples: [sample({ linkIndex: 99 })] }], ['an attribute', { samples: [sample({ attributeIndices: [99] })] }],
    ['an attribute of the profile', { attributeIndices: [99] }], ['a type', { sampleType: { typeStrindex: 99 } }], ['a unit', { periodType: { typeStrindex: 1, unitStrindex: 99 } }]] as const)
    .map(([name, change]) => of(154, 'POLICY', `${name} out of range`, () => change, turnedDown())),
  one(154, 'POLICY', 'the good profile beside a bad one is kept', profiles, (t) => t.request([profile(), profile({ samples: [sample({ stackIndex: 99 })] })]), turnedDown()),
  ofSample(155, 'MUST', 'values alone', () => ({ values: ['5'] })),
  ofSample(155, 'MUST', 'times alone', () => ({ values: [], timestampsUnixNano: [nowNs(-9_999), nowNs(-9_998)] })),
  ofSample(155, 'MUST', 'as many values as times', () => ({ values: ['1', '2'], timestampsUnixNano: [nowNs(-9_999), nowNs(-9_998)] })),
  ofSample(155, 'POLICY', 'neither values nor times', () => ({ values: [], timestampsUnixNano: [] }), turnedDown()),
  ofSample(155, 'POLICY', 'more values than times', () => ({ values: ['1', '2'], timestampsUnixNano: [nowNs(-9_999)] }), turnedDown()),
  ofSample(155, 'MUST', 'times outside of the profile', () => ({ values: ['1'], timestampsUnixNano: [nowNs(-86_400_000)] }), takenPerhapsWarned),
  of(156, 'MUST', 'samples of one identity in parts', () => ({ samples: [sample({ values: ['2'] }), sample({ values: ['3'] })] })),
  on(157, 'MUST', 'duplicates and orphans', (base) => ({ stringTable: [...list(base, 'stringTable'), 'main', 'orphan'], functionTable: [...list(base, 'functionTable'), { nameStrindex: 10 }] }), taken),
  ofSample(158, 'MUST', 'an attribute', () => ({ attributeIndices: [1] })),
  ofSample(158, 'POLICY', 'an attribute twice', () => ({ attributeIndices: [1, 1] }), either(takenPerhapsWarned, turnedDown())),
  ofSample(159, 'MUST', 'no stack', () => ({ stackIndex: 0 })),
  on(160, 'MUST', 'a function with a system name alone', () => ({ functionTable: [{}, { systemNameStrindex: 3 }, { filenameStrindex: 9 }, { nameStrindex: 5, startLine: '1' }] }), taken),
  on(160, 'POLICY', 'a function without any name', () => ({ functionTable: [{}, { startLine: '3' }, { nameStrindex: 4 }, { nameStrindex: 5 }] }), either(takenPerhapsWarned, turnedDown())),
  of(161, 'MUST', 'an original payload', () => ({ originalPayloadFormat: 'pprof', originalPayload: 'H4sIAAAA' })),
  of(161, 'POLICY', 'a payload without its format', () => ({ originalPayload: 'H4sIAAAA' }), either(takenPerhapsWarned, turnedDown())),
  of(161, 'POLICY', 'a format without a payload', () => ({ originalPayloadFormat: 'pprof' }), either(takenPerhapsWarned, turnedDown())),
  of(162, 'POLICY', 'a profile id', () => ({ profileId: Buffer.from(newTraceId(), 'hex').toString('base64') })),
  of(162, 'POLICY', 'a profile id of zeros', () => ({ profileId: Buffer.alloc(16).toString('base64') }), either(takenPerhapsWarned, turnedDown())),
  of(162, 'POLICY', 'a profile id of 5 bytes', () => ({ profileId: 'AAECAwQ=' }), either(takenPerhapsWarned, turnedDown())),
  on(163, 'SHOULD', 'build ids', (base) => ({ stringTable: [...list(base, 'stringTable'), 'process.executable.build_id.htlhash'], attributeTable: [{}, { keyStrindex: 6, value: { stringValue: 'worker-1' } }, { keyStrindex: 10, value: { stringValue: '600DCAFE4A110000F2BF38C493F5FB92' } }], mappingTable: [{}, { memoryStart: '4096', memoryLimit: '8192', filenameStrindex: 8, attributeIndices: [2] }] }), taken),
  ofSample(165, 'SHOULD', 'a link to an unknown span', () => ({ linkIndex: 1 })),
];

/** Frames of the only stack, leaf first, as names: through whatever tables it is stored in. */
function frames(request: Message): readonly string[] {
  const tablesOf = request.dictionary as Readonly<Record<string, readonly Message[]>>;
  const strings = tablesOf.stringTable as unknown as readonly string[];
  const stack = tablesOf.stackTable.find((each) => ((each.locationIndices ?? []) as readonly number[]).length > 0);
  return ((stack?.locationIndices ?? []) as readonly number[]).flatMap((location) => (tablesOf.locationTable[location].lines as readonly Message[]).map(({ functionIndex }) => strings[Number(tablesOf.functionTable[Number(functionIndex)].nameStrindex)]));
}

const kept: readonly Case[] = [
  own(159, 'MUST', 'frames are stored leaf first, inlined ones before their callers', profiles, 'encode, handle, main', async (t) => {
    const service = newName();
    t.expect(await t.send(t.request([profile()], { ...withDictionary(), resource: { attributes: [text('service.name', service)] } })), taken);
    const found = await t.readBack().exact('profiles', service);
    t.demand(found !== null && frames(found).join() === 'encode,handle,main', `stored are ${found === null ? 'nothing' : frames(found).join()}`);
  }, { needs: ['read-back'] }),
  own(165, 'SHOULD', 'a link to a stored span', profiles, 'both are taken', async (t) => {
    const traceId = newTraceId();
    t.expect(await t.sendAs({ signal: 'traces', encoding: t.door.encoding }, { resourceSpans: [{ scopeSpans: [{ spans: [span({ traceId, spanId: 'c101020304050607' })] }] }] }), taken);
    t.expect(await t.send(t.request([profile({ samples: [sample({ linkIndex: 1 })] })], withDictionary({ linkTable: [{}, { traceId, spanId: 'c101020304050607' }] }))), taken);
  }),
];

export const profileCases: readonly Case[] = [...dictionaries, ...samples, ...kept];
