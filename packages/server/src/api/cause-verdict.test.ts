import { afterEach, describe, expect, test } from 'vitest';
import { CodedError } from '../errors.ts';
import { makeContext, serveApi, type Served } from './fixture/context.ts';
import { incident } from './fixture/world.ts';

const open: Served[] = [];
afterEach(async () => { for (const served of open.splice(0)) await served.close(); });

interface Answer { readonly status: number; readonly body: any }
async function serve(...context: Parameters<typeof makeContext>): Promise<(method: string, path: string, body?: unknown) => Promise<Answer>> {
  const served = await serveApi(makeContext(...context));
  open.push(served);
  return async (method, path, body) => {
    const response = await fetch(`${served.url}/api/v1${path}`, { method, headers: body === undefined ? {} : { 'content-type': 'application/json' }, body: body === undefined ? undefined : JSON.stringify(body) });
    return { status: response.status, body: await response.json() };
  };
}

const path = `/incidents/${incident.id}`;

describe('what a person says of a cause', () => {
  test.each([
    ['the first candidate', 'database:postgresql/payment-db', 'database:postgresql/payment-db', 'this was it.'],
    ['the next candidate', 'service:checkout', 'service:checkout', 'it was checkout.'],
    ['what was ruled out', 'service:gateway', 'service:gateway', 'it was gateway.'],
    ['anything on the map, by its name', 'checkout', 'service:checkout', 'it was checkout.'],
  ])('%s: is there once it is answered, in the list and in the words too, and can be taken back', async (_, given, cause, words) => {
    const ask = await serve();
    expect((await ask('GET', path)).body.incident.verdict).toBeNull();
    expect((await ask('POST', `${path}/verdict`, { cause: given })).body.incident.verdict).toMatchObject({ cause, by: '' });
    const page = (await ask('GET', path)).body;
    expect(page.incident.verdict.cause).toBe(cause);
    expect(page.incident.explanation).toEqual(incident.explanation);
    expect(page.markdown).toContain(words);
    expect((await ask('GET', '/incidents')).body.incidents[0].verdict.cause).toBe(cause);
    expect((await ask('POST', `${path}/verdict`, { cause: null })).body.incident.verdict).toBeNull();
    expect((await ask('GET', path)).body.markdown).not.toContain('A person said');
  });

  test('whoever shows a key is named, in the answer and in the words', async () => {
    const access = { ...makeContext().access, isNeeded: () => true, check: (secret: string) => (secret === 'secret-of-the-key' ? 'reader' : '') };
    const served = await serveApi(makeContext({ access }));
    open.push(served);
    const headers = { 'content-type': 'application/json', authorization: 'Bearer secret-of-the-key' };
    const response = await fetch(`${served.url}/api/v1${path}/verdict`, { method: 'POST', headers, body: JSON.stringify({ cause: 'checkout' }) });
    const { incident: { verdict }, markdown } = await response.json() as { incident: { verdict: unknown }; markdown: string };
    expect(verdict).toMatchObject({ cause: 'service:checkout', by: 'reader' });
    expect(markdown).toMatch(/reader said at [\d:]+ UTC: it was checkout\./);
  });

  test.each([[{ cause: 'service:nobody-has-heard-of' }], [{ cause: '' }], [{}], [{ cause: 'checkout', by: 'me' }], [{ cause: 7 }], [[]]])('%j is refused', async (body) => {
    const ask = await serve();
    expect(await ask('POST', `${path}/verdict`, body)).toMatchObject({ status: 400, body: { error: { code: 'bad_query' } } });
    expect((await ask('GET', path)).body.incident.verdict).toBeNull();
  });

  test('about no incident that is kept is 404; what could not be made durable is not acknowledged', async () => {
    expect(await (await serve())('POST', '/incidents/inc-1/verdict', { cause: 'checkout' })).toMatchObject({ status: 404, body: { error: { code: 'unknown_id' } } });
    const ask = await serve({ tellEngine: () => Promise.reject(new CodedError('storage_failed')) });
    expect(await ask('POST', `${path}/verdict`, { cause: 'checkout' })).toMatchObject({ status: 503, body: { error: { code: 'storage_failed' } } });
  });
});
