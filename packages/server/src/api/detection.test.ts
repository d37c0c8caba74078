import { afterEach, describe, expect, test } from 'vitest';
import { CodedError } from '../errors.ts';
import { makeContext, serveApi, type Served } from './fixture/context.ts';
import { atMs, finding, incident, seriesBand, world } from './fixture/world.ts';

const open: Served[] = [];
afterEach(async () => { for (const served of open.splice(0)) await served.close(); });

interface Answer { readonly status: number; readonly body: any }
async function serve(...context: Parameters<typeof makeContext>): Promise<(method: string, path: string, body?: unknown, headers?: Record<string, string>) => Promise<Answer>> {
  const served = await serveApi(makeContext(...context));
  open.push(served);
  return async (method, path, body, headers = {}) => {
    const response = await fetch(`${served.url}/api/v1${path}`, { method, headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers }, body: body === undefined ? undefined : JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };
}

describe('a verdict', () => {
  test('is there once it is answered, and can be taken back', async () => {
    const ask = await serve();
    expect((await ask('GET', `/findings/${finding.id}`)).body).toMatchObject({ finding: { verdict: null }, incidentIds: [incident.id] });
    for (const verdict of ['noise', 'real', null]) {
      expect((await ask('POST', `/findings/${finding.id}/verdict`, { verdict })).body.finding.verdict).toBe(verdict);
      expect((await ask('GET', `/findings/${finding.id}`)).body.finding.verdict).toBe(verdict);
    }
  });

  test.each([[{ verdict: 'maybe' }], [{}], [{ verdict: 'noise', by: 'me' }], [[]], [null]])('%j is refused', async (body) => {
    const ask = await serve();
    expect(await ask('POST', `/findings/${finding.id}/verdict`, body)).toMatchObject({ status: 400, body: { error: { code: 'bad_query' } } });
  });

  test('about nothing that is kept is 404', async () => {
    const ask = await serve();
    expect(await ask('POST', '/findings/nothing/verdict', { verdict: 'real' })).toMatchObject({ status: 404, body: { error: { code: 'unknown_id' } } });
  });

  test('that could not be made durable is not acknowledged', async () => {
    const ask = await serve({ tellEngine: () => Promise.reject(new CodedError('storage_failed')) });
    expect(await ask('POST', `/findings/${finding.id}/verdict`, { verdict: 'real' })).toMatchObject({ status: 503, body: { error: { code: 'storage_failed' } } });
  });

  test('is guarded like every other write', async () => {
    const ask = await serve({ token: 'a-long-enough-token' });
    const path = `/findings/${finding.id}/verdict`;
    expect((await ask('POST', path, { verdict: 'real' })).body.error.code).toBe('unauthenticated');
    expect((await ask('POST', path, { verdict: 'real' }, { authorization: 'Bearer a-long-enough-token', origin: 'http://evil.example' })).body.error.code).toBe('forbidden_origin');
    expect((await ask('POST', path, { verdict: 'real' }, { authorization: 'Bearer a-long-enough-token' })).status).toBe(200);
  });
});

describe('maintenance', () => {
  const hourMs = 3_600_000;
  test('that is over is announced no more, though the engine still knows of it', async () => {
    const over = { kind: 'maintenance' as const, id: 'm-over', entity: null, fromMs: atMs - hourMs, toMs: atMs + 1_000, reason: '', by: '', atMs: atMs - hourMs };
    const ask = await serve({ world: () => ({ ...world, detection: { ...world.detection, maintenance: [over] } }) });
    expect((await ask('GET', '/maintenance')).body.maintenance).toEqual([]);
    expect((await ask('GET', '/detection')).body.maintenance).toEqual([]);
    expect((await ask('DELETE', '/maintenance/m-over')).status).toBe(404);
  });

  test('is told with the finding that it covers, also when it is over', async () => {
    const [work] = world.detection.maintenance;
    const ask = await serve({ world: () => ({ ...world, findings: [{ ...finding, maintenance: work.id }] }) });
    expect((await ask('GET', `/findings/${finding.id}`)).body).toMatchObject({ finding: { maintenance: work.id }, maintenance: { id: work.id, reason: work.reason } });
    expect((await (await serve())('GET', `/findings/${finding.id}`)).body).toMatchObject({ finding: { maintenance: null }, maintenance: null });
  });

  test('is announced from now on for a service by its name, listed, and ended once', async () => {
    const ask = await serve();
    const { body: made } = await ask('POST', '/maintenance', { entity: 'checkout', to: atMs + hourMs, reason: 'new disks' });
    expect(made).toMatchObject({ kind: 'maintenance', entity: 'service:checkout', fromMs: atMs + 2_000, toMs: atMs + hourMs, reason: 'new disks' });
    expect((await ask('GET', '/maintenance')).body.maintenance).toContainEqual(made);
    expect((await ask('GET', '/detection')).body.maintenance).toContainEqual(made);
    expect((await ask('DELETE', `/maintenance/${made.id}`)).body.maintenance).not.toContainEqual(made);
    expect((await ask('DELETE', `/maintenance/${made.id}`)).status).toBe(404);
  });

  test.each([
    ['an end before the begin', { from: atMs + hourMs, to: atMs }, /from must be before/], ['what is over', { from: atMs - hourMs, to: atMs }, /in the future/], ['a year', { to: atMs + 366 * 24 * hourMs }, /at most 31 days/],
    ['no end', {}, /Field to/], ['a long reason', { to: atMs + hourMs, reason: 'x'.repeat(501) }, /Field reason/], ['something else', { to: atMs + hourMs, who: 'me' }, /Field who is not known/],
  ])('%s is refused', async (_, body, words) => {
    const ask = await serve();
    const { status, body: answer } = await ask('POST', '/maintenance', body);
    expect([status, answer.error.code]).toEqual([400, 'bad_query']);
    expect(answer.error.message).toMatch(words);
  });
});

test('a series that is not judged is 404', async () => {
  const ask = await serve();
  expect((await ask('GET', `/series?key=${encodeURIComponent(seriesBand.series)}`)).body).toEqual(seriesBand);
  expect((await ask('GET', '/series?key=nothing')).status).toBe(404);
  expect((await ask('GET', '/series')).status).toBe(400);
});

describe('a backtest', () => {
  const range = { from: atMs - 3_600_000, to: atMs };
  test('runs alone, with the budget that is set, and can be cancelled', async () => {
    const ask = await serve();
    const { body: begun } = await ask('POST', '/backtests', { ...range, detectors: ['level', 'cusum'], againstBudget: 5 });
    expect(begun.asked).toEqual({ fromMs: range.from, toMs: range.to, source: 'log', a: { detectors: ['level', 'cusum'], falseAlarmsPerDay: 1, hearsVerdicts: false }, b: { detectors: ['level', 'cusum'], falseAlarmsPerDay: 5, hearsVerdicts: false } });
    expect(await ask('POST', '/backtests', range)).toMatchObject({ status: 409, body: { error: { code: 'backtest_running' } } });
    expect((await ask('DELETE', `/backtests/${begun.id}`)).body.state).toBe('cancelled');
    const { body: next } = await ask('POST', '/backtests', range);
    expect(next.asked).toMatchObject({ a: { detectors: null }, b: null });
    await ask('DELETE', `/backtests/${next.id}`);
    const { body: third } = await ask('POST', '/backtests', { ...range, source: 'rows', againstWithVerdicts: true });
    expect(third.asked).toMatchObject({ source: 'rows', a: { hearsVerdicts: false }, b: { detectors: null, hearsVerdicts: true } });
    expect((await ask('GET', '/backtests')).body.backtests.map(({ id }: { id: string }) => id)).toEqual([third.id, next.id, begun.id]);
  });

  test.each([
    ['a detector that there is not', { ...range, detectors: ['guess'] }, 400, 'guess'], ['no detector at all', { ...range, detectors: [] }, 400, 'detectors'], ['a range that ends before it begins', { from: 2, to: 1 }, 400, 'from=2'],
    ['a year', { from: atMs - 366 * 86_400_000, to: atMs }, 422, '366 days'], ['a budget of nothing', { ...range, budget: 0 }, 400, 'budget=0'],
  ])('%s is refused', async (_, body, status, value) => {
    const ask = await serve();
    const answer = await ask('POST', '/backtests', body);
    expect([answer.status, answer.body.error.value]).toEqual([status, expect.stringContaining(value)]);
  });
});
