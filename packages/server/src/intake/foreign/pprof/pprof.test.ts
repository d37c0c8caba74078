import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import protobuf from 'protobufjs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ProfileSummary, StoredFlame, StoredProfile } from '@clew/engine';
import { runProgram } from '../../../senders/fixture/program.ts';
import { openTarget } from '../../../senders/fixture/target.ts';
import type { Target } from '../../../senders/fixture/target.ts';
import { pprofRoute, translate } from './route.ts';

const fixture = (name: string): Buffer => readFileSync(new URL(`fixture/${name}`, import.meta.url));

/** What `go tool pprof -traces` says of the file: the sum of each stack, outermost caller first. */
function tracesOf(name: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const block of fixture(name).toString().split(/^-+\+-+$/m).slice(1)) {
    const frames: string[] = [];
    let value = 0;
    for (const line of block.split('\n')) {
      const [, number, unit] = /^\s*(\d+)(ms|B) {3}\S/.exec(line) ?? [];
      if (number !== undefined) value = Number(number) * (unit === 'ms' ? 1_000_000 : 1);
      else if (value === 0 || line.trim() === '') continue;
      frames.push(line.replace(/^\s*(\d+\w+ {3})?/, '').replace(/ \(inline\)$/, '').trim());
    }
    if (value > 0) sums.set(frames.toReversed().join(';'), (sums.get(frames.toReversed().join(';')) ?? 0) + value);
  }
  return sums;
}

const stacksOf = ({ folded }: StoredFlame): Map<string, number> => new Map(folded.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]));

