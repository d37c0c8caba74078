import { parseArgs } from 'node:util';
import { faultByName } from './model/faults/catalogue.ts';
import { openShop } from './model/shop.ts';
import { toRequests } from './messages.ts';

/**
 * Writes what the shop would have sent, as OTLP JSON lines, one request a line, like the file exporter of the Collector:
 *   node packages/shop/src/record.ts --fault slow-database --warm-up 10 --minutes 18 --seed 7 > shop.jsonl
 */

const STEP_MS = 2_000;
const minuteMs = 60_000;

const { values } = parseArgs({
  options: {
    fault: { type: 'string', default: 'slow-database' },
    minutes: { type: 'string', default: '18' },
    'warm-up': { type: 'string', default: '10' },
    'fault-minutes': { type: 'string', default: '4' },
    rate: { type: 'string', default: '10' },
    seed: { type: 'string', default: '1' },
    start: { type: 'string', default: '2026-11-20T09:00:00Z' },
  },
});

const startMs = Date.parse(values.start);
const faultMs = startMs + Number(values['warm-up']) * minuteMs;
const name = values.fault === 'none' ? null : faultByName(values.fault).name;
const shop = openShop({
  seed: Number(values.seed), startMs, requestsPerSecond: Number(values.rate), ...(name === null ? {} : faultByName(name).scene),
  faults: name === null ? [] : [{ name, startMs: faultMs, endMs: faultMs + Number(values['fault-minutes']) * minuteMs }],
});

const endMs = startMs + Number(values.minutes) * minuteMs;
for (let untilMs = startMs + STEP_MS; untilMs <= endMs; untilMs += STEP_MS) {
  const { traces, metrics, logs } = toRequests(shop.step(untilMs));
  for (const request of [traces, metrics, logs]) {
    if (request !== null && !process.stdout.write(`${JSON.stringify(request)}\n`)) await new Promise((resolve) => void process.stdout.once('drain', resolve));
  }
}
