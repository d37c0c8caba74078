import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type ContextFake, makeContext, serveApi, type Served } from '../api/fixture/context.ts';
import { makeRows, type RowsFake } from '../api/fixture/rows.ts';
import { emptyWorld, incident, pastIncident, traceId } from '../api/fixture/world.ts';
import { CodedError } from '../errors.ts';
import { backtest } from './backtest.ts';
import { demo } from './demo.ts';
import { detectors } from './detectors.ts';
import { explain } from './explain.ts';
import { incident as incidentVerb } from './incident.ts';
import { incidents } from './incidents.ts';
import { findings } from './findings.ts';
import { ingest } from './ingest.ts';
import { lookBack } from './look-back.ts';
import { maintenance } from './maintenance.ts';
import { query } from './query.ts';
import { services } from './services.ts';
import { verdict } from './verdict.ts';
import type { Terminal, Verb } from './verb.ts';

const verbs: Readonly<Record<string, Verb>> = { query, incidents, incident: incidentVerb, explain, findings, verdict, maintenance, detectors, services, ingest, 'look-back': lookBack, backtest, demo };
let served: Served;
let context: ContextFake;
let rows: RowsFake;
beforeAll(async () => {
  rows = makeRows();
  context = makeContext({ rows });
  served = await serveApi(context);
});
afterAll(() => served.close());
beforeEach(() => { rows.asked.length = 0; });

interface Ran { readonly code: number; readonly out: string; readonly err: string }

async function clew(line: string, environment: Readonly<Record<string, string>> = {}): Promise<Ran> {
  const [name, ...args] = line.split(' ').map((word) => word.replaceAll('_', ' '));
  let out = '';
  let err = '';
  const terminal: Terminal = {
    out: (text) => { out += text; }, err: (text) => { err += text; },
    isInteractive: false, environment: { CLEW_SERVER: served.url, ...environment }, folder: '.',
  };
  try {
    return { code: await verbs[name].run(args, terminal), out, err };
  } catch (error) {
    if (!(error instanceof CodedError)) throw error;
    return { code: error.code === 'bad_usage' ? 2 : 1, out, err: `${error.code}: ${error.message} (${error.value})` };
  }
}

