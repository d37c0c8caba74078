import { readConfig } from '../config/config.ts';
import { CodedError } from '../errors.ts';
import { addKey, limitKey, noQuota, quotaNames, revokeKey, rotateKey, scopes } from '../keys/key.ts';
import type { Key, Quota, QuotaName, Scope } from '../keys/key.ts';
import { changeKeys, readKeys, readLastUsed } from '../keys/key-file.ts';
import type { LastUsed } from '../keys/key-file.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { readTime } from './flags.ts';
import { toJson, toStamp, toTable } from './show.ts';
import type { Terminal, Verb } from './verb.ts';

const quotaFlags = { itemsPerSecond: 'items-per-second', bytesPerSecond: 'bytes-per-second', services: 'services', series: 'series', attributes: 'attributes' } as const satisfies Record<QuotaName, string>;
const flags = {
  data: { type: 'string' }, config: { type: 'string' }, scope: { type: 'string' }, overlap: { type: 'string' },
  'items-per-second': { type: 'string' }, 'bytes-per-second': { type: 'string' }, services: { type: 'string' }, series: { type: 'string' }, attributes: { type: 'string' },
} as const;
const verbsOf = ['list', 'add', 'rotate', 'revoke', 'limit'] as const;
const overlapMsDefault = 86_400_000;

export const keys: Verb = {
  name: 'keys',
  about: 'make, list, rotate, limit and revoke the keys of senders and API clients',
  help: `Usage: clew keys [list]
       clew keys add <name> [--scope ingest|api|all] [quota]
       clew keys rotate <name> [--overlap <length>]
       clew keys limit <name> [quota]
       clew keys revoke <name>

Works on the data folder; a running server sees the change within a second. A secret is shown once, when it is made,
and kept as a hash. Senders show it as Authorization: Bearer <secret> or as x-api-key: <secret>.

      --scope <scope>            ingest (default): send telemetry; api: the API and the console; all: both
      --overlap <length>         rotate: how long the old secret goes on (24h by default; 0s ends it at once)
      --items-per-second <n>     spans, data points, log records and profiles, with 10 s of burst; none: no limit
      --bytes-per-second <n>     of bodies as they arrive, with 10 s of burst
      --services <n>             distinct services in an hour
      --series <n>               distinct metric series in an hour
      --attributes <n>           distinct attribute keys in an hour
      --data <folder>            the data folder (CLEW_DATA)
  -o, --output <table|json>

Example: clew keys add checkout --items-per-second 20000
`,
  async run(args, terminal) {
    const { values, positionals: [what = 'list', name] } = readArgs(args, { ...flags, ...outputOption }, { min: 0, max: 2 });
    const output = readOutput(values.output);
    if (!isOneOf(verbsOf, what)) throw new CodedError('bad_usage', what, { detail: `It is one of ${verbsOf.join(', ')}.` });
    if ((what === 'list') !== (name === undefined)) throw new CodedError('bad_usage', what, { detail: 'All but list take the name of one key.' });
    const folder = folderOf(values, terminal);
    const nowMs = Date.now();
    if (name === undefined) {
      const [all, used] = [readKeys(folder), readLastUsed(folder)];
      terminal.out(output === 'json' ? toJson({ keys: all.map((key) => toShown(key, used)) }) : listOf(all, used, nowMs));
      return 0;
    }
    const say = (key: Key | undefined, secret: string | null, words: string): number => {
      terminal.out(output === 'json' ? toJson({ key: key === undefined ? null : toShown(key, {}), secret }) : words);
      return 0;
    };
    const keyOf = (all: readonly Key[]): Key | undefined => all.find((key) => key.name === name);
    switch (what) {
      case 'add': {
        const made = changeKeys(folder, (all) => addKey(all, { name, scope: readScope(values.scope), quota: { ...noQuota, ...readQuota(values) } }, nowMs));
        return say(keyOf(made.keys), made.secret, `${made.secret}\n`);
      }
      case 'rotate': {
        const overlapMs = values.overlap === undefined ? overlapMsDefault : readLength(values.overlap, nowMs);
        const made = changeKeys(folder, (all) => rotateKey(all, name, overlapMs, nowMs));
        return say(keyOf(made.keys), made.secret, `${made.secret}\n`);
      }
      case 'revoke':
        return say(keyOf(changeKeys(folder, (all) => ({ keys: revokeKey(all, name, nowMs) })).keys), null, `${name} is revoked.\n`);
      default:
        return say(keyOf(changeKeys(folder, (all) => ({ keys: limitKey(all, name, readQuota(values)) })).keys), null, `${name} has its new quota.\n`);
    }
  },
};

