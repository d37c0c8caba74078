/** On a phone: no page is wider than the screen, the answers come first, the menu leads everywhere. */
import type { Browser, Page } from 'playwright-core';
import { base, check, expect, get, open, settled, sound } from './walk.ts';

const phone = { width: 390, height: 844 };
const flatPages = ['/', '/incidents', '/services', '/traces', '/logs', '/metrics', '/profiles', '/detectors', '/backtest', '/features', '/ingest', '/send', '/settings'];

const eachMost = 3;

/** Pages that are about one thing, a few of each kind. */
async function singles(): Promise<string[]> {
  const { incidents } = await get<{ incidents: { id: string }[] }>('/incidents?limit=3');
  const { findings } = await get<{ findings: { id: string }[] }>('/findings?limit=1');
  const { services } = await get<{ services: { node: { id: string; kind: string } }[] }>('/services');
  const { profiles } = await get<{ profiles: { id: string }[] }>('/profiles?limit=1');
  const at = (page: string, ids: readonly string[]): string[] => ids.slice(0, eachMost).map((id) => `/${page}/${encodeURIComponent(id)}`);
  return [...at('incidents', incidents.map(({ id }) => id)), ...at('findings', findings.map(({ id }) => id)), ...at('services', services.filter(({ node }) => node.kind === 'service').slice(0, 1).map(({ node }) => node.id)), ...at('profiles', profiles.map(({ id }) => id))];
}

export async function walkNarrow(browser: Browser): Promise<void> {
  const { page, complaints } = await open(browser);
  await page.setViewportSize(phone);
  for (const where of [...flatPages, ...(await singles())]) {
    await check(`on a phone ${where.slice(0, 40)} fits`, async () => {
      await page.goto(base + where);
      await sound(page, where);
    });
  }
  await check('on a phone cause and what now are on the first screen of an incident', () => firstScreen(page));
  await check('on a phone the menu opens, leads on and is closed there', async () => {
    await page.goto(`${base}/`);
    await settled(page);
    await page.click('.rail-more');
    await page.click('.rail-rest.opened a[href^="/logs"]');
    await page.waitForURL((url) => url.pathname === '/logs');
    await settled(page);
    expect((await page.locator('.rail-rest.opened').count()) === 0, 'the menu is still open');
  });
  await check('on a phone nothing was complained about in the browser console', async () => expect(complaints.length === 0, complaints.join('\n      ')));
  await page.context().close();
}

async function firstScreen(page: Page): Promise<void> {
  const { incidents } = await get<{ incidents: { id: string; state: string }[] }>('/incidents');
  const shown = incidents.find(({ state }) => state !== 'resolved') ?? incidents[0];
  await page.goto(`${base}/incidents/${encodeURIComponent(shown.id)}`);
  await settled(page);
  for (const part of ['.incident-head .lead-cause', ...(shown.state === 'resolved' ? [] : ['.incident-head .lead-next'])]) {
    const box = await page.locator(part).boundingBox();
    expect(box !== null && box.y + box.height <= phone.height, `${part} is below the first screen`);
  }
}
