import type { Page, Response } from 'playwright-core';
import { base, check, expect, get, path, patienceMs, settled, sound, tabThrough } from './walk.ts';

interface Told { readonly incident: { readonly verdict: { readonly cause: string } | null; readonly explanation: { readonly causes: readonly { readonly entity: string }[] } }; readonly markdown: string }

/** What a person says of the cause of an incident, by keys alone, and the incident as Markdown. */
export async function walkIncident(page: Page): Promise<void> {
  const { incidents } = await get<{ incidents: { id: string }[] }>('/incidents');
  const where = `/incidents/${encodeURIComponent(incidents[0].id)}`;
  const told = (): Promise<Told> => get<Told>(where);
  const becomes = async (cause: string | null): Promise<void> => {
    for (const deadlineMs = Date.now() + patienceMs; ((await told()).incident.verdict?.cause ?? null) !== cause; await page.waitForTimeout(200)) expect(Date.now() < deadlineMs, `the verdict is not ${cause}`);
  };
  const best = (await told()).incident.explanation.causes[0]?.entity ?? null;
  await check('y says that this was it, and once more takes it back', async () => {
    expect(best !== null, 'the incident has no candidate');
    await page.goto(base + where);
    await page.waitForSelector('.cause-verdict');
    await settled(page);
    await page.keyboard.press('y');
    await becomes(best);
    await page.waitForSelector('.cause-verdict [aria-pressed="true"]');
    await sound(page, 'incident with a verdict');
    await page.keyboard.press('y');
    await becomes(null);
    await page.waitForSelector('.cause-verdict [aria-pressed="false"]');
  });
  await check('n, arrow and Enter say that it was something else; lists show it; Undo takes it back', async () => {
    await page.keyboard.press('n');
    await page.waitForSelector('.cause-pick select:focus');
    await page.keyboard.press('ArrowDown');
    const picked = await page.inputValue('.cause-pick select');
    expect(picked !== '' && picked !== best, `picked ${picked}`);
    await page.keyboard.press('Enter');
    await becomes(picked);
    await page.waitForSelector('.cause-verdict .plain');
    await sound(page, 'incident with another verdict');
    await tabThrough(page, path(page));
    await page.goto(`${base}/incidents`);
    await page.waitForSelector('.incident-list .verdict-word');
    await sound(page, 'incidents with a verdict');
    await page.goto(base + where);
    await page.click('.cause-verdict .plain');
    await becomes(null);
  });
  await check('every candidate but the first says why it is not the first', async () => {
    const rows = await page.locator('.sure-list button').count();
    expect((await page.locator('.sure-against').count()) >= rows - 1, 'a candidate does not say it');
  });
  await check('p walks the map through the moments of the thread, and the moment is in the address', async () => {
    await page.goto(base + where);
    await page.waitForSelector('.play-dot');
    await settled(page);
    const moments = await page.locator('.play-dot').count();
    expect(moments >= 2, `${moments} moments`);
    await page.keyboard.press('p');
    await page.waitForSelector('.play-dot[aria-current="step"]');
    const first = new URL(page.url()).searchParams.get('at');
    expect(first !== null, 'the moment is not in the address');
    await sound(page, 'incident on its way');
    await page.waitForFunction((was) => new URL(location.href).searchParams.get('at') !== was, first);
    await page.waitForFunction(() => !new URL(location.href).searchParams.has('at'), undefined, { timeout: 60_000 });
  });
  await check('a replay is started and shows both tellings side by side; it is in the address', async () => {
    await page.click('.replay button');
    await page.waitForSelector('.replay-table, .replay [role=alert], .replay-nothing', { timeout: 120_000 });
    expect((await page.locator('.replay-table tbody tr').count()) >= 5, 'the tellings are not shown');
    expect(new URL(page.url()).searchParams.has('replay'), 'the replay is not in the address');
    await sound(page, 'incident with a replay');
  });
  await check('m copies the very bytes of the API, with the address below', async () => {
    // The page goes on with the incident: what it copies is one of the answers that it was given.
    const given: Promise<Told>[] = [];
    const keep = (response: Response): void => { if (response.url() === `${base}/api/v1${where}` && response.request().method() === 'GET') given.push(response.json() as Promise<Told>); };
    page.on('response', keep);
    await page.goto(base + where);
    await page.waitForSelector('.incident-head');
    await settled(page);
    await page.keyboard.press('m');
    await page.waitForTimeout(200);
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    page.off('response', keep);
    expect((await Promise.all(given)).some(({ markdown }) => copied === `${markdown}\n${base}${where}\n`), copied.slice(0, 400));
  });
}
