import type { CalendarPart } from './calendar.ts';

/**
 * Everything that people may set, one row each: `clew config` prints it, GET /config gives it out.
 * A row `grpcPort` is set by the flag `--grpc-port`, the environment CLEW_GRPC_PORT, or `"grpcPort"` in clew.json.
 */
export type SettingType = 'text' | 'optional' | 'secret' | 'number' | 'decimal' | 'bytes' | 'switch' | 'calendar' | 'choice';

interface Row<Type extends SettingType, Value> {
  readonly type: Type;
  readonly default: Value;
  readonly unit: string;
  readonly about: string;
  /** Numbers and bytes only, both inclusive. */
  readonly min?: number;
  readonly max?: number;
}
/** `part` says how its text is read. */
interface CalendarRow extends Row<'calendar', string> { readonly part: CalendarPart }
interface ChoiceRow extends Row<'choice', string> { readonly choices: readonly string[] }

const text = (value: string, about: string): Row<'text', string> => ({ type: 'text', default: value, unit: '', about });
/** Text that may be empty. */
const optional = (about: string): Row<'optional', string> => ({ type: 'optional', default: '', unit: '', about });
const secret = (about: string): Row<'secret', string> => ({ type: 'secret', default: '', unit: '', about });
const toggle = (about: string, value = false): Row<'switch', boolean> => ({ type: 'switch', default: value, unit: '', about });
const port = (value: number, about: string): Row<'number', number> => ({ type: 'number', default: value, unit: '', about, min: 0, max: 65_535 });
const number = (value: number, unit: string, min: number, max: number, about: string): Row<'number', number> => ({ type: 'number', default: value, unit, about, min, max });
const decimal = (value: number, unit: string, min: number, max: number, about: string): Row<'decimal', number> & { readonly min: number; readonly max: number } => ({ type: 'decimal', default: value, unit, about, min, max });
const choice = (choices: readonly string[], value: string, about: string): ChoiceRow => ({ type: 'choice', default: value, unit: '', about, choices });
const calendar = (part: CalendarPart, value: string, about: string): CalendarRow => ({ type: 'calendar', default: value, unit: '', about, part });
const bytes = (value: number, min: number, max: number, about: string): Row<'bytes', number> => ({ type: 'bytes', default: value, unit: 'bytes', about, min, max });

const MiB = 1024 ** 2;
const GiB = 1024 ** 3;
const TiB = 1024 ** 4;

