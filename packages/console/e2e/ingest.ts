/** What happened to my data: a refusal appears while one looks, its id is copied, and a filter is an address. */
import type { Page } from 'playwright-core';
import type { IngestResponse } from '@clew/server/api';
import { base, check, expect, get, settled, sound, text } from './walk.ts';

export async function walkIngest(page: Page): Promise<void> {
  const { listening } = await get<IngestResponse>('/ingest');
  const isFixture = (await get<{ version: string }>('/health')).version === 'fixture';

  await check('a refused request stands in the list while one looks, and its id is that of the answer', async () => {
    await page.goto(`${base}/ingest`);
    await settled(page);
    let id = 'mws4c7r4-3e';
    if (!isFixture) {
      const answer = await fetch(`${listening.http}/v1/traces`, { method: 'POST', headers: { 'content-type': 'application/x-protobuf' }, body: new Uint8Array([0xff, 0xff]) });
      id = answer.headers.get('x-clew-request-id') ?? 'none';
    }
    const button = page.locator('table.refusals .request-id', { hasText: id }).first();
    await button.waitFor();
    await button.click();
    expect((await page.evaluate(() => navigator.clipboard.readText())) === id, 'the id was not copied');
    await sound(page, 'ingest');
  });

  await check('every source has its bars with words, and the sums of the API balance', async () => {
    const { sources, signals } = await get<IngestResponse>('/ingest');
    for (const each of [...Object.values(signals), ...sources.flatMap(({ accounts }) => accounts)]) {
      expect(each.items === each.accepted + each.refusedItems + each.deduplicated, `items of ${JSON.stringify(each)} do not balance`);
      expect(isFixture || each.requests === each.acceptedRequests + each.duplicateRequests + each.refusedRequests, `requests of ${JSON.stringify(each)} do not balance`);
    }
    const labels = await page.locator('.outcome-bar').evaluateAll((bars) => bars.map((bar) => bar.getAttribute('aria-label') ?? ''));
    expect(labels.length > 0 && labels.every((label) => /\d/.test(label)), 'a bar says nothing');
  });

  await check('a source and a signal are chosen, and the address says so to whoever is sent it', async () => {
    const { sources } = await get<IngestResponse>('/ingest');
    const [{ name }] = sources;
    await page.goto(`${base}/ingest`);
    await settled(page);
    await page.locator('main select').first().selectOption(name);
    await page.waitForURL((url) => url.searchParams.get('source') === name);
    const address = page.url();
    await page.goto(`${base}/`);
    await page.goto(address);
    await settled(page);
    expect((await page.locator('table.accounts .source-cell').count()) === 1, 'other sources are shown, too');
    await page.goto(`${base}/ingest?source=nobody-of-this-name`);
    await settled(page);
    expect((await text(page)).includes('No such source'), 'an unknown source is not told');
    await sound(page, 'ingest of nobody');
  });

  await check('when the server is gone, the page says so and keeps what it knew', async () => {
    // In a page of its own: the browser writes every failed request to the console.
    const lost = await page.context().newPage();
    await lost.goto(`${base}/ingest`);
    await settled(lost);
    await lost.route('**/api/v1/ingest*', (route) => route.abort());
    await lost.waitForSelector('.failure');
    expect((await lost.locator('table.accounts').count()) === 1, 'what was known is gone');
    await lost.unroute('**/api/v1/ingest*');
    await lost.waitForSelector('.failure', { state: 'detached' });
    await lost.close();
  });
}
