import { existsSync, readFileSync } from 'node:fs';
import { isAbsolute, resolve } from 'node:path';
import type { ConfigResponse } from '../api/types.ts';
import { CodedError, reasonOf } from '../errors.ts';
import { readCalendarPart } from './calendar.ts';
import { maySend } from '../keys/key.ts';
import { readKeys } from '../keys/key-file.ts';
import { checkRelations } from './relations.ts';
import { flagOf, settingNames, settingTable, variableOf } from './table.ts';
import type { SettingName, Settings } from './table.ts';

export type Origin = 'default' | 'file' | 'environment' | 'flag';

export interface Config {
  readonly settings: Settings;
  readonly from: Readonly<Record<SettingName, Origin>>;
  /** The file that was read, or null. */
  readonly file: string | null;
}

export interface ConfigSources {
  /** Flags by their name without dashes in front, as `parseArgs` gives them; `true` for a switch. */
  readonly flags: Readonly<Record<string, string | boolean | undefined>>;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Working directory: where clew.json is looked for and where a relative data folder begins. */
  readonly folder: string;
}

const fileName = 'clew.json';

/** Flag over environment over file over default. Throws `bad_setting`, `unknown_setting`, `token_required` or `tls_required`. */
export function readConfig({ flags, environment, folder }: ConfigSources): Config {
  const named = flags.config ?? environment.CLEW_CONFIG;
  const path = typeof named === 'string' ? resolve(folder, named) : resolve(folder, fileName);
  const file = readFile(path, named !== undefined);
  refuseUnknown(file ?? {}, path);

  const values: Record<string, unknown> = {};
  const from: Record<string, Origin> = {};
  for (const name of settingNames) {
    const flag = flags[flagOf(name)];
    const variable = environment[variableOf(name)];
    if (flag !== undefined) [values[name], from[name]] = [readValue(name, flag, `--${flagOf(name)}`), 'flag'];
    else if (variable !== undefined && variable !== '') [values[name], from[name]] = [readValue(name, variable, variableOf(name)), 'environment'];
    else if (file !== null && file[name] !== undefined) [values[name], from[name]] = [readValue(name, file[name], `${path}: ${name}`), 'file'];
    else [values[name], from[name]] = [settingTable[name].default, 'default'];
  }
  const settings = values as unknown as Settings;
  const config = { settings: { ...settings, data: isAbsolute(settings.data) ? settings.data : resolve(folder, settings.data) }, from: from as Record<SettingName, Origin>, file: file === null ? null : path };
  checkRelations(config.settings);
  checkOpenHosts(config.settings);
  return config;
}

/** The options of `parseArgs` that stand for settings, and `--config`. */
export function settingOptions(): Record<string, { readonly type: 'string' | 'boolean' }> {
  return Object.fromEntries([['config', { type: 'string' as const }], ...settingNames.map((name) => [flagOf(name), { type: settingTable[name].type === 'switch' ? 'boolean' as const : 'string' as const }] as const)]);
}

export function toConfigResponse({ settings, from }: Config): ConfigResponse {
  return { settings: settingNames.map((name) => ({ name: flagOf(name), value: shown(name, settings[name]), from: from[name], unit: settingTable[name].unit, about: settingTable[name].about })) };
}

const shown = (name: SettingName, value: string | number | boolean): string =>
  settingTable[name].type === 'secret' ? (value === '' ? '' : '(set)') : String(value);

function readFile(path: string, isNamed: boolean): Readonly<Record<string, unknown>> | null {
  if (!isNamed && !existsSync(path)) return null;
  try {
    const value: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) throw new Error('it is not an object');
    return value as Record<string, unknown>;
  } catch (error) {
    throw new CodedError('bad_setting', path, { detail: `The file cannot be read: ${reasonOf(error)}.`, cause: error });
  }
}

/** Unknown variables are let be: Kubernetes makes some up for every service that is called clew. */
function refuseUnknown(file: Readonly<Record<string, unknown>>, path: string): void {
  const names = new Set<string>(settingNames);
  const unknownKey = Object.keys(file).find((key) => !names.has(key));
  if (unknownKey !== undefined) throw new CodedError('unknown_setting', `${path}: ${unknownKey}`);
}

