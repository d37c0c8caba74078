/** Profiles as rows: found by what they are about, linked to spans, kept over a restart, in files that had no profiles before. */
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { readRequest, writeRequest } from '@clew/otlp';
import type { Profile, ProfilesData, ProfilesDictionary } from '@clew/otlp';
import { afterEach, expect, test } from 'vitest';
import { keyValues, recordsOf, span, spanId, t0Ms, traceId, tracesOf } from '../fixture/request.ts';
import { openStore } from '../store.ts';
import type { Store } from '../store.ts';

const folders: string[] = [];
afterEach(() => { for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true }); });
const newFolder = (): string => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-profiles-'));
  folders.push(folder);
  return folder;
};

async function within<T>(folder: string, work: (store: Store) => Promise<T>): Promise<T> {
  const store = await openStore({ folder, memoryBytes: 128_000_000, diskBytesMax: 1_000_000_000, retentionDays: 7, partitionMinutes: 60 });
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}

const dictionary: ProfilesDictionary = {
  stringTable: ['', 'cpu', 'nanoseconds', 'main', 'pay', 'thread.name', 'worker', 'alloc_space', 'bytes', 'app', 'ms'],
  attributeTable: [{}, { keyStrindex: 5, value: { stringValueStrindex: 6 }, unitStrindex: 10 }],
  mappingTable: [{}, { filenameStrindex: 9, memoryLimit: '18446744073709551615' }],
  functionTable: [{}, { nameStrindex: 3 }, { nameStrindex: 4, startLine: '9' }],
  linkTable: [{}, { traceId: traceId(1), spanId: spanId(1) }, { traceId: traceId(1), spanId: spanId(2) }],
  locationTable: [{}, { lines: [{ functionIndex: 1, line: '3' }] }, { mappingIndex: 1, address: '4096', lines: [{ functionIndex: 2, line: '7', column: '2' }], attributeIndices: [1] }],
  stackTable: [{}, { locationIndices: [1] }, { locationIndices: [2, 1] }],
};
const cpu: Profile = {
  sampleType: { typeStrindex: 1, unitStrindex: 2 }, periodType: { typeStrindex: 1, unitStrindex: 2 }, period: '10', timeUnixNano: `${t0Ms}000001`, durationNano: '60', profileId: 'ab'.repeat(16), attributeIndices: [1],
  samples: [{ stackIndex: 2, linkIndex: 1, values: ['30'], timestampsUnixNano: [`${t0Ms}000005`], attributeIndices: [1] }, { stackIndex: 1, linkIndex: 2, values: ['10'] }], droppedAttributesCount: 2, originalPayloadFormat: 'pprof', originalPayload: 'AAEC',
};
const heap: Profile = { sampleType: { typeStrindex: 7, unitStrindex: 8 }, samples: [{ stackIndex: 1, values: ['5'] }] };
const requestOf = (service: string, profiles: readonly Profile[]): ProfilesData => ({ resourceProfiles: [{ resource: { attributes: keyValues({ 'service.name': service }) }, scopeProfiles: [{ scope: { name: 'profiler' }, profiles }] }], dictionary });
const feed = (store: Store, messages: readonly ProfilesData[], first = 1): Promise<void> =>
  store.feed(messages.map((message, i) => ({ position: first + i, receivedMs: t0Ms + 1_000, batch: readRequest('profiles', writeRequest('profiles', message)) })));
const all = { fromMs: 0, toMs: t0Ms * 2, limit: 10 } as const;

test('found by service, type, time, attribute, trace and span; newest first', async () => {
  await within(newFolder(), async (store) => {
    await feed(store, [requestOf('shop', [cpu, heap]), requestOf('pay', [heap])]);
    await store.flush();
    const { profiles } = store.rows.query;
    const typesOf = async (more: object): Promise<string[]> => (await profiles({ ...all, ...more })).map(({ service, type }) => `${service.slice(8)} ${type}`);
    expect(await typesOf({})).toEqual(['pay alloc_space', 'shop alloc_space', 'shop cpu']);
    expect(await typesOf({ limit: 1 })).toEqual(['pay alloc_space']);
    expect(await typesOf({ service: 'service:shop', type: 'alloc_space' })).toEqual(['shop alloc_space']);
    expect(await typesOf({ toMs: t0Ms + 500 })).toEqual(['shop cpu']);
    expect(await typesOf({ attributes: [{ key: 'thread.name', value: 'worker' }] })).toEqual(['shop cpu']);
    expect(await typesOf({ traceId: traceId(1) })).toEqual(['shop cpu']);
    expect(await typesOf({ traceId: traceId(1), spanId: spanId(2) })).toEqual(['shop cpu']);
    expect(await typesOf({ traceId: traceId(1), spanId: spanId(3) })).toEqual([]);
    expect((await store.rows.query.attributes({ signal: 'profiles', key: 'thread.name', limit: 1 }))).toEqual([{ key: 'thread.name', values: ['worker'] }]);
    expect(await store.rows.query.stats({})).toMatchObject({ profiles: 3, spans: 0, position: 2 });
  });
});

