import { connect } from 'node:net';
import { createSocket } from 'node:dgram';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test } from 'vitest';
import { settingTable } from '../../../config/table.ts';
import type { Settings } from '../../../config/table.ts';
import { openReceivers } from '../../fixture/receivers.ts';
import type { Receivers } from '../../fixture/receivers.ts';
import { readAllowed } from './allowed.ts';
import { makeFrames } from './frames.ts';
import { readSyslog } from './message.ts';

const clock = { nowMs: Date.UTC(2026, 0, 1, 0, 30), utcOffsetMinutes: 0 };
const ns = (iso: string): bigint => BigInt(Date.parse(iso)) * 1_000_000n;

describe('messages', () => {
  test.each([
    // The examples of RFC 5424 §6.5.
    ["<34>1 2003-10-11T22:14:15.003Z mymachine.example.com su - ID47 - \uFEFF'su root' failed for lonvick on /dev/pts/8", { facility: 4, severity: 2, version: 1, timeNs: ns('2003-10-11T22:14:15.003Z'), host: 'mymachine.example.com', app: 'su', procId: '', msgId: 'ID47', data: [], text: "'su root' failed for lonvick on /dev/pts/8" }],
    ['<165>1 2003-08-24T05:14:15.000003-07:00 192.0.2.1 myproc 8710 - - %% It\'s time to make the do-nuts.', { facility: 20, severity: 5, timeNs: ns('2003-08-24T12:14:15Z') + 3_000n, procId: '8710', text: "%% It's time to make the do-nuts." }],
    ['<165>1 2003-10-11T22:14:15.003Z h evntslog - ID47 [exampleSDID@32473 iut="3" eventSource="Application"][examplePriority@32473 class="high"]', { data: [['exampleSDID@32473', 'iut', '3'], ['exampleSDID@32473', 'eventSource', 'Application'], ['examplePriority@32473', 'class', 'high']], text: '' }],
    ['<0>1 - - - - - -', { facility: 0, severity: 0, version: 1, timeNs: null, host: '', app: '', text: '' }],
    ['<14>1 - - a - - [x a="q\\"\\]\\\\"] t', { data: [['x', 'a', 'q"]\\']], text: 't' }],
    ['<14>1 - - a - - [broken a="b t', { data: [], text: '[broken a="b t' }],
    // RFC 3164 §5.4, and what its senders make of it.
    ["<34>Oct 11 22:14:15 mymachine su: 'su root' failed", { version: 0, timeNs: ns('2025-10-11T22:14:15Z'), host: 'mymachine', app: 'su', text: "'su root' failed" }],
    ['<13>Dec 31 23:59:59 h a[7]: last year', { timeNs: ns('2025-12-31T23:59:59Z'), procId: '7' }],
    ['<13>Jan  1 00:29:00 h a: this year', { timeNs: ns('2026-01-01T00:29:00Z') }],
    ['<13>Jan  2 00:29:00.250 2024 h a: its own year', { timeNs: ns('2024-01-02T00:29:00.250Z') }],
    ['<13>Jan  1 00:00:00 cron[12]: no host', { host: '', app: 'cron', procId: '12', text: 'no host' }],
    ['<13>2026-01-01T01:00:00.5+01:00 h rsyslogd: forwarded', { timeNs: ns('2026-01-01T00:00:00.5Z'), host: 'h', app: 'rsyslogd', text: 'forwarded' }],
    ['<189>*Jan  1 00:00:00.123: %SYS-5-CONFIG_I: Configured', { timeNs: ns('2026-01-01T00:00:00.123Z'), app: '%SYS-5-CONFIG_I', text: 'Configured' }],
    ['<13>only a text', { facility: 1, severity: 5, timeNs: null, host: '', app: '', text: 'only a text' }],
    ['<192>too high a priority', { facility: null, severity: null, text: '<192>too high a priority' }],
    ['no priority\r\n', { facility: null, severity: null, text: 'no priority' }],
  ])('%s', (line, expected) => { expect(readSyslog(line, clock)).toMatchObject(expected); });

  test('a local time is read with the offset of its senders', () => {
    expect(readSyslog('<13>Jan  1 08:00:00 h a: t', { ...clock, utcOffsetMinutes: 480 }).timeNs).toBe(ns('2026-01-01T00:00:00Z'));
  });
});

test('frames: any messages in either framing, cut anywhere, come out as they went in', () => {
  const message = fc.string({ minLength: 1, maxLength: 40 }).map((text) => `<13>${text.replaceAll(/[\r\n\0]/g, ' ')}`);
  fc.assert(fc.property(fc.array(fc.record({ message, isCounted: fc.boolean() }), { maxLength: 12 }), fc.array(fc.nat(400), { maxLength: 8 }), (sent, cuts) => {
    const stream = Buffer.concat(sent.map((each) => { const bytes = Buffer.from(each.message); return each.isCounted ? Buffer.concat([Buffer.from(`${bytes.length} `), bytes]) : Buffer.concat([bytes, Buffer.from('\n')]); }));
    const out: string[] = [];
    const frames = makeFrames(1_000, { onMessage: (bytes) => out.push(Buffer.from(bytes).toString()) });
    let at = 0;
    for (const cut of [...cuts.toSorted((a, b) => a - b), stream.length]) {
      const end = Math.min(Math.max(cut, at), stream.length);
      frames.push(stream.subarray(at, end));
      at = end;
    }
    frames.end();
    expect(out).toEqual(sent.map((each) => each.message));
    expect(frames.isInside()).toBe(false);
  }), { numRuns: 500 });
});

