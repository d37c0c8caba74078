/**
 * Walks the console in a real browser: every page by the keyboard alone, both themes, both languages, text from telemetry that wants
 * to be markup. `CLEW_URL=http://127.0.0.1:4319 node e2e/console.e2e.ts` against a server whose demo shop shows an incident,
 * or against the fixture. With CLEW_TOKEN set, signing in to a server that was started with it is walked instead. Needs Chromium at /usr/bin/chromium (CHROMIUM names another).
 */
import { chromium, type Browser, type Page } from 'playwright-core';
import { walkDetection } from './detection.ts';
import { hostile, sendHostile } from './hostile.ts';
import { walkIncident } from './incident.ts';
import { walkIngest } from './ingest.ts';
import { walkNarrow } from './narrow.ts';
import { base, check, expect, get, open, path, results, settled, sound, tabThrough, text } from './walk.ts';

const pagesByKey = [['n', '/'], ['i', '/incidents'], ['s', '/services'], ['t', '/traces'], ['l', '/logs'], ['m', '/metrics'], ['p', '/profiles'], ['a', '/detectors'], ['b', '/backtest'], ['f', '/features'], ['r', '/ingest'], ['d', '/send']] as const;

async function walkByKeyboard(page: Page): Promise<void> {
  for (const [key, where] of pagesByKey) {
    await check(`g ${key} leads to ${where}, sound and with visible focus`, async () => {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.pathname === where);
      await sound(page, where);
      expect((await tabThrough(page, where)) > 8, `${where}: too few stops`);
    });
  }
  for (const [key, where] of [['i', '/incidents'], ['s', '/services'], ['t', '/traces']] as const) {
    await check(`on ${where} j, j, k and Enter open a row, Esc leads back`, async () => {
      await page.keyboard.press('g');
      await page.keyboard.press(key);
      await page.waitForURL((url) => url.pathname === where);
      await page.waitForSelector('main [data-row]');
      await settled(page);
      for (const step of ['j', 'j', 'k', 'Enter']) await page.keyboard.press(step);
      await page.waitForURL((url) => url.pathname.startsWith(`${where}/`));
      await sound(page, path(page));
      await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
      await page.keyboard.press('Escape');
      await page.waitForURL((url) => url.pathname === where);
    });
  }
  await check('the waterfall is walked with j and shows the span', async () => {
    await page.goto(`${base}/traces`);
    await page.waitForSelector('main tbody [data-row]');
    for (const step of ['j', 'Enter']) await page.keyboard.press(step);
    await page.waitForSelector('.wf-box');
    await settled(page);
    await page.evaluate(() => { document.querySelector<HTMLElement>('.wf-box')?.focus(); });
    await page.keyboard.press('j');
    await page.waitForSelector('.span-details dl');
    expect(new URL(page.url()).searchParams.has('span'), 'the span is not in the address');
    await sound(page, 'trace');
  });
}

async function tools(page: Page): Promise<void> {
  await check('Ctrl K finds a page and goes there; Esc closes; ? shows the keys', async () => {
    await page.goto(`${base}/`);
    await settled(page);
    await page.keyboard.press('Control+k');
    await page.waitForSelector('dialog[open] input');
    await page.keyboard.type('settings');
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.pathname === '/settings');
    await sound(page, 'settings');
    await page.keyboard.press('?');
    await page.waitForSelector('dialog.help[open]');
    await page.keyboard.press('Escape');
    await page.waitForSelector('dialog[open]', { state: 'detached' });
    expect(path(page) === '/settings', 'Esc closed more than the dialog');
  });
  await check('[ goes earlier and stands still, . is live again, both in the address', async () => {
    await page.goto(`${base}/?range=1h`);
    await settled(page);
    await page.keyboard.press('[');
    await page.waitForURL(/from=\d+&to=\d+/);
    await sound(page, 'now, an hour ago');
    await page.keyboard.press('.');
    await page.waitForURL(/range=1h/);
  });
  await check('/ filters, and the filter survives a reload', async () => {
    await page.goto(`${base}/services`);
    await page.waitForSelector('[data-filter]');
    await settled(page);
    await page.keyboard.press('/');
    await page.keyboard.type('pay');
    await page.waitForURL(/q=pay/);
    await page.reload();
    await page.waitForSelector('[data-filter]');
    expect((await page.inputValue('[data-filter]')) === 'pay', 'the filter was lost');
  });
  await check('c copies the link, m the incident as Markdown', async () => {
    const { incidents } = await get<{ incidents: { id: string }[] }>('/incidents');
    expect(incidents.length > 0, 'there is no incident to look at');
    await page.goto(`${base}/incidents/${encodeURIComponent(incidents[0].id)}`);
    await page.waitForSelector('.incident-head');
    await settled(page);
    await page.keyboard.press('c');
    await page.waitForSelector('.notice span');
    expect((await page.evaluate(() => navigator.clipboard.readText())) === page.url(), 'the link differs');
    await page.keyboard.press('m');
    await page.waitForTimeout(200);
    expect((await page.evaluate(() => navigator.clipboard.readText())).startsWith('## '), 'not Markdown');
  });
  await check('the incident page shows its thread, its map, how sure and its timeline', async () => {
    await sound(page, 'incident');
    for (const part of ['.thread-step', '.map svg', '.sure-list li', '.tl-row']) expect((await page.locator(part).count()) > 0, `no ${part}`);
    await tabThrough(page, 'incident');
  });
  await check('profiles: where there is more than a page, older ones and back to the newest', async () => {
    await page.goto(`${base}/profiles`);
    await page.waitForSelector('table.profiles, main .empty');
    const older = page.locator('.pages a').last();
    if (await older.count() === 0) return;
    const first = await page.locator('table.profiles tbody tr').first().innerText();
    await older.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL((url) => url.searchParams.has('before'));
    await settled(page);
    expect((await page.locator('table.profiles tbody tr').first().innerText()) !== first, 'the same page again');
    await page.locator('.pages a').first().click();
    await page.waitForURL((url) => !url.searchParams.has('before'));
  });
  await check('arrow keys walk the map along calls', async () => {
    await page.goto(`${base}/`);
    await page.waitForSelector('.map [tabindex="0"]');
    const names: (string | null)[] = [];
    await page.evaluate(() => { document.querySelector<SVGElement>('.map [data-node][tabindex="0"]')?.focus(); });
    for (const key of ['ArrowRight', 'ArrowRight', 'ArrowLeft', 'ArrowDown', 'ArrowUp', 'ArrowLeft']) {
      await page.keyboard.press(key);
      names.push(await page.evaluate(() => document.activeElement?.getAttribute('data-node') ?? null));
    }
    expect(names.every((name) => name !== null) && new Set(names).size > 1, `walked ${names.join(', ')}`);
  });
}

