import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { defaultSettings } from '@clew/engine';
import { engineSettings } from '../engine-settings.ts';
import { readConfig, toConfigResponse } from './config.ts';
import type { ConfigSources } from './config.ts';

const folder = mkdtempSync(join(tmpdir(), 'clew-config-'));
afterAll(() => rmSync(folder, { recursive: true }));

const read = (sources: Partial<ConfigSources> = {}) => readConfig({ flags: {}, environment: {}, folder, ...sources });
const withFile = (content: unknown, sources: Partial<ConfigSources> = {}) => {
  const path = join(folder, 'other.json');
  writeFileSync(path, typeof content === 'string' ? content : JSON.stringify(content));
  return read({ ...sources, flags: { config: path, ...sources.flags } });
};

describe('where a setting comes from', () => {
  test('the default, when nothing is said', () => {
    const { settings, from } = read();
    expect(settings.grpcPort).toBe(4317);
    expect(settings.data).toBe(join(folder, '.clew'));
    expect(from.grpcPort).toBe('default');
  });
  test('file, then environment over file, then flag over both', () => {
    const file = { grpcPort: 1, httpPort: 1, consolePort: 1 };
    const { settings, from } = withFile(file, { environment: { CLEW_HTTP_PORT: '2', CLEW_CONSOLE_PORT: '2' }, flags: { 'console-port': '3' } });
    expect([settings.grpcPort, settings.httpPort, settings.consolePort]).toEqual([1, 2, 3]);
    expect([from.grpcPort, from.httpPort, from.consolePort]).toEqual(['file', 'environment', 'flag']);
  });
  test('bytes take binary suffixes', () => {
    expect(read({ flags: { 'request-bytes-max': '8MiB' } }).settings.requestBytesMax).toBe(8 * 1024 * 1024);
  });
  test('the budget and the calendar reach the engine', () => {
    const { settings } = withFile({ falseAlarmsPerDay: 0.5, utcOffset: '+08:00', workdays: 'sun-thu' });
    expect(engineSettings(settings)).toMatchObject({ detection: { falseAlarmsPerDay: 0.5, detectors: null }, calendar: { utcOffsetMinutes: 480, businessHours: [9, 18], workdays: [1, 2, 3, 4, 7] } });
    expect(engineSettings(read().settings).calendar).toEqual(defaultSettings.calendar);
  });
  test('a switch is on by its flag alone', () => {
    expect(read({ flags: { demo: true } }).settings.demo).toBe(true);
  });
  test('a secret is never shown', () => {
    const config = read({ environment: { CLEW_TOKEN: 'very-secret' } });
    expect(config.settings.token).toBe('very-secret');
    expect(JSON.stringify(toConfigResponse(config))).not.toContain('very-secret');
  });
});

describe('what is refused', () => {
  const refusals: readonly [string, () => unknown, string, string][] = [
    ['a port that is no number', () => read({ flags: { 'http-port': 'many' } }), 'bad_setting', '--http-port = "many"'],
    ['a port that is too high', () => read({ environment: { CLEW_HTTP_PORT: '70000' } }), 'bad_setting', 'CLEW_HTTP_PORT'],
    ['a choice that there is not', () => read({ flags: { 'model-runtime': 'cuda' } }), 'bad_setting', '--model-runtime = "cuda"'],
    ['a fraction', () => withFile({ retentionDays: 1.5 }), 'bad_setting', 'retentionDays = 1.5'],
    ['bytes in a number', () => read({ flags: { 'retention-days': '1MiB' } }), 'bad_setting', '--retention-days'],
    ['an unknown key in the file', () => withFile({ grpcprot: 1 }), 'unknown_setting', 'grpcprot'],
    ['a file that is not JSON', () => withFile('{'), 'bad_setting', 'other.json'],
    ['a file that is not there', () => read({ flags: { config: 'nowhere.json' } }), 'bad_setting', 'nowhere.json'],
    ['an open host without a token', () => read({ flags: { 'http-host': '0.0.0.0' } }), 'token_required', '--http-host 0.0.0.0'],
    ['an open host with a token in clear', () => read({ flags: { 'grpc-host': '0.0.0.0', token: 'long-enough-token' } }), 'tls_required', '--grpc-host 0.0.0.0'],
    ['a short token', () => read({ flags: { token: 'abc' } }), 'bad_setting', '(hidden)'],
    ['a budget of nothing', () => read({ flags: { 'false-alarms-per-day': '0' } }), 'bad_setting', '--false-alarms-per-day = "0"'],
    ['a budget in words', () => withFile({ falseAlarmsPerDay: 'few' }), 'bad_setting', 'falseAlarmsPerDay = "few"'],
    ['hours that end before they begin', () => read({ environment: { CLEW_BUSINESS_HOURS: '18-9' } }), 'bad_setting', 'CLEW_BUSINESS_HOURS = "18-9"'],
    ['a holiday that is no day', () => withFile({ holidays: '2026-02-30' }), 'bad_setting', 'holidays = "2026-02-30"'],
    ['a log limit below what is kept for replay', () => read({ flags: { 'log-bytes-max': '1GiB' } }), 'bad_setting', 'log-bytes-max'],
  ];
  test.each(refusals)('%s', (_, run, code, value) => {
    expect(run).toThrow(expect.objectContaining({ code, value: expect.stringContaining(value) }));
  });
  test.each([
    ['TLS', { 'tls-cert': 'a.pem', 'tls-key': 'a.key' }],
    ['the word that plaintext is allowed', { 'allow-plaintext': true }],
  ])('but an open host with a token and %s is taken', (_, more) => {
    expect(read({ flags: { 'http-host': '0.0.0.0', token: 'long-enough-token', ...more } }).settings.httpHost).toBe('0.0.0.0');
  });
  test('the word that plaintext is allowed does not stand for credentials', () => {
    expect(() => read({ flags: { 'http-host': '0.0.0.0', 'allow-plaintext': true } })).toThrow(expect.objectContaining({ code: 'token_required' }));
  });
});
