import { z } from 'zod';
import { readNodeId } from '../ask.ts';
import type { ApiContext } from '../context.ts';
import { readLogs } from '../live-log.ts';
import { stream } from '../route.ts';
import { demoResponse } from '../schemas/answers.ts';
import { incident } from '../schemas/model.ts';
import { none, tailQuery } from '../schemas/queries.ts';
import { storedLog } from '../schemas/rows.ts';
import type { EventStream } from '../stream.ts';
import { openTail } from '../tail.ts';

const ingestEveryMs = 1_000;
const tailEveryMs = 200;

function totals(context: ApiContext) {
  const { traces, metrics, logs } = context.ingest().signals;
  return { traces: traces.accepted, metrics: metrics.accepted, logs: logs.accepted };
}

/** Says where things stand at once, then tells what changes. */
function openEvents(context: ApiContext, out: EventStream): void {
  let told = totals(context);
  out.send('world', { atMs: context.world().atMs });
  out.send('ingest', told);
  let demo = JSON.stringify(context.demo.state());
  out.send('demo', context.demo.state());
  const stops = [
    context.on('world', ({ atMs }) => { out.send('world', { atMs }); }),
    context.on('incident', (each) => { out.send('incident', each); }),
    context.on('demo', (state) => {
      const text = JSON.stringify(state);
      if (text !== demo && out.send('demo', state)) demo = text;
    }),
  ];
  const timer = setInterval(() => {
    const now = totals(context);
    if (now.traces === told.traces && now.metrics === told.metrics && now.logs === told.logs) return;
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
      ingest: z.object({ traces: z.number(), metrics: z.number(), logs: z.number() }),
    },
    open: (context, _asked, out) => { openEvents(context, out); },
  }),
  stream({
    path: '/logs/tail', summary: 'Log records as they arrive; `skipped` counts those left out when there are too many', query: tailQuery, errors: ['too_many_streams'],
    events: { log: storedLog, skipped: z.object({ count: z.number() }) },
    open: (context, { query }, out) => { tailLogs(context, query, out); },
  }),
];