describe('profiles that Go wrote, sent by curl', () => {
  let target: Target;
  beforeAll(async () => { target = await openTarget(); });
  afterAll(() => target.stop());
  const send = async (name: string, type = 'application/octet-stream'): Promise<{ readonly status: number; readonly answer: unknown }> => {
    const { out } = await runProgram('curl', ['-sS', '-w', '\n%{http_code}', '-H', `content-type: ${type}`, '-H', 'x-service-name: shop', '--data-binary', `@${new URL(`fixture/${name}`, import.meta.url).pathname}`, `${target.endpoints.http}/v1/profiles/pprof`]);
    const at = out.lastIndexOf('\n');
    return { status: Number(out.slice(at + 1)), answer: JSON.parse(out.slice(0, at)) };
  };
  const list = async (type: string): Promise<readonly ProfileSummary[]> => (await target.ask<{ readonly profiles: readonly ProfileSummary[] }>('/profiles', { service: 'shop', type, from: Date.UTC(2026, 10, 23), to: Date.UTC(2026, 10, 24) }))?.profiles ?? [];
  const flame = async (id: string, query: Readonly<Record<string, string>> = {}): Promise<StoredFlame> => (await target.ask<StoredFlame>(`/profiles/${id}/flame`, query))!;

  test('processor time: stacks and values are those that go tool pprof tells, inlined frames too', async () => {
    expect(await send('go-cpu.pb.gz')).toEqual({ status: 200, answer: { accepted: 2, refused: 0 } });
    await expect.poll(async () => (await list('cpu')).length, { timeout: 20_000, interval: 200 }).toBe(1);
    const [summary] = await list('cpu');
    expect(summary).toMatchObject({ service: 'service:shop', unit: 'nanoseconds', timeNs: '1795394742237795344', scope: { name: 'pprof' } });
    const wanted = tracesOf('go-cpu.traces.txt');
    expect(wanted.size).toBeGreaterThan(5);
    expect(stacksOf(await flame(summary.id))).toEqual(wanted);
    const stored = (await target.ask<StoredProfile>(`/profiles/${summary.id}`))!;
    expect(stored).toMatchObject({ period: '10000000', periodType: 'cpu', periodUnit: 'nanoseconds' });
    expect(new Set(stored.sampleList.map(({ attributes }) => attributes.route))).toEqual(new Set(['/cart', '/checkout']));
    expect(stored.stacks.flat().map(({ mapping }) => mapping?.attributes['process.executable.build_id.gnu'])).toContain('7714930b3d78d66eb9deded0a623e8a7dba5d4b7');
    // Labels that name a span lead from it to its profile.
    const ofSpan = await flame(summary.id, { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' });
    expect([...stacksOf(ofSpan).keys()].every((stack) => stack.includes('main.hashAll'))).toBe(true);
    expect(ofSpan.root.value).toBeLessThan((await flame(summary.id)).root.value);
  }, 60_000);

  test('a heap of four types is four profiles, each with the samples that say something of it', async () => {
    expect(await send('go-heap.pb.gz')).toEqual({ status: 200, answer: { accepted: 4, refused: 0 } });
    await expect.poll(async () => (await list('alloc_space')).length, { timeout: 20_000, interval: 200 }).toBe(1);
    const [allocated] = await list('alloc_space');
    expect(stacksOf(await flame(allocated.id))).toEqual(tracesOf('go-heap.traces.txt'));
    const [inUse] = await list('inuse_space');
    expect([inUse.unit, inUse.samples < allocated.samples, (await flame(inUse.id)).folded]).toEqual(['bytes', true, expect.arrayContaining(['runtime.main;main.main 69123708'])]);
  }, 60_000);

  test('sent twice it is there once; what is no pprof is 400 with the reason', async () => {
    const before = (await target.accepted()).profiles;
    expect((await send('go-cpu.pb.gz')).status).toBe(200);
    expect((await target.accepted()).profiles).toBe(before);
    expect(await send('go-cpu.traces.txt')).toMatchObject({ status: 400, answer: { error: { code: 'malformed' } } });
    expect(await send('go-cpu.pb.gz', 'text/plain')).toMatchObject({ status: 415 });
  }, 60_000);
});

/** The parts of profile.proto that the cases below change, by an encoder that is not ours. */
const { root } = protobuf.parse(`syntax = "proto3"; message P { repeated V sample_type = 1; repeated S sample = 2; repeated L location = 4; repeated F function = 5; repeated string string_table = 6; int64 time_nanos = 9; }
  message V { int64 type = 1; int64 unit = 2; } message S { repeated uint64 location_id = 1; repeated int64 value = 2; repeated B label = 3; } message B { int64 key = 1; int64 str = 2; int64 num = 3; }
  message L { uint64 id = 1; uint64 address = 3; repeated N line = 4; } message N { uint64 function_id = 1; int64 line = 2; } message F { uint64 id = 1; int64 name = 2; }`);
const good = { sampleType: [{ type: 1, unit: 2 }], sample: [{ locationId: [7, 9], value: [5] }], location: [{ id: 7, line: [{ functionId: 3, line: 1 }] }, { id: 9, address: '18446744073709551615' }], function: [{ id: 3, name: 3 }], stringTable: ['', 'cpu', 'ns', 'main'], timeNanos: 5 };
const encode = (change: object): Uint8Array => root.lookupType('P').encode(root.lookupType('P').fromObject({ ...good, ...change })).finish();

test('the plain one of them is taken, zipped or not', () => {
  const read = (body: Uint8Array) => pprofRoute.read({ body, headers: {}, source: 'x', itemsMax: 10 });
  expect(read(encode({})).items).toBe(1);
  expect([...read(gzipSync(encode({}))).body]).toEqual([...read(encode({})).body]);
});

test.each([
  ['a location that is not there', { sample: [{ locationId: [8], value: [5] }] }, /no location 8/],
  ['a function that is not there', { location: [{ id: 7, line: [{ functionId: 4 }] }, { id: 9 }] }, /no function 4/],
  ['a string that is not there', { function: [{ id: 3, name: 4 }] }, /no string 4/],
  ['a negative string', { function: [{ id: 3, name: -1 }] }, /no string/],
  ['more values than types', { sample: [{ locationId: [7], value: [5, 6] }] }, /2 values, and there are 1 types/],
  ['an id twice', { location: [{ id: 7 }, { id: 7 }] }, /the id 7/],
  ['no type', { sampleType: [] }, /no sample type/],
])('%s is malformed', (_, change, words) => {
  expect(() => translate(encode(change), 10, '')).toThrow(expect.objectContaining({ code: 'malformed', message: expect.stringMatching(words) }));
});

test('more samples than a request may have are malformed', () => {
  expect(() => translate(encode({ sample: Array.from({ length: 11 }, () => good.sample[0]) }), 10, '')).toThrow(expect.objectContaining({ code: 'malformed' }));
});
