import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { defaultSettings } from '@clew/engine';
import type { World } from '@clew/engine';
import { fromJson, readRequest } from '@clew/otlp';
import { openEngineView } from './engine-view.ts';
import type { EngineView } from './engine-view.ts';
import type { ViewRecord } from './view.ts';

async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'clew-engine-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const worlds: World[] = [];
  const open = async (version = '1', latenessMs = defaultSettings.latenessMs): Promise<EngineView> => {
    const view = await openEngineView({ folder, version, settings: { ...defaultSettings, latenessMs }, onWorld: (world) => worlds.push(world), onStep: () => undefined });
    onTestFinished(() => view.close());
    return view;
  };
  return { folder, worlds, open };
}

const startMs = 1_795_000_000_000;
/** One span of a service a second. */
function recordAt(position: number): ViewRecord {
  const atMs = startMs + position * 1_000;
  const span = { traceId: position.toString(16).padStart(32, '0'), spanId: position.toString(16).padStart(16, '0'), name: 'GET /', kind: 2, startTimeUnixNano: `${atMs - 20}000000`, endTimeUnixNano: `${atMs}000000` };
  const text = JSON.stringify({ resourceSpans: [{ resource: { attributes: [{ key: 'service.name', value: { stringValue: 'checkout' } }] }, scopeSpans: [{ spans: [span] }] }] });
  return { position, receivedMs: atMs, batch: readRequest('traces', fromJson('traces', text)) };
}
const records = (from: number, to: number): ViewRecord[] => Array.from({ length: to - from + 1 }, (_, index) => recordAt(from + index));

test('the world is given out after closed panes', async () => {
  const { open, worlds } = await setUp();
  const view = await open();
  expect(view.world().atMs).toBe(0);
  await view.feed(records(1, 60));
  await expect.poll(() => worlds.at(-1)?.atMs ?? 0).toBeGreaterThan(startMs);
  expect(view.world()).toEqual(worlds.at(-1));
  expect(view.world().nodes.map(({ node }) => node.id)).toContain('service:checkout');
});

test('reached moves with flush alone, and after a crash the state goes on from there', async () => {
  const { open, worlds } = await setUp();
  const first = await open();
  await first.feed(records(1, 40));
  expect(first.reached()).toBe(0);
  await first.flush();
  expect(first.reached()).toBe(40);
  await first.feed(records(41, 50));
  await first.close();

  const second = await open();
  expect([second.reached(), second.note]).toEqual([40, '']);
  // What it has taken already is ignored.
  await second.feed(records(31, 120));
  const apart = await (await setUp()).open();
  await apart.feed(records(1, 120));
  await expect.poll(() => apart.world().atMs).toBeGreaterThan(0);
  await expect.poll(() => second.world().atMs).toBe(apart.world().atMs);
  expect(second.world()).toEqual(apart.world());
  expect(worlds.length).toBeGreaterThan(0);
});

test.each([
  ['another version', '2', 6_000, /version/],
  ['other settings', '1', 1, /settings/],
] as const)('a checkpoint of %s is not gone on with, and that is said', async (_, version, latenessMs, words) => {
  const { open } = await setUp();
  const first = await open();
  await first.feed(records(1, 5));
  await first.flush();
  await first.close();
  const second = await open(version, latenessMs);
  expect([second.reached(), second.note]).toEqual([0, expect.stringMatching(words)]);
});

test('a damaged checkpoint is not gone on with, and that is said', async () => {
  const { open, folder } = await setUp();
  await writeFile(join(folder, 'checkpoint'), 'nonsense');
  const view = await open();
  expect([view.reached(), view.note]).toEqual([0, expect.stringMatching(/damaged/)]);
});

test('a notice is heard at its place, and the world that is told knows of it at once', async () => {
  const { open } = await setUp();
  const view = await open();
  await view.feed(records(1, 40));
  const maintenance = { kind: 'maintenance', id: 'm-1', entity: 'service:checkout', fromMs: startMs, toMs: startMs + 3_600_000, reason: 'new disks', by: '', atMs: startMs } as const;
  await view.feed([{ position: 41, receivedMs: startMs + 41_000, batch: null, notice: maintenance }]);
  await expect.poll(() => view.told()).toBe(41);
  expect(view.world().detection.maintenance).toEqual([maintenance]);
  await view.flush();
  await view.close();
  const second = await open();
  expect([second.told(), second.world().detection.maintenance]).toEqual([41, [maintenance]]);
});

test('features and bands are asked of the engine; of what is not known there is nothing', async () => {
  const { open } = await setUp();
  const view = await open();
  await view.feed(records(1, 120));
  expect((await view.features('service:checkout')).find(({ id }) => id === 'request_rate')).toMatchObject({ value: expect.any(Number), unit: '1/s' });
  expect(await view.features('service:nobody')).toEqual([]);
  expect(await view.series('nothing of the kind')).toBeNull();
});

test('another budget goes on with what was learnt', async () => {
  const { folder, open } = await setUp();
  const first = await open();
  await first.feed(records(1, 5));
  await first.flush();
  await first.close();
  const second = await openEngineView({ folder, version: '1', settings: { ...defaultSettings, detection: { ...defaultSettings.detection, falseAlarmsPerDay: 7 } }, onWorld: () => undefined, onStep: () => undefined });
  onTestFinished(() => second.close());
  expect([second.reached(), second.note, second.world().detection.budgetPerDay]).toEqual([5, '', 7]);
});

test('a closed engine takes nothing and says so', async () => {
  const { open } = await setUp();
  const view = await open();
  await view.close();
  await expect(view.feed(records(1, 1))).rejects.toMatchObject({ code: 'internal' });
});

test('with ONNX Runtime the engine judges what it judges in typed arrays; without it, it says so and goes on', async () => {
  const { folder, worlds } = await setUp();
  const view = await openEngineView({ folder, version: '1', settings: defaultSettings, modelRuntime: 'auto', onWorld: (world) => worlds.push(world), onStep: () => undefined });
  onTestFinished(() => view.close());
  await view.feed(records(1, 300));
  await expect.poll(() => worlds.at(-1)?.counters['autoencoder_judged'] ?? 0).toBeGreaterThan(10);
  const counters = worlds.at(-1)?.counters ?? {};
  expect(counters['autoencoder_unanswered']).toBe(0);
  if (view.note === '') expect(counters['onnx_batches']).toBe(counters['autoencoder_judged']);
  else expect(view.note).toContain('computed in typed arrays');
});
