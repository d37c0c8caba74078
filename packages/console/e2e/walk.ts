/** What every walk needs: one check after another, an answer of the API, what must hold of every page. */
import type { Browser, Page } from 'playwright-core';

export const base = (process.env.CLEW_URL ?? 'http://127.0.0.1:4319').replace(/\/$/, '');
export const patienceMs = 30_000;
export const results: { readonly name: string; readonly failure: string | null }[] = [];

export async function check(name: string, run: () => Promise<void>): Promise<void> {
  try {
    await run();
    results.push({ name, failure: null });
    console.log(`ok    ${name}`);
  } catch (error) {
    results.push({ name, failure: String(error) });
    console.log(`FAIL  ${name}\n      ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
export function expect(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
export async function get<Answer>(path: string): Promise<Answer> {
  const response = await fetch(`${base}/api/v1${path}`);
  if (!response.ok) throw new Error(`${path} answered ${response.status}`);
  return (await response.json()) as Answer;
}

export interface Watched { readonly page: Page; readonly complaints: string[]; readonly foreign: string[] }
export async function open(browser: Browser, { theme = 'light', locale = 'en-GB' }: { readonly theme?: 'light' | 'dark'; readonly locale?: string } = {}): Promise<Watched> {
  const context = await browser.newContext({ viewport: { width: 1360, height: 900 }, colorScheme: theme, locale, permissions: ['clipboard-read', 'clipboard-write'] });
  const page = await context.newPage();
  page.setDefaultTimeout(patienceMs);
  const complaints: string[] = [];
  const foreign: string[] = [];
  page.on('console', (message) => { if (message.type() === 'error' || message.type() === 'warning') complaints.push(`${page.url()}: ${message.text()}`); });
  page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.stack ?? error.message}`));
  page.on('dialog', (dialog) => { complaints.push(`dialog: ${dialog.message()}`); void dialog.dismiss(); });
  page.on('request', (request) => { if (!request.url().startsWith(`${base}/`)) foreign.push(request.url()); });
  return { page, complaints, foreign };
}
export const settled = async (page: Page): Promise<void> => {
  await page.waitForFunction(() => document.querySelector('main') !== null && document.querySelector('[aria-busy=true]') === null);
  await page.waitForTimeout(150);
};
export const path = (page: Page): string => new URL(page.url()).pathname;
export const text = (page: Page): Promise<string> => page.evaluate(() => document.body.innerText);

/** What must hold of every page, whatever it shows. */
export async function sound(page: Page, name: string): Promise<void> {
  await settled(page);
  const seen = await page.evaluate(() => ({
    wide: document.documentElement.scrollWidth - innerWidth, heading: document.querySelector('main h1')?.textContent ?? '', images: document.images.length, owned: 'owned' in window,
    handlers: document.querySelectorAll('[onclick],[onerror],[onload]').length, bad: /\bundefined\b|\bNaN\b|\[object /.exec(document.querySelector('main')?.innerText ?? '')?.[0] ?? '', failures: document.querySelector('.failure')?.textContent ?? '',
  }));
  expect(seen.heading !== '', `${name}: no heading`);
  expect(seen.wide <= 0, `${name}: ${seen.wide} px wider than the window`);
  expect(seen.images === 0 && !seen.owned && seen.handlers === 0, `${name}: text became markup`);
  expect(seen.bad === '', `${name}: shows "${seen.bad}"`);
  expect(seen.failures === '', `${name}: failed: ${seen.failures}`);
}

/** Tab through the whole page: every stop must be visible as the one in focus, and the end must be reached. */
export async function tabThrough(page: Page, name: string): Promise<number> {
  await page.evaluate(() => { document.querySelector<HTMLElement>('.skip')?.focus(); });
  const stopsMost = 400;
  for (let stop = 0; stop < stopsMost; stop++) {
    const at = await page.evaluate(() => {
      const element = document.activeElement;
      if (element === null || element === document.body) return null;
      const style = getComputedStyle(element);
      const box = element.querySelector('.node-box');
      const visible = style.outlineStyle !== 'none' || (box !== null && Number.parseFloat(getComputedStyle(box).strokeWidth) >= 2.5);
      return { visible, what: `${element.tagName} ${element.className} ${(element.textContent ?? '').slice(0, 40)}` };
    });
    if (at === null) return stop;
    expect(at.visible, `${name}: focus cannot be seen on ${at.what}`);
    await page.keyboard.press('Tab');
  }
  return stopsMost;
}