type Values = Readonly<Partial<Record<keyof typeof flags, string>>>;

/** As `clew serve` finds it, whatever else its settings say: making a key is how an open host becomes allowed. */
function folderOf(values: Values, terminal: Terminal): string {
  return readConfig({ flags: { config: values.config, data: values.data, 'grpc-host': '127.0.0.1', 'http-host': '127.0.0.1', 'console-host': '127.0.0.1' }, environment: terminal.environment, folder: terminal.folder }).settings.data;
}

const isOneOf = <T extends string>(list: readonly T[], given: string): given is T => (list as readonly string[]).includes(given);

function readScope(given: string | undefined): Scope {
  if (given === undefined) return 'ingest';
  if (!isOneOf(scopes, given)) throw new CodedError('bad_usage', `--scope ${given}`, { detail: `It is one of ${scopes.join(', ')}.` });
  return given;
}

/** `2h` is read as a time that is past. */
function readLength(text: string, nowMs: number): number {
  if (!/^(\d+[smhdw])+$/.test(text)) throw new CodedError('bad_usage', `--overlap ${text}`, { detail: 'A length is 0s, 30m, 24h or 7d.' });
  return nowMs - readTime(text, nowMs);
}

/** Only what was named. */
function readQuota(values: Values): Partial<Quota> {
  const quota: Partial<Record<QuotaName, number | null>> = {};
  for (const name of quotaNames) {
    const given = values[quotaFlags[name]];
    if (given === undefined) continue;
    if (given !== 'none' && !/^[1-9]\d{0,12}$/.test(given)) throw new CodedError('bad_usage', `--${quotaFlags[name]} ${given}`, { detail: 'It is a whole number from 1, or none.' });
    quota[name] = given === 'none' ? null : Number(given);
  }
  return quota;
}

/** Without the hashes. */
function toShown({ name, scope, createdMs, revokedMs, secrets, quota }: Key, used: LastUsed): object {
  return { name, scope, createdMs, revokedMs, lastUsedMs: latestOf(secrets, used), secrets: secrets.map(({ id, createdMs: madeMs, expiresMs }) => ({ id, createdMs: madeMs, expiresMs })), quota };
}

const latestOf = (secrets: Key['secrets'], used: LastUsed): number | null => secrets.reduce<number | null>((latest, { id }) => (used[id] === undefined ? latest : Math.max(latest ?? 0, used[id])), null);

function listOf(all: readonly Key[], used: LastUsed, nowMs: number): string {
  if (all.length === 0) return 'There are no keys. clew keys add <name> makes one.\n';
  const usedOf = ({ secrets }: Key): string => {
    const lastMs = latestOf(secrets, used);
    return lastMs === null ? 'never' : toStamp(lastMs);
  };
  return toTable<Key>([
    { title: 'NAME', of: ({ name }) => name },
    { title: 'SCOPE', of: ({ scope }) => scope },
    { title: 'MADE', of: ({ createdMs }) => toStamp(createdMs) },
    { title: 'LAST USED', of: usedOf },
    { title: 'SECRETS', of: ({ revokedMs, secrets }) => (revokedMs === null ? String(secrets.filter(({ expiresMs }) => expiresMs === null || expiresMs > nowMs).length) : 'revoked') },
    { title: 'QUOTA', of: ({ quota }) => quotaNames.flatMap((each) => (quota[each] === null ? [] : [`${quotaFlags[each]} ${quota[each]}`])).join(', ') || '-' },
  ], all);
}
