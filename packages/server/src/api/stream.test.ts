import { readRequest, writeRequest } from '@clew/otlp';
import { afterEach, describe, expect, test } from 'vitest';
import type { ApiContext } from './context.ts';
import { type ContextFake, makeContext, serveApi, type Served } from './fixture/context.ts';
import { atMs, incident, world } from './fixture/world.ts';
import { openStreams, streamLimits } from './stream.ts';
import { openTail } from './tail.ts';

let served: Served | null = null;
afterEach(async () => {
  await served?.close();
  served = null;
});

interface Told { readonly event: string; readonly data: any }

/** Reads events until `count` of them have come, or the stream ends. */
async function listen(path: string, context: ContextFake, options: { readonly count: number; readonly act: () => void }): Promise<Told[]> {
  served ??= await serveApi(context);
  const response = await fetch(`${served.url}/api/v1${path}`);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  options.act();
  const told: Told[] = [];
  let text = '';
  for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
    text += chunk;
    const blocks = text.split('\n\n');
    text = blocks.pop() ?? '';
    for (const block of blocks) {
      const match = /^event: (.+)\ndata: (.+)$/.exec(block);
      if (match !== null) told.push({ event: match[1], data: JSON.parse(match[2]) });
    }
    if (told.length >= options.count) break;
  }
  return told;
}

const logs = (bodies: readonly string[], service = 'checkout') => {
  const request = writeRequest('logs', { resourceLogs: [{
    resource: { attributes: [{ key: 'service.name', value: { stringValue: service } }] },
    scopeLogs: [{ scope: { name: 'shop' }, logRecords: bodies.map((body, i) => ({
      timeUnixNano: '1790000000123456789', severityNumber: 9 + 4 * (i % 3), severityText: 'x', body: { stringValue: body }, traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331',
      attributes: [{ key: 'n', value: { intValue: String(i) } }, { key: 'deep', value: { arrayValue: { values: [{ boolValue: true }] } } }],
    })) }],
  }] });
  return { position: 7, receivedMs: atMs, batch: readRequest('logs', request) };
};

describe('/events', () => {
  test('says where things stand, then what changes', async () => {
    const context = makeContext();
    const told = await listen('/events', context, { count: 5, act() {
      context.tell('world', { ...world, atMs: atMs + 10_000 });
      context.tell('incident', incident);
    } });
    expect(told.map(({ event }) => event)).toEqual(['world', 'ingest', 'demo', 'world', 'incident']);
    expect(told[3].data).toEqual({ atMs: atMs + 10_000 });
    expect(told[4].data.id).toBe(incident.id);
  });

  test('counts what arrives', async () => {
    const context = makeContext();
    const told = await listen('/events', context, { count: 4, act: () => { context.accept(5); } });
    expect(told[3]).toEqual({ event: 'ingest', data: { traces: 15, metrics: 0, logs: 0, profiles: 0 } });
  });

  test('tells the demo once a change', async () => {
    const context = makeContext();
    const state = context.demo.state();
    const told = await listen('/events', context, { count: 5, act() {
      for (const progress of [0, 0, 0.5, 0.5]) context.tell('demo', { ...state, state: progress === 0 ? 'off' : 'history', progress });
      context.tell('world', world);
    } });
    expect(told.slice(3).map(({ event, data }) => [event, data.progress])).toEqual([['demo', 0.5], ['world', undefined]]);
  });

  test('lets go of everything when the client leaves', async () => {
    const context = makeContext();
    await listen('/events', context, { count: 3, act: () => undefined });
    await expect.poll(() => context.listeners()).toBe(0);
  });

  test('refuses more streams than the limit', async () => {
    const context: ApiContext = makeContext();
    served = await serveApi(context);
    const { url } = served;
    const all = await Promise.all(Array.from({ length: streamLimits.clients }, () => fetch(`${url}/api/v1/events`)));
    const one = await fetch(`${url}/api/v1/events`);
    expect(one.status).toBe(503);
    expect(((await one.json()) as Told['data']).error.code).toBe('too_many_streams');
    await Promise.all(all.map((response) => response.body?.cancel()));
  });
});

describe('/logs/tail', () => {
  test('gives out records as the store will', async () => {
    const context = makeContext();
    const [log] = await listen('/logs/tail', context, { count: 1, act: () => { context.tell('record', logs(['card declined'])); } });
    expect(log).toEqual({ event: 'log', data: {
      id: 'live-7-0', timeMs: 1790000000123.456, timeNs: '1790000000123456789', observedNs: '0', service: 'service:checkout', severity: 9, severityText: 'x', derivedSeverity: 0,
      body: 'card declined', eventName: '', traceId: '0af7651916cd43dd8448eb211c80319c', spanId: 'b7ad6b7169203331', flags: 0, droppedAttributes: 0,
      attributes: { n: 0, deep: [true] }, resource: { attributes: { 'service.name': 'checkout' }, schemaUrl: '', droppedAttributes: 0, entityRefs: [] }, scope: { name: 'shop', version: '', attributes: {}, schemaUrl: '', droppedAttributes: 0 },
    } });
  });

  test('keeps to service, severity and text', async () => {
    const context = makeContext();
    const told = await listen('/logs/tail?service=checkout&severity=13&text=CARD', context, { count: 1, act() {
      context.tell('record', logs(['card a', 'card b', 'cart c'], 'cart'));
      context.tell('record', logs(['card a', 'card b', 'cart c']));
    } });
    expect(told.map(({ data }) => data.body)).toEqual(['card b']);
  });

  test('leaves out and counts what is too much', async () => {
    const context = makeContext();
    const told = await listen('/logs/tail', context, { count: 401, act: () => { context.tell('record', logs(Array.from({ length: 1_000 }, (_, i) => `line ${i}`))); } });
    expect(told).toHaveLength(401);
    expect(told[400]).toEqual({ event: 'skipped', data: { count: 600 } });
  });
});

/** A client that reads nothing: what is written stays in its socket. */
function stuckClient() {
  const written: string[] = [];
  return {
    written, writableLength: 0,
    writeHead() { return this; },
    write(text: string) { written.push(text); this.writableLength += text.length; return false; },
    once() { return this; },
    end() { return this; },
  };
}

test('a slow client loses events, and they are counted; nothing piles up', () => {
  const streams = openStreams({ clients: 1, waitingBytes: 1_000, heartbeatMs: 60_000 });
  const client = stuckClient();
  const stream = streams.open(client as never)!;
  const sent = Array.from({ length: 100 }, () => stream.send('world', { atMs: 1, text: 'x'.repeat(100) })).filter((done) => done).length;
  expect(sent).toBeLessThan(10);
  expect([stream.dropped(), streams.dropped()]).toEqual([100 - sent, 100 - sent]);
  expect(client.writableLength).toBeLessThan(1_200);
  client.writableLength = 0;
  expect(stream.send('world', {})).toBe(true);
});

test('a tail tells a slow client what it missed once there is room', () => {
  const tail = openTail(2);
  const told: unknown[] = [];
  let accepts = false;
  const out = { send: (event: string, data: unknown) => { if (accepts) told.push([event, data]); return accepts; }, dropped: () => 0, onEnd: () => undefined, end: () => undefined };
  tail.take({ logs: [{ id: 'a' }, { id: 'b' }] as never, skipped: 3 });
  expect(tail.room()).toBe(0);
  tail.give(out);
  accepts = true;
  tail.give(out);
  expect(told).toEqual([['skipped', { count: 5 }]]);
});