/** Names of services, spans, logs and metrics that are markup: on every page they are words. */
async function hostileText(page: Page): Promise<void> {
  let traceId = `${'a'.repeat(31)}1`;
  await check('telemetry that wants to be markup is accepted', async () => {
    const { listening } = await get<{ listening: { http: string } }>('/ingest');
    // The fixture listens nowhere: it brings such telemetry of its own.
    if ((await get<{ version: string }>('/health')).version !== 'fixture') traceId = await sendHostile(listening.http);
    const known = async (): Promise<boolean> => (await get<{ services: { node: { name: string } }[] }>('/services')).services.some(({ node }) => node.name.includes('<img'));
    for (const deadlineMs = Date.now() + 60_000; !(await known()); await page.waitForTimeout(1_000)) expect(Date.now() < deadlineMs, 'the service was not seen within a minute');
  });
  const id = (await get<{ services: { node: { id: string; name: string } }[] }>('/services')).services.find(({ node }) => node.name.includes('<img'))?.node.id ?? '';
  for (const where of ['/', '/services', `/services/${encodeURIComponent(id)}`, '/traces', `/traces/${traceId}?span=00000000000000aa`, '/logs', '/logs?text=img', '/metrics', '/ingest', '/send']) {
    await check(`${where.slice(0, 40)} shows markup as text`, async () => {
      await page.goto(base + where);
      await sound(page, where);
      await page.waitForTimeout(300);
      await sound(page, where);
    });
  }
  await check('the words are really there', async () => {
    await page.goto(`${base}/services`);
    await page.waitForSelector('main tbody tr');
    expect((await text(page)).includes(hostile.slice(0, 10)), 'the hostile name is not shown');
  });
}

