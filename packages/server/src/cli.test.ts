import { expect, test } from 'vitest';
import { run } from './cli.ts';
import { verbs } from './verbs/table.ts';

async function clew(...args: readonly string[]): Promise<{ code: number; out: string; err: string }> {
  let [out, err] = ['', ''];
  const code = await run(args, { out: (text) => { out += text; }, err: (text) => { err += text; }, isInteractive: false, environment: {}, folder: '/' });
  return { code, out, err };
}

test('--help lists every command', async () => {
  const { code, out } = await clew('--help');
  expect(code).toBe(0);
  for (const { name, about } of verbs) expect(out).toMatch(new RegExp(`^  ${name} +${about}$`, 'm'));
});
test.each(verbs.map(({ name }) => name))('%s --help begins with its usage', async (name) => {
  expect(await clew(name, '--help')).toMatchObject({ code: 0, out: expect.stringMatching(new RegExp(`^Usage: clew ${name}`)) });
});
test('no command, an unknown command, an unknown flag: exit code 2 and one line or the help', async () => {
  expect((await clew()).code).toBe(2);
  expect(await clew('frobnicate')).toMatchObject({ code: 2, err: expect.stringMatching(/^clew: there is no command "frobnicate".*\n$/) });
  expect(await clew('config', '--nope')).toMatchObject({ code: 2, err: expect.stringMatching(/^clew: .*--nope.*\n$/) });
  expect(await clew('serve', '--http-port', 'x')).toMatchObject({ code: 2, err: expect.stringMatching(/^clew: .*--http-port.*\n$/) });
});
test('config prints every setting, for people and for programs', async () => {
  expect((await clew('config', '--grpc-port', '9')).out).toMatch(/^grpc-port +9 +flag /m);
  const { settings } = JSON.parse((await clew('config', '-o', 'json')).out) as { settings: { name: string }[] };
  expect(settings.map(({ name }) => name)).toContain('retention-days');
});
test('send to nobody, replay of nothing: exit code 1 and one line', async () => {
  expect(await clew('replay', '/nowhere.jsonl')).toMatchObject({ code: 1, err: expect.stringMatching(/^clew: .*nowhere\.jsonl.*\n$/) });
  expect(await clew('send', '/nowhere.jsonl')).toMatchObject({ code: 1, err: expect.stringMatching(/^clew: .*nowhere\.jsonl.*\n$/) });
});
