import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { runProgram } from '../senders/fixture/program.ts';

/** docs/guides/root-cause.md: its commands are run, or say why not. */
const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/guides/root-cause.md'), 'utf8');
const blocks = [...page.matchAll(/<!-- (.*?) -->\n```sh\n([\s\S]*?)```/g)].map(([, mark, text]) => ({ mark, text }));

test('every command is run, or says why it is not', () => {
  expect([...page.matchAll(/^```sh$/gm)].length).toBe(blocks.length);
  expect(blocks.filter(({ mark }) => !/^(run: replay|not run: .{5,})$/.test(mark))).toEqual([]);
});

test('the recording is made and replayed, and the cause is the statement that the page tells of', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'clew-guide-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  for (const part of ['packages', 'node_modules']) symlinkSync(join(root, part), join(folder, part));
  // The clew of this tree, whether or not it has been linked.
  const text = blocks.find(({ mark }) => mark === 'run: replay')?.text.replace('npx clew', 'node packages/server/src/main.ts') ?? '';
  const { code, out, err } = await runProgram('bash', ['-euc', text], { cwd: folder, env: { PATH: `${join(process.execPath, '..')}:${process.env.PATH ?? ''}` } });
  expect(code, err).toBe(0);
  expect(out.match(/^inc-/gm)).toHaveLength(1);
  expect(out).toContain('payments (postgresql), slow database queries (“UPDATE payments” takes 1.3 s');
}, 240_000);

test('its links lead somewhere', () => {
  for (const [, target] of page.matchAll(/\]\(([^)#]+)(?:#[^)]*)?\)/g)) expect(readFileSync(join(root, 'docs/guides', target), 'utf8').length).toBeGreaterThan(0);
});