test('frames: a length of 900 MB holds no more than the limit', () => {
  let held = 0;
  const frames = makeFrames(1_000, { onMessage: (bytes) => { held += bytes.length; } });
  frames.push(Buffer.from('900000000 '));
  for (let i = 0; i < 900; i++) frames.push(Buffer.alloc(1_000_000, 120));
  expect([held, frames.isInside()]).toEqual([1_000, false]);
});

describe('who may send', () => {
  test.each([['127.0.0.1', '', null], ['::1', '', null]])('%s needs no list', (host, from, list) => { expect(readAllowed(host, from)).toBe(list); });
  test.each([['0.0.0.0', ''], ['0.0.0.0', 'me'], ['0.0.0.0', '10.0.0.0/33'], ['127.0.0.1', '1.2.3.4/5/6']])('%s with %j does not start', (host, from) => {
    expect(() => readAllowed(host, from)).toThrow(expect.objectContaining({ code: 'bad_setting' }));
  });
  test('networks and addresses of both versions', () => {
    const list = readAllowed('0.0.0.0', '10.0.0.0/8, 192.0.2.7,2001:db8::/32');
    expect([['10.9.8.7', 'ipv4'], ['192.0.2.7', 'ipv4'], ['192.0.2.8', 'ipv4'], ['2001:db8::9', 'ipv6'], ['2001:db9::9', 'ipv6']].map(([address, version]) => list?.check(address, version as 'ipv4'))).toEqual([true, true, false, true, false]);
  });
});

describe('the listener', () => {
  const texts = (on: Receivers): number => on.records.reduce((sum, { batch }) => sum + (batch?.count ?? 0), 0);
  async function open(changes: Partial<Settings> = {}) {
    const port = await freePort();
    const on = await openReceivers({ syslogPort: port, ...changes });
    const syslog = await on.intake.openSyslog(null);
    if (syslog === null) throw new Error('it listens nowhere');
    onTestFinished(() => syslog.close());
    return { on, port, syslog };
  }
  const write = (port: number, text: string): Promise<void> => new Promise((resolve, reject) => { const socket = connect(port, '127.0.0.1', () => socket.end(text)); socket.on('error', reject).on('close', () => resolve()); });

  test('is off unless a port is named', async () => {
    const on = await openReceivers();
    expect([settingTable.syslogPort.default, await on.intake.openSyslog(null)]).toEqual([0, null]);
  });
  test('what has come is durable when it has closed', async () => {
    const { on, port, syslog } = await open();
    await write(port, Array.from({ length: 500 }, (_, i) => `<13>1 - - a - - - line ${i}\n`).join(''));
    await expect.poll(() => syslog.counts().taken).toBe(500);
    await syslog.close();
    expect([texts(on), syslog.counts().lost]).toEqual([500, 0]);
  });
  test('an address that is not named is cut off and counted, over TCP and UDP', async () => {
    const { on, port } = await open({ syslogFrom: '192.0.2.0/24' });
    await write(port, '<13>1 - - a - - - line\n').catch(() => undefined);
    const udp = createSocket('udp4');
    await new Promise((resolve) => { udp.send('<13>1 - - a - - - line', port, '127.0.0.1', resolve); });
    udp.close();
    await expect.poll(() => on.intake.counters.lastRefused().map(({ reason, via }) => `${reason} ${via}`).toSorted()).toEqual(['forbidden_sender syslog/tcp', 'forbidden_sender syslog/udp']);
    expect(texts(on)).toBe(0);
  });
  test('a message that never ends is given up', async () => {
    const { on, port } = await open({ bodyTimeoutMs: 50 });
    await new Promise<void>((resolve) => { const socket = connect(port, '127.0.0.1', () => socket.write('<13>1 - - begun')); socket.on('close', () => resolve()).on('error', () => undefined); });
    expect(on.intake.counters.lastRefused()).toMatchObject([{ reason: 'slow_client', via: 'syslog/tcp' }]);
  });
  test('more connections than it may have are closed at once', async () => {
    const { on, port, syslog } = await open({ syslogConnectionsMax: 1 });
    const first = connect(port, '127.0.0.1');
    onTestFinished(() => { first.destroy(); });
    await expect.poll(() => syslog.counts().connections).toBe(1);
    await write(port, '<13>1 - - a - - - line\n').catch(() => undefined);
    expect(syslog.counts().taken).toBe(0);
    expect(on.intake.counters.lastRefused()).toMatchObject([{ reason: 'too_many_connections', via: 'syslog/tcp' }]);
  });
  test('while the log takes nothing, messages wait and are tried again', async () => {
    const { on, port, syslog } = await open({ receivingBytesMax: 1_024 });
    const holder = on.intake.budget.open();
    holder.take(2_000);
    await write(port, '<13>1 - - a - - - patient\n');
    await expect.poll(() => syslog.counts().taken).toBe(1);
    expect(texts(on)).toBe(0);
    holder.release();
    await expect.poll(() => texts(on), { timeout: 10_000 }).toBe(1);
    expect(syslog.counts().lost).toBe(0);
  });
});

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net');
  return new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port } = probe.address() as { readonly port: number };
      probe.close(() => resolve(port));
    });
  });
}
