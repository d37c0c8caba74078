import type { Page } from 'playwright-core';
import { base, check, expect, get, patienceMs, settled, sound, tabThrough } from './walk.ts';

/** A finding, what a person says of it, and the pages of detection. */
export async function walkDetection(page: Page): Promise<void> {
  const { findings } = await get<{ findings: { id: string; series: string; verdict: string | null }[] }>('/findings');
  const finding = findings[0];
  const verdictOf = async (): Promise<string | null> => (await get<{ finding: { verdict: string | null } }>(`/findings/${encodeURIComponent(finding.id)}`)).finding.verdict;
  const becomes = async (verdict: string | null): Promise<void> => {
    for (const deadlineMs = Date.now() + patienceMs; (await verdictOf()) !== verdict; await page.waitForTimeout(200)) expect(Date.now() < deadlineMs, `the verdict is not ${verdict}`);
  };
  await check('a finding has an address of its own, says why, and shows who agreed', async () => {
    expect(finding !== undefined, 'there is no finding to look at');
    await page.goto(`${base}/findings/${encodeURIComponent(finding.id)}`);
    await page.waitForSelector('h1.finding-why');
    await sound(page, 'finding');
    for (const part of ['.finding :is(.chart, .undrawn)', '.votes', '.verdict-buttons button']) expect((await page.locator(part).count()) > 0, `no ${part}`);
    await tabThrough(page, 'finding');
    const hint = page.locator('.votes .hint').first();
    await hint.focus();
    expect(await hint.locator('[role=tooltip]').isVisible(), 'the hint does not show while it is in focus');
  });
  await check('x says that it is no anomaly, v that it is real, the same again and Undo take it back', async () => {
    await page.evaluate(() => { (document.activeElement as HTMLElement | null)?.blur(); });
    for (const [key, verdict] of [['x', 'noise'], ['x', null], ['v', 'real']] as const) {
      await page.keyboard.press(key);
      await becomes(verdict);
    }
    await page.click('.verdict-buttons button:last-child');
    await becomes(null);
  });
  await check('a finding opens in place on its service, and that is in the address', async () => {
    const { services } = await get<{ services: { node: { id: string } }[] }>('/services');
    const { finding: { node } } = await get<{ finding: { node: string } }>(`/findings/${encodeURIComponent(finding.id)}`);
    expect(services.some((each) => each.node.id === node), 'the finding is of no service that is known');
    await page.goto(`${base}/services/${encodeURIComponent(node)}`);
    await page.click('.findings .why-button');
    await page.waitForSelector('.finding :is(.chart, .undrawn)');
    expect(new URL(page.url()).searchParams.has('finding'), 'the finding is not in the address');
    await sound(page, 'service with a finding');
    await page.click('.findings .why-button[aria-expanded=true]');
    await page.waitForSelector('.finding', { state: 'detached' });
  });
  await check('a service tells all its features on request', async () => {
    await page.click('.service-features > summary');
    await page.waitForSelector('.feature-values dd');
    await sound(page, 'service with its features');
  });
  await check('what was unusual is listed for a service, marked on its charts, and each leads to its time', async () => {
    const { services } = await get<{ services: { node: { id: string; kind: string } }[] }>('/services');
    const service = services.find(({ node }) => node.kind === 'service')?.node.id ?? '';
    await page.goto(`${base}/services/${encodeURIComponent(service)}?range=1h`);
    await page.getByRole('switch').check();
    for (const deadlineMs = Date.now() + patienceMs; (await page.locator('.unusual[aria-busy=false]').count()) < 3; await page.waitForTimeout(100)) expect(Date.now() < deadlineMs, 'it still looks back');
    await sound(page, 'service, looking back');
  });
  await check('what was unusual in a metric says what it found, and a link keeps the list', async () => {
    const { metrics } = await get<{ metrics: { name: string }[] }>('/metrics');
    await page.goto(`${base}/metrics?range=1h&metric=${encodeURIComponent(metrics[0]?.name ?? '')}`);
    await page.getByRole('switch').check();
    await page.waitForSelector('.unusual[aria-busy=false]');
    expect(new URL(page.url()).searchParams.has('unusual'), 'the switch is not in the address');
    await sound(page, 'metric, looking back');
    const stretches = await page.locator('.stretches li').count();
    if (stretches === 0) return;
    await page.locator('.stretches a').first().click();
    await page.waitForURL(/from=\d+/);
    await settled(page);
    expect((await page.locator('.stretches li').count()) === stretches, 'the list changed');
  });
  await check('the detectors page shows the budget, how each decides, and takes an announcement', async () => {
    await page.goto(`${base}/detectors`);
    await page.waitForSelector('.budget-bar');
    await page.click('.detector-name');
    await page.waitForSelector('.method dd');
    const named = await page.locator('.detector-name').count();
    if ((await page.locator('.others button').count()) > 0) {
      await page.click('.others button');
      expect((await page.locator('.detector-name').count()) > named, 'the others did not come');
    }
    await page.fill('.announce-reason input', 'walked by a test');
    await page.click('.announce button[type=submit]');
    const own = page.locator('table.maintenance tr', { hasText: 'walked by a test' });
    await own.waitFor();
    await sound(page, 'detectors');
    await own.locator('button').click();
    await own.waitFor({ state: 'detached' });
  });
  await check('a backtest of two versions shows what they share', async () => {
    await page.goto(`${base}/backtest?range=1h`);
    await page.waitForSelector('.detector-choice .check:nth-child(3)');
    await page.locator('.compare-with input[type=checkbox]').first().check();
    await page.locator('.compare-with .detector-choice .check:nth-child(2) input').uncheck();
    await page.click('.form-end button');
    await page.waitForSelector('.sides table', { timeout: 4 * patienceMs });
    await page.waitForSelector('.lanes .lane-track');
    expect(new URL(page.url()).searchParams.has('run'), 'the run is not in the address');
    await sound(page, 'backtest');
  });
  await check('a backtest over stored rows says what it read', async () => {
    await page.goto(`${base}/backtest?range=15m`);
    await page.waitForSelector('.detector-choice .check:nth-child(3)');
    await page.selectOption('.backtest-form select', 'rows');
    await page.locator('.version > .check input').first().check();
    await page.click('.form-end button');
    await page.getByText('Read from stored rows').waitFor({ timeout: 4 * patienceMs });
    await sound(page, 'backtest over rows');
  });
  await check('the features can be filtered', async () => {
    await page.goto(`${base}/features`);
    await page.waitForSelector('.catalogue tbody tr');
    const all = await page.locator('.catalogue tbody tr').count();
    await page.keyboard.press('/');
    await page.keyboard.type('latency');
    await page.waitForURL(/q=latency/);
    const some = await page.locator('.catalogue tbody tr').count();
    expect(some > 0 && some < all, `${some} of ${all}`);
  });
}