export const settingTable = {
  grpcHost: text('127.0.0.1', 'address that OTLP/gRPC listens on'),
  grpcPort: port(4317, 'port of OTLP/gRPC; 0 takes a free one'),
  httpHost: text('127.0.0.1', 'address that OTLP/HTTP listens on'),
  httpPort: port(4318, 'port of OTLP/HTTP; 0 takes a free one'),
  consoleHost: text('127.0.0.1', 'address that the console and the API listen on'),
  consolePort: port(4319, 'port of the console and the API; 0 takes a free one'),
  token: secret('bearer token that senders and API clients must show, for all of them; clew keys makes one for each'),
  tlsCert: optional('PEM file of the server certificate and those between it and the root; switches TLS on for every port'),
  tlsKey: optional('PEM file of its private key'),
  tlsClientCa: optional('PEM file of authorities: OTLP ports take only clients with a certificate from one of them'),
  tlsConsoleCa: optional('the same for the port of the console and the API'),
  tlsSyslogCa: optional('the same for the port of syslog over TLS'),
  allowPlaintext: toggle('let hosts that others can reach take credentials and telemetry without TLS: it ends in front of Clew, or the network is trusted'),
  data: text('.clew', 'data folder, relative to the working directory'),
  demo: toggle('start the demo shop'),
  demoStory: text('slow-database', 'fault that the demo shop plants by itself once it is live, or none'),
  profiles: toggle('take profiles (OTLP v1development: experimental, its format may change)', true),

  tracesPath: text('/v1/traces', 'path of traces over HTTP'),
  metricsPath: text('/v1/metrics', 'path of metrics over HTTP'),
  logsPath: text('/v1/logs', 'path of log records over HTTP'),
  profilesPath: text('/v1development/profiles', 'path of profiles over HTTP'),
  corsOrigins: optional('origins whose pages may send telemetry, such as https://shop.example, https://*.example.com; a lone * is any'),
  corsCredentials: toggle('let those pages send cookies and client certificates along'),
  connectionsMax: number(8_192, 'connections', 1, 1_000_000, 'most connections on one port; more are closed at once'),
  drainMs: number(10_000, 'ms', 0, 14_000, 'how long requests under way may take to end when the server stops'),

  syslogHost: text('127.0.0.1', 'address that syslog listens on'),
  syslogPort: port(0, 'port of syslog, over TCP and UDP; 0: syslog is not taken'),
  syslogTlsPort: port(0, 'port of syslog over TLS, 6514 by custom, with the certificate of tls-cert; 0: not taken'),
  syslogFrom: optional('addresses and networks that may send syslog, such as 10.0.0.0/8, 192.0.2.7; required when syslog-host is not a loopback address, but for a TLS port that asks for client certificates'),
  syslogMessageBytesMax: bytes(64 * 1024, 480, MiB, 'longest syslog message; of longer ones the beginning is kept'),
  syslogConnectionsMax: number(256, 'connections', 1, 65_536, 'most connections of syslog over TCP, and as many over TLS; more are closed at once'),

  requestBytesMax: bytes(64 * MiB, 1024, 256 * MiB, 'largest request, before and after decompression'),
  requestItemsMax: number(1_000_000, 'items', 1, 10_000_000, 'most spans, data points or log records in one request'),
  headersTimeoutMs: number(20_000, 'ms', 10, 600_000, 'how long a client may take to send its headers'),
  bodyTimeoutMs: number(60_000, 'ms', 10, 600_000, 'how long a client may take to send a whole request'),
  receivingBytesMax: bytes(192 * MiB, 1024, 64 * GiB, 'request bodies held in memory at once; beyond it senders are told to retry'),
  dedupWindowMs: number(600_000, 'ms', 0, 86_400_000, 'how long a request that is sent again is recognised'),
  dedupRequestsMax: number(200_000, 'requests', 0, 10_000_000, 'most requests that are remembered for that'),
  dedupSpansMax: number(4_000_000, 'spans', 0, 64_000_000, 'most spans that are remembered for that, at 11 to 21 bytes each; 0: none'),

  logSegmentBytes: bytes(64 * MiB, 4096, GiB, 'size at which the log begins a new segment'),
  logReplayBytes: bytes(GiB, 0, 64 * TiB, 'log that is kept for replay after all views have read it'),
  logBytesMax: bytes(8 * GiB, 8192, 64 * TiB, 'log on disk at most; when views fall so far behind, senders are told to retry'),
  logPendingBytesMax: bytes(128 * MiB, 1024, 64 * GiB, 'requests that wait for the disk; beyond it senders are told to retry'),

  storeMemoryBytes: bytes(256 * MiB, 32 * MiB, TiB, 'memory of the row store'),
  storeBytesMax: bytes(20 * GiB, 16 * MiB, 64 * TiB, 'rows on disk at most; the oldest partitions are removed first'),
  retentionDays: number(14, 'days', 1, 3_650, 'age at which rows are removed'),
  partitionMinutes: number(60, 'minutes', 1, 1_440, 'time that one partition file of rows covers'),
  storeCommitMs: number(30_000, 'ms', 50, 600_000, 'how long rows may wait in memory for their file; until then the log alone survives a crash, and a start reads them from there'),

  falseAlarmsPerDay: decimal(1, 'a day', 0.01, 1_000, 'false alarms at most, for the whole installation: the one number of detection'),
  utcOffset: calendar('utcOffset', '+00:00', 'local time minus UTC, such as +08:00; hours and days below are local'),
  businessHours: calendar('hours', '9-18', 'hours in which people work, from-to; to is not included'),
  peakHours: calendar('hourRanges', '10-12, 14-16', 'hours of the most traffic, or none'),
  workdays: calendar('days', 'mon-fri', 'days on which people work, such as mon-fri or sun-thu or mon, wed'),
  holidays: calendar('dates', 'none', 'days that are like weekends, such as 2026-12-25, 2027-01-01, or none'),
  deployWindows: calendar('windows', 'none', 'weekly hours in which deployments are expected, such as tue 14-16, thu 14-16, or none'),
  deploySettleMs: number(0, 'ms', 0, 3_600_000, 'how long a deployment that is seen outside of those windows may unsettle its own service; 0: only what is announced is expected'),
  expectHours: choice(['auto', 'on', 'off'], 'auto', 'whether verdicts rest on business and peak hours and days off: auto (once one of these settings is not its default), on, or off'),
  modelRuntime: choice(['auto', 'onnx', 'arrays'], 'arrays', 'what computes trained models: arrays (in the engine, the same bits everywhere), onnx (ONNX Runtime, unknown where it fails), or auto (onnx where it is installed)'),

  latenessMs: number(6_000, 'ms', 0, 600_000, 'how long a pane waits for late data after its end'),
  skewMs: number(2_000, 'ms', 0, 600_000, 'how far event time may run ahead of arrival'),
  servicesMax: number(2_000, 'services', 1, 100_000, 'most services that the engine follows'),
  metricSeriesMax: number(50_000, 'series', 1, 5_000_000, 'most metric series that the engine follows'),
} as const satisfies Readonly<Record<string, Row<SettingType, unknown>>>;

export type SettingName = keyof typeof settingTable;
type Widened<Value> = Value extends boolean ? boolean : Value extends number ? number : string;
export type Settings = { readonly [Name in SettingName]: Widened<(typeof settingTable)[Name]['default']> };

export const settingNames = Object.keys(settingTable) as readonly SettingName[];

/** `grpcPort` → `grpc-port`. */
export const flagOf = (name: SettingName): string => name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
/** `grpcPort` → `CLEW_GRPC_PORT`. */
export const variableOf = (name: SettingName): string => `CLEW_${flagOf(name).replaceAll('-', '_').toUpperCase()}`;
