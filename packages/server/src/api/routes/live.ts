import { z } from 'zod';
import { readNodeId } from '../ask.ts';
import type { ApiContext } from '../context.ts';
import { lastRefusedMax } from '../../intake/ledger.ts';
import type { Refusal, SignalName } from '../types.ts';
import { readLogs } from '../live-log.ts';
import { stream } from '../route.ts';
import { demoResponse } from '../schemas/answers.ts';
import { refusal } from '../schemas/ingest.ts';
import { incident } from '../schemas/model.ts';
import { none, tailQuery } from '../schemas/queries.ts';
import { storedLog } from '../schemas/rows.ts';
import type { EventStream } from '../stream.ts';
import { openTail } from '../tail.ts';

const ingestEveryMs = 1_000;
const tailEveryMs = 200;

/** Refusals that are told of in one second; a list of as many is all that is shown. */
const refusalsASecondMax = lastRefusedMax;

/** Says where things stand at once, then tells what changes. */
function openEvents(context: ApiContext, out: EventStream): void {
  let told = context.accepted();
  let refusals: Refusal[] = [];
  out.send('world', { atMs: context.world().atMs });
  out.send('ingest', told);
  let demo = JSON.stringify(context.demo.state());
  out.send('demo', context.demo.state());
  const stops = [
    context.on('world', ({ atMs }) => { out.send('world', { atMs }); }),
    context.on('incident', (each) => { out.send('incident', each); }),
    context.on('refused', (each) => { refusals = [...refusals, each].slice(-refusalsASecondMax); }),
    context.on('demo', (state) => {
      const text = JSON.stringify(state);
      if (text !== demo && out.send('demo', state)) demo = text;
    }),
  ];
  const timer = setInterval(() => {
    for (const each of refusals.splice(0)) out.send('refused', each);
    const now = context.accepted();
    if (Object.entries(now).every(([signal, items]) => told[signal as SignalName] === items)) return;
    if (out.send('ingest', now)) told = now;
  }, ingestEveryMs);
  out.onEnd(() => {
    clearInterval(timer);
    for (const stop of stops) stop();
  });
}

function tailLogs(context: ApiContext, query: { readonly service?: string | undefined; readonly severity?: number | undefined; readonly text?: string | undefined }, out: EventStream): void {
  const tail = openTail();
  const wanted = {
    service: query.service === undefined ? null : readNodeId(context.world(), query.service),
    minSeverity: query.severity ?? 0,
    text: query.text?.toLowerCase() ?? '',
  };
  const stop = context.on('record', ({ batch, position, receivedMs }) => {
    if (batch?.signal === 'logs') tail.take(readLogs(batch, { position, receivedMs }, wanted, tail.room()));
  });
  const timer = setInterval(() => { tail.give(out); }, tailEveryMs);
  out.onEnd(() => {
    clearInterval(timer);
    stop();
  });
}

export const liveRoutes = [
  stream({
    path: '/events', summary: 'What changes, as it changes', query: none, errors: ['too_many_streams'],
    events: {
      world: z.object({ atMs: z.number() }), incident, demo: demoResponse,
      ingest: z.object({ traces: z.number(), metrics: z.number(), logs: z.number(), profiles: z.number() }),
      refused: refusal,
    },
    open: (context, _asked, out) => { openEvents(context, out); },
  }),
  stream({
    path: '/logs/tail', summary: 'Log records as they arrive; `skipped` counts those left out when there are too many', query: tailQuery, errors: ['too_many_streams'],
    events: { log: storedLog, skipped: z.object({ count: z.number() }) },
    open: (context, { query }, out) => { tailLogs(context, query, out); },
  }),
];