describe('clew query', () => {
  test('traces', async () => {
    expect(await clew('query traces')).toEqual({ code: 0, err: '', out: `\
TIME                  DURATION  SPANS  ERRORS  SERVICE   NAME            TRACE
2026-11-22 10:16:25Z     3.6 s      3       1  checkout  POST /checkout  ${traceId}
` });
  });

  test('trace', async () => {
    expect((await clew(`query trace ${traceId}`)).out).toBe(`\
trace ${traceId} · 3 spans · 2 services · 1 error · 3.6 s · 2026-11-22 10:16:25Z

POST /checkout     checkout  ████████████████████████████████████████      3.6 s
  charge           payment    ███████████████████████████████████████      3.5 s  error: timed out
    SELECT orders  payment     ██████████████████████████████████████      3.4 s
`);
  });

  test('logs, the newest last', async () => {
    expect((await clew('query logs')).out).toBe(`\
2026-11-22 10:16:28.000Z INFO  checkout  started
2026-11-22 10:16:29.000Z WARN  checkout  query 17 took 3500 ms
2026-11-22 10:16:30.000Z ERROR checkout  card declined  trace=${traceId}
`);
  });

  test('metrics and one metric', async () => {
    expect((await clew('query metrics --text http')).out).toBe(`\
NAME                          TYPE                  UNIT  SERIES  SERVICES
http.server.request.duration  histogram cumulative  s          4  checkout
`);
    expect((await clew('query metric http.server.request.duration --read p95')).out).toBe(`\
SERVICE    LAST  LEAST   MOST  OVER TIME  ATTRIBUTES
checkout  40 ms  40 ms  40 ms  |█·|       route=/checkout
`);
  });

  test('findings', async () => {
    const { out } = await clew('query findings');
    expect(out).toContain('2026-11-22 10:15:23Z  active  symptom  checkout                 error rate       12 %     0 – 1 %   14.2  -        f-checkout-errors');
    expect(out).toContain('clue     payment-db (postgresql)  p95 latency     3.5 s  40 – 70 ms   14.2  -        f-db-latency');
  });

  test('graph and attributes', async () => {
    expect((await clew('query graph')).out).toMatch(/^checkout +payment-db \(postgresql\) +database +broken +8.3\/s +10 % +3\.5 s$/m);
    expect((await clew('query attributes --signal logs')).out).toBe('KEY         VALUES, FOR EXAMPLE\nhttp.route  /checkout\n');
  });

  test('flags are the parameters of the API', async () => {
    await clew('query traces --service checkout --operation GET --min-duration 100 --max-duration 9000 --errors --attribute a=b --attribute c=d --order slowest --limit 7 --from 1700000000000 --until 2023-11-15');
    expect(rows.asked).toEqual([{ name: 'traces', query: {
      fromMs: 1700000000000, toMs: Date.UTC(2023, 10, 15), service: 'service:checkout', operation: 'GET', minDurationMs: 100, maxDurationMs: 9000, errorsOnly: true,
      attributes: [{ key: 'a', value: 'b' }, { key: 'c', value: 'd' }], order: 'slowest', limit: 7,
    } }]);
  });

  test('times may be relative', async () => {
    await clew('query logs --since 1h30m --until 30m');
    const { fromMs, toMs } = rows.asked[0].query as { fromMs: number; toMs: number };
    expect(toMs - fromMs).toBe(3_600_000);
  });

  test('JSON is the answer of the API', async () => {
    expect(JSON.parse((await clew('query traces -o json')).out)).toMatchObject({ traces: [{ traceId }] });
  });

  test.each([
    ['query', 2], ['query everything', 2], ['query traces --colour', 2], ['query trace', 2], ['query traces extra', 2], ['query logs --since soon', 2], ['query traces -o yaml', 2],
    ['query traces --limit many', 1], [`query trace ${'0'.repeat(31)}1`, 3],
  ])('%s exits with %i', async (line, code) => {
    const ran = await clew(line);
    expect(ran).toMatchObject({ code, out: '' });
    expect(ran.err).not.toBe('');
  });

  test('what the server refuses is told in its words', async () => {
    expect((await clew('query traces --limit many')).err).toMatch(/^bad_query: A parameter of the request is not valid. Parameter limit is not right: .*\(limit=many\)$/);
  });

  test('help names every flag', () => {
    for (const flag of ['--since', '--min-duration', '--attribute', '--severity', '--read <value|rate|p50|p95|p99>', '--follow', '--server']) expect(query.help).toContain(flag);
  });
});

describe('clew incidents', () => {
  test('lists', async () => {
    expect((await clew('incidents')).out).toBe(`\
ID                            STATE     SEVERITY  SINCE                 LASTED  WHAT                                                CAUSE
inc-20261122-101523-checkout  open      critical  2026-11-22 10:15:23Z     67s  12 % of requests to checkout fail (normally 0.2 %)  payment-db (postgresql), slow database queries (“SELECT * FROM orders WHERE customer = ?” takes 3.5 s, normally 50 ms); 93 % sure
inc-20261122-080000-cart      resolved  low       2026-11-22 08:02:03Z     16m  p95 latency of cart was 900 ms (normally 40 ms)     unknown
`);
  });

  test('--state', async () => {
    const { out } = await clew('incidents --state resolved -o json');
    expect(JSON.parse(out).incidents.map(({ id }: { id: string }) => id)).toEqual([pastIncident.id]);
  });

  test('--watch tells changes until the server goes', async () => {
    const own = makeContext();
    const other = await serveApi(own);
    const ran = clew(`incidents --state unresolved --watch --server ${other.url}`);
    await expect.poll(() => own.listeners()).toBeGreaterThan(0);
    own.tell('incident', { ...incident, state: 'recovering' });
    await other.close();
    const { code, out, err } = await ran;
    expect(code).toBe(1);
    expect(out.trim().split('\n').at(-1)).toMatch(/^2026-11-22 10:16:30Z {2}inc-20261122-101523-checkout {2}recovering {2}critical {2}12 % of requests to checkout fail .*; it is recovering now\. Cause: /);
    expect(err).toContain('the server ended the stream');
  });
});