async function looks(browser: Browser): Promise<void> {
  for (const theme of ['light', 'dark'] as const) {
    await check(`${theme} follows the system, the choice is remembered`, async () => {
      const { page } = await open(browser, { theme });
      await page.goto(`${base}/`);
      await settled(page);
      const brightness = (): Promise<number> => page.evaluate(() => Number(/\d+/.exec(getComputedStyle(document.documentElement).backgroundColor)?.[0]));
      expect((await brightness()) > 128 === (theme === 'light'), `background is ${await brightness()}`);
      const other = theme === 'light' ? 'dark' : 'light';
      await page.selectOption('.pick:last-of-type select', other);
      await page.reload();
      expect((await brightness()) > 128 === (other === 'light'), 'the choice was forgotten');
      await page.context().close();
    });
  }
  await check('简体中文 on every page', async () => {
    const { page, complaints } = await open(browser, { theme: 'dark', locale: 'zh-CN' });
    for (const [, where] of pagesByKey) {
      await page.goto(base + where);
      await sound(page, where);
      expect(/\p{Script=Han}/u.test(await page.evaluate(() => document.querySelector('main')?.innerText ?? '')), `${where}: not in Chinese`);
    }
    expect((await page.evaluate(() => document.documentElement.lang)) === 'zh-Hans', 'the language is not declared');
    expect(complaints.length === 0, complaints.join('\n'));
    await page.context().close();
  });
  await check('a lost connection is said, and what was shown stays', async () => {
    const { page } = await open(browser);
    await page.route('**/api/v1/events', (route) => route.abort());
    await page.goto(`${base}/`);
    await page.waitForSelector('.disconnected');
    // The page is read by other requests than the events, and may arrive after the loss is known.
    await page.waitForSelector('main h2');
    expect((await page.locator('.disconnected').count()) > 0, 'the loss is no longer said');
    await page.context().close();
  });
  await check('an error says what failed, and trying again works', async () => {
    const { page } = await open(browser);
    let broken = true;
    await page.route('**/api/v1/services', (route) => (broken ? route.abort() : route.continue()));
    await page.goto(`${base}/services`);
    await page.waitForSelector('.failure button');
    broken = false;
    await page.click('.failure button');
    await page.waitForSelector('main tbody tr');
    await page.context().close();
  });
  await check('what is not there is said by the heading of its page', async () => {
    const { page } = await open(browser);
    for (const gone of ['services/service%3Anobody', 'incidents/inc-none', 'traces/00000000000000000000000000000001']) {
      await page.goto(`${base}/${gone}`);
      await settled(page);
      expect((await page.locator('main h1').count()) === 1, `${gone}: no heading`);
    }
    await page.context().close();
  });
}

async function firstPage(browser: Browser): Promise<void> {
  await check('the first page is there at once and does not shift', async () => {
    const { page } = await open(browser);
    await page.addInitScript(() => {
      Object.assign(window, { shifted: 0 });
      new PerformanceObserver((list) => { for (const entry of list.getEntries()) if (!(entry as unknown as { hadRecentInput: boolean }).hadRecentInput) (window as unknown as { shifted: number }).shifted += (entry as unknown as { value: number }).value; }).observe({ type: 'layout-shift', buffered: true });
    });
    await page.goto(`${base}/`);
    await page.waitForSelector('.lead-sentence');
    const { shifted, readyMs } = await page.evaluate(() => ({ shifted: (window as unknown as { shifted: number }).shifted, readyMs: Math.round(performance.now()) }));
    console.log(`      first sentence after ${readyMs} ms, layout shift ${shifted.toFixed(3)}`);
    expect(shifted < 0.1, `layout shifted by ${shifted}`);
    await page.context().close();
  });
}

async function signIn(browser: Browser, token: string): Promise<void> {
  const { page } = await open(browser);
  await check('a server with a token asks for it, and says when it is wrong', async () => {
    await page.goto(`${base}/settings?q=port`);
    await page.waitForSelector('.sign-in input:focus');
    await page.keyboard.type('wrong');
    await page.keyboard.press('Enter');
    await page.waitForSelector('.sign-in [role=alert]');
  });
  await check('signed in, one is where one wanted to be, and live', async () => {
    await page.keyboard.type(token);
    await page.keyboard.press('Enter');
    await page.waitForSelector('.live.on');
    await sound(page, 'settings');
    expect(page.url() === `${base}/settings?q=port`, `led to ${page.url()}`);
    expect(!(await page.evaluate(() => document.cookie)).includes('clew'), 'scripts can read the cookie');
  });
  await check('a reload needs no token; who signs out is asked for it again', async () => {
    await page.reload();
    await sound(page, 'settings');
    await page.click('.sign-out');
    await page.waitForSelector('.sign-in');
    await page.reload();
    await page.waitForSelector('.sign-in');
  });
  await page.context().close();
}

async function everything(browser: Browser): Promise<void> {
  const watched = await open(browser);
  await firstPage(browser);
  await watched.page.goto(`${base}/`);
  await settled(watched.page);
  await walkByKeyboard(watched.page);
  await tools(watched.page);
  await walkIncident(watched.page);
  await walkDetection(watched.page);
  await walkIngest(watched.page);
  await hostileText(watched.page);
  await check('nothing was complained about in the browser console', async () => expect(watched.complaints.length === 0, watched.complaints.join('\n      ')));
  await check('nothing was asked of anybody but the server', async () => expect(watched.foreign.length === 0, watched.foreign.join('\n      ')));
  await looks(browser);
  await walkNarrow(browser);
}

const browser = await chromium.launch({ executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', chromiumSandbox: false, args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking', '--disable-component-update', '--disable-sync'] });
try {
  const token = process.env.CLEW_TOKEN ?? '';
  await (token === '' ? everything(browser) : signIn(browser, token));
} finally {
  await browser.close();
}
const failed = results.filter((result) => result.failure !== null).length;
console.log(`${results.length - failed} passed, ${failed} failed`);
process.exitCode = failed === 0 ? 0 : 1;
