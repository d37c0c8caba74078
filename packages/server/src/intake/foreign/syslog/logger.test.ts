import { existsSync } from 'node:fs';
import { createSocket } from 'node:dgram';
import { connect, createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { hostname } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { StoredLog } from '@clew/engine';
import { runProgram } from '../../../senders/fixture/program.ts';
import { openTarget } from '../../../senders/fixture/target.ts';
import type { Target } from '../../../senders/fixture/target.ts';

/** util-linux, in Debian the package bsdutils. */
const logger = '/usr/bin/logger';
let target: Target;
let port: number;

beforeAll(async () => {
  port = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const free = (probe.address() as AddressInfo).port;
      probe.close(() => resolve(free));
    });
  });
  target = await openTarget(['--syslog-port', String(port), '--syslog-message-bytes-max', '2000']);
}, 60_000);
afterAll(() => target.stop());

const find = async (text: string): Promise<readonly StoredLog[]> => (await target.ask<{ readonly logs: readonly StoredLog[] }>('/logs', { text, limit: 1_000 }))?.logs ?? [];
async function arrived(text: string, count = 1): Promise<StoredLog> {
  await expect.poll(async () => (await find(text)).length, { timeout: 15_000 }).toBe(count);
  return (await find(text))[0];
}
const isNow = (log: StoredLog): boolean => Math.abs(log.timeMs - Date.now()) < 60_000;

describe.skipIf(!existsSync(logger))('logger of util-linux (skipped where it is not there: apt-get install bsdutils)', () => {
  const send = async (...args: readonly string[]): Promise<void> => {
    const { code, err } = await runProgram(logger, ['--server', '127.0.0.1', '--port', String(port), ...args]);
    expect([code, err]).toEqual([0, '']);
  };
  const newForm = ['--rfc5424', '--priority', 'local3.err', '--tag', 'payment', '--id=4711', '--msgid', 'CARD', '--sd-id', 'order@32473', '--sd-param', 'number="17"', '--sd-param', 'note="a \\"b\\" \\]"'];

  test.each([
    ['TCP, counted', ['--tcp', '--octet-count']],
    ['TCP, by lines', ['--tcp']],
    ['UDP', ['--udp']],
  ])('RFC 5424 over %s, field for field', async (name, transport) => {
    await send(...transport, ...newForm, `card declined über ${name.replaceAll(/\W/g, '')}`);
    const log = await arrived(`über ${name.replaceAll(/\W/g, '')}`);
    expect(log).toMatchObject({ severity: 17, severityText: 'err', body: `card declined über ${name.replaceAll(/\W/g, '')}`, service: 'service:payment' });
    expect(log.resource.attributes).toEqual({ 'service.name': 'payment', 'host.name': hostname() });
    expect(log.attributes).toMatchObject({ 'syslog.facility': 'local3', 'syslog.version': 1, 'syslog.procid': '4711', 'syslog.msgid': 'CARD', 'syslog.order@32473.number': '17', 'syslog.order@32473.note': 'a "b" ]' });
    expect(isNow(log)).toBe(true);
  }, 30_000);

  test.each([['TCP', '--tcp'], ['UDP', '--udp']])('RFC 3164 over %s: a time without year and zone is near now', async (name, transport) => {
    await send(transport, '--rfc3164', '--priority', 'daemon.warning', '--tag', 'cron', '--id=99', `nightly old${name}`);
    const log = await arrived(`nightly old${name}`);
    expect(log).toMatchObject({ severity: 13, severityText: 'warning', body: `nightly old${name}`, service: 'service:cron' });
    expect(log.attributes).toEqual({ 'syslog.facility': 'daemon', 'syslog.procid': '99' });
    expect(log.resource.attributes).toMatchObject({ 'service.name': 'cron', 'host.name': hostname().split('.')[0] });
    // logger writes local time, which the setting utc-offset says; the test's machine and server may differ by a zone, not by a year.
    expect(Math.abs(log.timeMs - Date.now())).toBeLessThan(15 * 3_600_000);
  }, 30_000);

  test('the same line twice is two records', async () => {
    await send('--tcp', '--octet-count', '--rfc5424=notime,nohost', '--tag', 'twin', 'one of two');
    await send('--tcp', '--octet-count', '--rfc5424=notime,nohost', '--tag', 'twin', 'one of two');
    await arrived('one of two', 2);
  }, 30_000);
});

describe('a raw sender', () => {
  const write = (...chunks: readonly string[]): Promise<void> => new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', async () => {
      for (const chunk of chunks) {
        socket.write(chunk);
        await new Promise((done) => { setTimeout(done, 20); });
      }
      socket.end();
    });
    socket.on('error', reject).on('close', () => resolve());
  });

  test('both framings on one connection, cut anywhere between packets', async () => {
    const message = '<14>1 - - split - - - a counted message';
    await write(`${message.length} `.slice(0, 1), `${message.length} `.slice(1) + message.slice(0, 9), `${message.slice(9)}<14>1 - - split - - - a li`, 'ne message\n<14>1 - - split - - - the last without an end');
    await arrived('a counted message');
    await arrived('a line message');
    await arrived('the last without an end');
  }, 30_000);

  test('a message that is too long is kept to its beginning and told of, and the next is whole', async () => {
    await write(`5000 <14>1 - - long - - - ${'x'.repeat(5_000 - 24)}<14>1 - - long - - - after the long one\n`);
    await arrived('after the long one');
    const cut = await arrived('xxxx');
    expect(String(cut.body).length).toBeLessThan(2_000);
    expect((await target.refused() as { readonly reason: string; readonly via: string }[])).toContainEqual(expect.objectContaining({ reason: 'syslog.cut', via: 'syslog/tcp' }));
  }, 30_000);

  test('what is no syslog is kept as it is, without a severity', async () => {
    const socket = createSocket('udp4');
    await new Promise((resolve) => { socket.send('hello from a device', port, '127.0.0.1', resolve); });
    socket.close();
    expect(await arrived('hello from a device')).toMatchObject({ severity: 0, service: 'service:unknown_service', attributes: {} });
  }, 30_000);
});