describe('clew incident', () => {
  test('get -o markdown is the story of the API with its address below', async () => {
    const { out } = await clew('incident get inc-20261122-10 -o markdown');
    const { markdown } = JSON.parse((await clew(`incident get ${incident.id} -o json`)).out) as { markdown: string };
    expect(markdown).toMatch(/^## inc-20261122-101523-checkout · open/);
    expect(out).toBe(`${markdown}\n${served.url}/incidents/${incident.id}\n`);
    expect((await clew(`incident get ${incident.id}`)).out).toBe((await clew('explain')).out);
  });

  test('refine asks until stored spans have been looked at, and says so when there are none', async () => {
    expect((await clew(`incident refine ${incident.id}`)).out).toMatch(/^Traces gained nothing at any one place, or too few of them are stored\.\nLooked at 0 spans/);
    expect(JSON.parse((await clew(`incident refine ${incident.id} -o json`)).out)).toMatchObject({ state: 'done', refined: { gains: [], statement: null } });
    expect((await clew(`incident refine ${incident.id} --confirm`)).code).toBe(2);
  });

  test('verdict: this was it, it was that, and taken back', async () => {
    expect((await clew(`incident verdict ${incident.id} --confirm`)).out).toMatch(/^inc-20261122-101523-checkout: A person said at [\d:]+ UTC: this was it\.\n$/);
    expect((await clew('incidents')).out).toMatch(/PERSON SAID\n.* {2}payment-db \(postgresql\)\n/);
    expect((await clew(`incident verdict ${incident.id} --cause checkout`)).out).toContain(': it was checkout.');
    expect((await clew(`incident verdict ${incident.id} --clear`)).out).toBe(`${incident.id}: Nothing is said of its cause any more.\n`);
  });

  test.each([
    ['incident', 2], ['incident get', 2], [`incident get ${incident.id} --confirm`, 2], [`incident verdict ${incident.id}`, 2], [`incident verdict ${incident.id} --confirm --clear`, 2],
    [`incident get ${incident.id} -o yaml`, 2], [`incident close ${incident.id}`, 2], ['incident get inc-1999', 3], [`incident verdict ${incident.id} --cause nobody`, 1],
  ])('%s exits with %i', async (line, code) => {
    expect((await clew(line)).code).toBe(code);
  });
});

describe('clew explain', () => {
  test.each([['explain'], [`explain ${incident.id}`], ['explain inc-20261122-10']])('%s', async (line) => {
    const { code, out } = await clew(line);
    expect(code).toBe(0);
    expect(out).toContain('● payment-db (postgresql)  p95 latency 50 ms → 3.5 s, 10:15:20 UTC (as the first symptom appeared)  ← cause');
    expect(out).toContain('WHAT NOW');
  });

  test('what models reckon is told on demand, and all of it in Chinese', async () => {
    expect((await clew('explain --language zh')).out).toContain('现在怎么办');
    expect((await clew('explain --details')).code).toBe(0);
    expect((await clew('explain --language fr')).code).toBe(2);
  });

  test('as Markdown and JSON', async () => {
    expect((await clew('explain --markdown')).out).toMatch(/^## inc-20261122-101523-checkout · open/);
    expect(JSON.parse((await clew('explain -o json')).out).incident.id).toBe(incident.id);
  });

  test('what is not there, and what is meant twice', async () => {
    expect(await clew('explain inc-1999')).toMatchObject({ code: 3, err: expect.stringContaining('No incident of this id is kept') });
    expect(await clew('explain inc-2026')).toMatchObject({ code: 2, err: expect.stringContaining('It fits 2 incidents') });
  });
});

test('clew services', async () => {
  const { out } = await clew('services');
  expect(out).toMatch(/^NAME +KIND +STATE +RATE +LAST 15 MIN +ERRORS +P99 +FULLEST +LAST CHANGE +INCIDENTS$/m);
  expect(out).toMatch(/^checkout +service +broken +50\/s +·+█+ +0 % +55\.1 ms +97 % pool_utilization orders +2\.4\.0 → 2\.4\.1 \(92s ago\) +inc-20261122-101523-checkout$/m);
});

describe('clew findings', () => {
  test('lists, and tells one in full by the beginning of its id', async () => {
    expect((await clew('findings --active')).out).toContain('f-checkout-errors');
    expect((await clew('findings f-check')).out).toBe(`\
Error rate of checkout is 12 %, above the 0 – 1 % that is expected, since 10:15:23 UTC, 1 min ago. While nothing is wrong, that happens once in 317 years in this series.

DETECTOR  SAYS        P
share     anomaly  1e-9

finding    f-checkout-errors
incident   inc-20261122-101523-checkout
verdict    none; clew verdict f-checkout-errors real|noise
traces     0af7651916cd43dd8448eb211c80319c
rests on   features 1, detectors 1
`);
    expect(await clew('findings f-')).toMatchObject({ code: 2, err: expect.stringContaining('It fits 2 findings') });
    expect((await clew('findings nothing')).code).toBe(3);
  });
});

describe('clew verdict', () => {
  test('marks and takes back', async () => {
    expect((await clew('verdict f-db noise')).out).toBe('f-db-latency: marked as noise.\n');
    expect((await clew('query findings')).out).toMatch(/14\.2 {2}noise +f-db-latency/);
    expect((await clew('verdict f-db clear')).out).toBe('f-db-latency: nothing is said of it any more.\n');
    expect(JSON.parse((await clew('findings f-db -o json')).out).finding.verdict).toBeNull();
  });
  test.each([['verdict f-db', 2], ['verdict f-db maybe', 2], ['verdict nothing real', 3]])('%s exits with %i', async (line, code) => {
    expect((await clew(line)).code).toBe(code);
  });
});

describe('clew maintenance', () => {
  test('lists, announces, ends', async () => {
    expect((await clew('maintenance')).out).toMatch(/^ID +ON +FROM +TO +REASON\nm-upgrade +payment-db \(postgresql\) +2026-11-22 10:16:30Z +2026-11-22 11:16:30Z +upgrade$/m);
    const { out } = await clew('maintenance add --on cart --from 2027-01-01T10:00:00Z --for 1h30m --reason new_disks');
    const [, id] = /^(m-\w+): announced from 2027-01-01 10:00:00Z to 2027-01-01 11:30:00Z\.$/m.exec(out) ?? [];
    expect((await clew('maintenance list')).out).toContain('new disks');
    expect((await clew(`maintenance end ${id}`)).out).toBe(`${id} has ended.\n`);
    expect((await clew('maintenance end m-upgrade')).code).toBe(0);
    expect((await clew('maintenance')).out).toBe('No maintenance is announced.\n');
  });
  test.each([['maintenance add', 2], ['maintenance add --for 1h --to 2027-01-01', 2], ['maintenance add --for soon', 2], ['maintenance end', 2], ['maintenance stop', 2], ['maintenance list x', 2], ['maintenance end m-none', 3], ['maintenance add --from 2027-01-02 --to 2027-01-01', 1]])('%s exits with %i', async (line, code) => {
    expect((await clew(line)).code).toBe(code);
  });
});

test('clew detectors', async () => {
  expect((await clew('detectors')).out).toBe(`\
Budget: 1 false alarm a day; 0.4 expected of the last 24 hours.
820 series are judged, 640 tests in the last pane; reported below p = 2e-8. features 1, detectors 1

DETECTOR  STATE       FINDINGS  REAL  NOISE  PRECISION  WEIGHT CHANGED FOR
level     ready             12     3      1       75 %  checkout 0.5
trend     warming up         0     0      0          -  -

NOISIEST SERIES         FINDINGS IN 24 H  NOISE
error rate of checkout                 4      1
`);
});

describe('clew backtest', () => {
  test('asks the server, and tells why it came to nothing', async () => {
    const ran = clew('backtest --from 2026-11-22T09:00:00Z --to 2026-11-22T10:00:00Z --detector level,share --against all');
    await expect.poll(() => context.backtests.list().length).toBe(1);
    const [{ id, asked }] = context.backtests.list();
    expect(asked).toMatchObject({ a: { detectors: ['level', 'share'], falseAlarmsPerDay: 1 }, b: { detectors: null } });
    context.backtests.cancel(id);
    expect(await ran).toMatchObject({ code: 1, err: expect.stringContaining('Somebody cancelled it') });
  });
  test.each([['backtest', 2], ['backtest --from 1h --detector guess', 2], ['backtest --from 1h --budget none', 2], ['backtest --from 1h --to 2h', 2], ['backtest --from 1h --data . --server http://x', 2], ['backtest --from 1h --data /nowhere', 1]])('%s exits with %i', async (line, code) => {
    expect((await clew(line)).code).toBe(code);
  });
});

describe('clew demo', () => {
  test('start, fault, clear, stop', async () => {
    const said: string[] = [];
    for (const line of ['status', 'start', 'fault slow-database', 'clear', 'stop']) said.push((await clew(`demo ${line}`)).out);
    expect(said).toEqual([
      'The demo shop is not running.\n', 'The demo shop is running; no fault is planted.\n', 'The demo shop is running; planted: slow-database.\n',
      'The demo shop is running; no fault is planted.\n', 'The demo shop is not running.\n',
    ]);
  });

  test('faults', async () => {
    expect((await clew('demo faults')).out).toBe('NAME           PLANTED  WHAT\nslow-database  -        Slow database: A statement loses its index.\n');
  });

  test.each([['demo', 2], ['demo dance', 2], ['demo fault', 2], ['demo start now', 2], ['demo fault slow-database', 1]])('%s exits with %i', async (line, code) => {
    expect((await clew(line)).code).toBe(code);
  });

  test('a fault that there is not exits with 3', async () => {
    await clew('demo start');
    expect(await clew('demo fault earthquake')).toMatchObject({ code: 3, err: expect.stringContaining('earthquake') });
  });
});

test.each(Object.keys(verbs))('docs/guides/cli.md has the help of %s', (name) => {
  expect(readFileSync(new URL('../../../../docs/guides/cli.md', import.meta.url), 'utf8')).toContain(`## clew ${name}\n\n\`\`\`text\n${verbs[name].help}\`\`\`\n`);
});

describe('when something is wrong', () => {
  const servers: Served[] = [];
  afterEach(async () => { for (const server of servers.splice(0)) await server.close(); });

  test('no server: one clear line', async () => {
    expect(await clew('services --server http://127.0.0.1:1')).toMatchObject({ code: 1, err: expect.stringMatching(/^no_server: No Clew server answers at this address\. .*\(http:\/\/127\.0\.0\.1:1\)$/) });
    expect(await clew('services --server nonsense')).toMatchObject({ code: 2 });
  });

  test('a token is asked for and taken', async () => {
    servers.push(await serveApi(makeContext({ token: 'long-enough-token' })));
    const [{ url }] = servers;
    expect(await clew(`services --server ${url}`)).toMatchObject({ code: 1, err: expect.stringContaining('unauthenticated') });
    expect((await clew(`services --server ${url} --token long-enough-token`)).code).toBe(0);
    expect((await clew(`services --server ${url}`, { CLEW_TOKEN: 'long-enough-token' })).code).toBe(0);
  });

  test('nothing sent yet', async () => {
    servers.push(await serveApi(makeContext({ world: () => emptyWorld })));
    const [{ url }] = servers;
    expect((await clew(`services --server ${url}`)).out).toContain('No service has sent anything yet.');
    expect((await clew(`incidents --server ${url}`)).out).toBe('No incidents.\n');
    expect((await clew(`explain --server ${url}`)).code).toBe(3);
  });
});

describe('clew ingest', () => {
  test('every source and signal, why, and the last refusals with their requests', async () => {
    const { code, out } = await clew('ingest');
    expect(code).toBe(0);
    expect(out).toContain('SOURCE     SIGNAL  SENT  ACCEPTED  REFUSED  DEDUPLICATED  LATE  DROPPED  REFUSED REQUESTS  LAST 15 MIN\n');
    expect(out).toMatch(/\n127\.0\.0\.1 +traces +12 +10 +2 +- +- +- +- +\|.+\|\n/);
    expect(out).toMatch(/refused +span_id +2 items +r-1 +Correct it in the sender/);
    expect(out).toMatch(/wrong_path +r-0 +Nothing is served at this path\. \(\/v1\/trace\)/);
    expect(out).toContain('intake_dedup_forgotten_early');
  });
  test('one signal alone; wide says more', async () => {
    const { out } = await clew('ingest --signal traces -o wide');
    expect(out).not.toContain('wrong_path');
    expect(out).toMatch(/USER-AGENT\n.*test\/1\n/);
  });
  test('json is what the API answers', async () => {
    expect(JSON.parse((await clew('ingest -o json')).out)).toMatchObject({ signals: { traces: { items: 12, refusedItems: 2 } }, sources: [{ name: '127.0.0.1' }] });
  });
  test('what cannot be asked for', async () => {
    expect((await clew('ingest -o yaml')).code).toBe(2);
    expect(await clew('ingest --source nobody')).toMatchObject({ code: 3, err: expect.stringContaining('nobody') });
  });
});
