import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { run } from '../cli.ts';
import { countOf, messageOf, openReceivers } from '../intake/fixture/receivers.ts';

async function send(lines: readonly unknown[], port: number, ...more: readonly string[]) {
  const folder = await mkdtemp(join(tmpdir(), 'clew-send-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const path = join(folder, 'in.jsonl');
  await writeFile(path, lines.map((line) => JSON.stringify(line)).join('\n'));
  let [out, err] = ['', ''];
  const code = await run(['send', path, '--endpoint', `http://127.0.0.1:${port}`, ...more], { out: (text) => { out += text; }, err: (text) => { err += text; }, isInteractive: false, environment: {}, folder });
  return { code, out, err };
}

const mixed = [messageOf('traces', { count: 4, bad: 1 }), messageOf('metrics'), { ...messageOf('logs'), ...messageOf('traces', { seed: 2 }) }];

test('a file of mixed signals arrives whole', async () => {
  const on = await openReceivers();
  const { code, out, err } = await send(mixed, on.httpPort, '-o', 'json');
  expect([code, err]).toEqual([0, '']);
  expect(JSON.parse(out)).toMatchObject({ traces: { requests: 2, rejected: 1 }, metrics: { requests: 1, rejected: 0 }, logs: { requests: 1, rejected: 0 } });
  expect(countOf(on)).toBe(4 + 3 + 3 + 3);
});

test('a busy server is asked again', async () => {
  const on = await openReceivers({ receivingBytesMax: 1_024 });
  const holder = on.intake.budget.open();
  holder.take(2_000);
  setTimeout(() => holder.release(), 50);
  expect((await send([messageOf('logs')], on.httpPort)).code).toBe(0);
  expect(countOf(on)).toBe(3);
});

test('a refusal is told with the line and the server\'s words', async () => {
  const on = await openReceivers();
  expect(await send([messageOf('logs'), { resourceLogs: 7 }], on.httpPort)).toMatchObject({ code: 1, out: '', err: expect.stringMatching(/^clew: The server refused the request\. Status 400: .*\(line 2\).*\n$/) });
});

test('nobody there is told with the address', async () => {
  expect(await send([messageOf('logs')], 1)).toMatchObject({ code: 1, err: expect.stringMatching(/^clew: No Clew server answers at this address\..*http:\/\/127\.0\.0\.1:1\).*\n$/) });
});
