import { existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium } from 'playwright-core';
import { build } from 'vite';
import { expect, onTestFinished, test } from 'vitest';
import { installedAt, notInstalled } from './fixture/runtimes.ts';
import { openTarget } from './fixture/target.ts';

/** The guide's block for browsers, bundled, in a real Chromium, from an origin that is allowed and from one that is not. */
const modules = join(installedAt('js'), 'browser', 'node_modules');
const browserPath = process.env.CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(modules) && existsSync(browserPath);
const missing = existsSync(modules) ? ' (no Chromium)' : notInstalled;

/** A page on an origin of its own; its script may be known later. */
async function servePage(script: () => string): Promise<string> {
  const server = createServer((request, answer) => {
    const isScript = request.url === '/page.js';
    answer.writeHead(200, { 'content-type': isScript ? 'text/javascript' : 'text/html' });
    answer.end(isScript ? script() : '<!doctype html><title>shop</title><script src="/page.js"></script>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => { server.close(); server.closeAllConnections(); });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function bundle(text: string): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'clew-browser-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  symlinkSync(modules, join(folder, 'node_modules'));
  writeFileSync(join(folder, 'page.js'), text);
  await build({ root: folder, configFile: false, logLevel: 'error', build: { outDir: 'out', lib: { entry: 'page.js', formats: ['iife'], name: 'page', fileName: () => 'page.js' } } });
  return readFileSync(join(folder, 'out', 'page.js'), 'utf8');
}

test.skipIf(!isThere)(`a page sends its load and its calls from an origin that is allowed, and from no other${isThere ? '' : missing}`, async () => {
  const block = /<!-- run: browser -->\n```js\n([\s\S]*?)```/.exec(readFileSync(join(import.meta.dirname, '../../../../docs/guides/send-data.md'), 'utf8'))?.[1] ?? '';
  expect(block).toContain('OTLPTraceExporter');
  // The page has to know the port of the server, and the server the origin of the page.
  let script = '';
  const [allowed, other] = [await servePage(() => script), await servePage(() => script)];
  const target = await openTarget(['--cors-origins', allowed]);
  onTestFinished(() => target.stop());
  script = await bundle(block.replace('http://127.0.0.1:4318', target.endpoints.http));

  const browser = await chromium.launch({ executablePath: browserPath, args: ['--no-sandbox'] });
  onTestFinished(() => browser.close());
  const visit = async (url: string): Promise<number> => {
    const page = await browser.newPage();
    const sent = new Promise<number>((resolve) => {
      page.on('response', (response) => { if (response.request().method() === 'POST') resolve(response.status()); });
      page.on('requestfailed', (request) => { if (request.url().endsWith('/v1/traces')) resolve(0); });
    });
    await page.goto(url);
    await page.evaluate('fetch("/called").then((answer) => answer.text())');
    const status = await sent;
    await page.close();
    return status;
  };
  expect(await visit(allowed)).toBe(200);
  const names = async (): Promise<string[]> => {
    const { traces } = await target.ask<{ readonly traces: readonly { readonly rootName: string; readonly rootService: string }[] }>('/traces', { limit: 100 }) ?? { traces: [] };
    return traces.map(({ rootName, rootService }) => `${rootService} ${rootName}`).toSorted();
  };
  await expect.poll(names, { timeout: 15_000, interval: 200 }).toContain('service:shop-page documentLoad');
  const before = (await target.accepted()).traces;
  expect(await visit(other)).toBe(0);
  expect((await target.accepted()).traces).toBe(before);
}, 120_000);