function readValue(name: SettingName, given: unknown, where: string): string | number | boolean {
  const row = settingTable[name];
  const fail = (wanted: string): never => { throw new CodedError('bad_setting', `${where} = ${row.type === 'secret' ? '(hidden)' : JSON.stringify(given)}`, { detail: `It must be ${wanted}.` }); };
  switch (row.type) {
    case 'text':
      return typeof given === 'string' && given !== '' && !given.includes('\0') ? given : fail('text that is not empty');
    case 'optional':
      return typeof given === 'string' && !given.includes('\0') ? given.trim() : fail('text');
    case 'secret':
      return typeof given === 'string' && /^[\x21-\x7e]{8,}$/.test(given) ? given : fail('at least 8 printable ASCII characters without spaces');
    case 'switch':
      if (given === true || given === 'true' || given === '1') return true;
      return given === false || given === 'false' || given === '0' ? false : fail('true or false');
    case 'choice':
      return typeof given === 'string' && row.choices.includes(given) ? given : fail(`one of ${row.choices.join(', ')}`);
    case 'calendar': {
      const read = readCalendarPart(row.part, given);
      return typeof given === 'string' && 'value' in read ? given.trim() : fail('wanted' in read ? read.wanted : 'text');
    }
    case 'decimal': {
      const value = typeof given === 'string' && /^\d{1,9}(\.\d{1,9})?$/.test(given.trim()) ? Number(given) : given;
      return typeof value === 'number' && value >= row.min && value <= row.max ? value : fail(`a number from ${row.min} to ${row.max}`);
    }
    case 'number':
    case 'bytes': {
      const value = readNumber(given, row.type === 'bytes');
      const { min = 0, max = Number.MAX_SAFE_INTEGER } = row as { min?: number; max?: number };
      return value !== null && value >= min && value <= max ? value : fail(`a whole number from ${min} to ${max}${row.type === 'bytes' ? ' (KiB, MiB, GiB, TiB may follow)' : ''}`);
    }
  }
}

const suffixes: Readonly<Record<string, number>> = { '': 1, kib: 1024, mib: 1024 ** 2, gib: 1024 ** 3, tib: 1024 ** 4 };

function readNumber(given: unknown, mayHaveSuffix: boolean): number | null {
  if (typeof given === 'number') return Number.isSafeInteger(given) ? given : null;
  if (typeof given !== 'string') return null;
  const match = /^(\d{1,15}) ?([kmgt]ib)?$/i.exec(given.trim());
  if (match === null || (match[2] !== undefined && !mayHaveSuffix)) return null;
  return Number(match[1]) * suffixes[(match[2] ?? '').toLowerCase()];
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || /^127\.\d+\.\d+\.\d+$/.test(host);
}

/** What others can reach asks for credentials: the token, keys, or the certificates of clients; and takes them in TLS alone. Throws `token_required` or `tls_required`. */
function checkOpenHosts(settings: Settings): void {
  const open = (['grpcHost', 'httpHost', 'consoleHost'] as const).filter((name) => !isLoopback(settings[name]));
  const uncertified = open.filter((name) => settings[name === 'consoleHost' ? 'tlsConsoleCa' : 'tlsClientCa'] === '');
  if (uncertified.length > 0 && settings.token === '') {
    const scopes = readKeys(settings.data).filter(({ revokedMs }) => revokedMs === null).map(({ scope }) => scope);
    const uncovered = uncertified.find((name) => !scopes.some((scope) => maySend(scope, name === 'consoleHost' ? 'api' : 'ingest')));
    if (uncovered !== undefined) throw new CodedError('token_required', hostOf(settings, uncovered));
  }
  if (open.length > 0 && settings.tlsCert === '' && !settings.allowPlaintext) throw new CodedError('tls_required', hostOf(settings, open[0]));
}

const hostOf = (settings: Settings, name: 'grpcHost' | 'httpHost' | 'consoleHost'): string => `--${flagOf(name)} ${settings[name]}`;