test('a whole profile by its row and by its own id: indexes resolved, nothing left out', async () => {
  await within(newFolder(), async (store) => {
    await feed(store, [requestOf('shop', [heap, cpu])]);
    const [{ id }] = await expect.poll(async () => store.rows.query.profiles({ ...all, type: 'cpu' })).toHaveLength(1).then(() => store.rows.query.profiles({ ...all, type: 'cpu' }));
    const found = await store.rows.query.profile({ id });
    expect(found).toEqual({
      id, profileId: 'ab'.repeat(16), service: 'service:shop', timeMs: t0Ms, timeNs: `${t0Ms}000001`, durationNs: '60', type: 'cpu', unit: 'nanoseconds', samples: 2, total: 40, spans: 2,
      attributes: { 'thread.name': 'worker' }, resource: { attributes: { 'service.name': 'shop' }, schemaUrl: '', droppedAttributes: 0, entityRefs: [] },
      scope: { name: 'profiler', version: '', attributes: {}, schemaUrl: '', droppedAttributes: 0 },
      periodType: 'cpu', periodUnit: 'nanoseconds', period: '10', droppedAttributes: 2, payloadFormat: 'pprof', payload: 'AAEC', attributeUnits: { 'thread.name': 'ms' },
      stacks: [
        [
          { address: '4096', mapping: { filename: 'app', memoryStart: '0', memoryLimit: '18446744073709551615', fileOffset: '0', attributes: {} }, attributes: { 'thread.name': 'worker' }, lines: [{ function: { name: 'pay', systemName: '', filename: '', startLine: '9' }, line: '7', column: '2' }] },
          { address: '0', mapping: null, attributes: {}, lines: [{ function: { name: 'main', systemName: '', filename: '', startLine: '0' }, line: '3', column: '0' }] },
        ],
        [{ address: '0', mapping: null, attributes: {}, lines: [{ function: { name: 'main', systemName: '', filename: '', startLine: '0' }, line: '3', column: '0' }] }],
      ],
      sampleList: [
        { stack: 0, values: ['30'], timesNs: [`${t0Ms}000005`], traceId: traceId(1), spanId: spanId(1), attributes: { 'thread.name': 'worker' } },
        { stack: 1, values: ['10'], timesNs: [], traceId: traceId(1), spanId: spanId(2), attributes: {} },
      ],
      samplesLeftOut: 0,
    });
    expect(await store.rows.query.profile({ id: 'ab'.repeat(16) })).toEqual(found);
    expect(await store.rows.query.profile({ id: 'cd'.repeat(16) })).toBeNull();
    expect(await store.rows.query.flame({ id })).toMatchObject({ service: 'service:shop', timeMs: t0Ms, folded: ['main;pay 30', 'main 10'] });
    expect(await store.rows.query.flame({ id, traceId: traceId(1), spanId: spanId(2) })).toMatchObject({ samples: 1, folded: ['main 10'], root: { value: 10 } });
  });
});

test('ids go on counting after a restart, and rows stay', async () => {
  const folder = newFolder();
  await within(folder, (store) => feed(store, [requestOf('shop', [cpu, heap])]));
  await within(folder, async (store) => {
    await feed(store, [requestOf('shop', [heap])], 2);
    await store.flush();
    const ids = (await store.rows.query.profiles(all)).map(({ id }) => id);
    expect(new Set(ids).size).toBe(3);
    expect((await Promise.all(ids.map((id) => store.rows.query.profile({ id })))).map((each) => each?.type).sort()).toEqual(['alloc_space', 'alloc_space', 'cpu']);
  });
});

test('a file of the version before takes profiles, and keeps what it had', async () => {
  const folder = newFolder();
  await within(folder, (store) => store.feed(recordsOf([tracesOf('old', [span({ traceId: traceId(77) })])])));
  const path = join(folder, readdirSync(folder).find((name) => name.endsWith('.duckdb')) ?? '');
  const connection = await (await DuckDBInstance.create(path)).connect();
  for (const table of ['profiles', 'profile_links', 'dictionaries']) await connection.run(`DROP TABLE ${table}`);
  for (const column of ['profiles', 'profiles_min_ms', 'profiles_max_ms']) await connection.run(`ALTER TABLE commits DROP COLUMN ${column}`);
  await connection.run('UPDATE about SET version = 1');
  await connection.run('CHECKPOINT');
  connection.closeSync();
  await within(folder, async (store) => {
    expect(await store.rows.query.stats({})).toMatchObject({ spans: 1, profiles: 0, position: 1 });
    await feed(store, [requestOf('shop', [cpu])], 2);
    await store.flush();
    expect(await store.rows.query.stats({})).toMatchObject({ spans: 1, profiles: 1, position: 2 });
    expect((await store.rows.query.trace({ traceId: traceId(77), limit: 1 })).length).toBe(1);
  });
  await within(folder, async (store) => expect((await store.rows.query.profiles(all)).length).toBe(1));
});
