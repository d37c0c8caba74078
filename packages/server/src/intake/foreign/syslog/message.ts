import { fromIso } from '../time.ts';

/** One syslog message as it was sent; what is not there is empty or null. */
export interface SyslogMessage {
  /** Null where no priority was sent. */
  readonly facility: number | null;
  readonly severity: number | null;
  /** 1 for RFC 5424, 0 for the older form (RFC 3164). */
  readonly version: number;
  readonly timeNs: bigint | null;
  readonly host: string;
  readonly app: string;
  readonly procId: string;
  readonly msgId: string;
  /** Element, parameter and value of the structured data. */
  readonly data: readonly (readonly [string, string, string])[];
  readonly text: string;
}

/** What the older form leaves out of its times, and where the reader is. */
export interface SyslogClock {
  readonly nowMs: number;
  /** Local time of senders minus UTC. */
  readonly utcOffsetMinutes: number;
}

const priority = /^<(\d{1,3})>/;
const priorityMax = 191;
/** Parameters of the structured data of one message; more are left in its text. */
const paramsMax = 1_000;

/** Never refuses: a message that is of no known form is a text without a priority. */
export function readSyslog(sent: string, clock: SyslogClock): SyslogMessage {
  const line = sent.replace(/[\r\n\0]+$/, '');
  const found = priority.exec(line);
  const number = found === null ? priorityMax + 1 : Number(found[1]);
  if (found === null || number > priorityMax) return { ...plain, text: line };
  const rest = line.slice(found[0].length);
  const head = { ...plain, facility: number >> 3, severity: number & 7 };
  return readNew(rest, head) ?? readOld(rest, head, clock);
}

const plain: SyslogMessage = { facility: null, severity: null, version: 0, timeNs: null, host: '', app: '', procId: '', msgId: '', data: [], text: '' };

const newHead = /^([1-9]\d{0,2}) (\S{1,64}) (\S{1,255}) (\S{1,48}) (\S{1,128}) (\S{1,32})(?= |$)/;
const orNil = (field: string): string => (field === '-' ? '' : field);
const byteOrderMark = '\uFEFF';

/** RFC 5424 §6. Null where it is not of that form. */
function readNew(rest: string, head: SyslogMessage): SyslogMessage | null {
  const parts = newHead.exec(rest);
  if (parts === null) return null;
  const [all, version, time, host, app, procId, msgId] = parts;
  if (time !== '-' && fromIso(time) === null) return null;
  const { data, after } = readData(rest, all.length + 1);
  const text = rest.slice(after).replace(/^ /, '');
  return {
    ...head, version: Number(version), timeNs: time === '-' ? null : fromIso(time), data,
    host: orNil(host), app: orNil(app), procId: orNil(procId), msgId: orNil(msgId),
    text: text.startsWith(byteOrderMark) ? text.slice(1) : text,
  };
}

/** Structured data from `at` on: `[id name="value" …]…` or `-`. What does not keep to it is text. */
function readData(rest: string, at: number): { readonly data: SyslogMessage['data']; readonly after: number } {
  const data: [string, string, string][] = [];
  if (rest[at] === '-') return { data, after: at + 1 };
  let i = at;
  while (rest[i] === '[') {
    const id = /[^ =\]"]{1,64}/y;
    id.lastIndex = i + 1;
    const name = id.exec(rest)?.[0] ?? '';
    let next = i + 1 + name.length;
    const found: [string, string, string][] = [];
    while (rest[next] === ' ') {
      const param = / ([^ =\]"]{1,64})="((?:[^"\\\]]|\\[\s\S])*)"/y;
      param.lastIndex = next;
      const parts = param.exec(rest);
      if (parts === null) break;
      found.push([name, parts[1], parts[2].replaceAll(/\\(["\\\]])/g, '$1')]);
      next = param.lastIndex;
    }
    if (name === '' || rest[next] !== ']' || data.length + found.length > paramsMax) break;
    data.push(...(found.length === 0 ? [[name, '', ''] as [string, string, string]] : found));
    i = next + 1;
  }
  return { data, after: i };
}

const months = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
/** `Nov 22 17:30:00`, with what devices add: a year before or after, a fraction, a star or point for a clock that is not set, a zone. */
const oldTime = /^[*.]?([A-Z][a-z]{2}) {1,2}(\d{1,2})(?: (\d{4}))? (\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?(?: (\d{4}))?(?: (UTC|GMT|Z))?:? /;
const isoTime = /^(\d{4}-\d\d-\d\dT\S{8,30}) /;
/** A tag ends at what cannot be in a program's name; `[pid]` may follow. */
const tag = /^([^\s:[\]]{1,128})(?:\[([^\]\s]{1,128})\])?:(?: |$)/;

/** RFC 3164 and what its senders make of it. Host and tag are only believed where they look like ones. */
function readOld(rest: string, head: SyslogMessage, clock: SyslogClock): SyslogMessage {
  const { timeNs, after } = readOldTime(rest, clock);
  let text = rest.slice(after);
  let host = '';
  if (after > 0 && !tag.test(text)) {
    const parts = /^(\S{1,255}) /.exec(text);
    if (parts !== null) {
      host = parts[1];
      text = text.slice(parts[0].length);
    }
  }
  const named = tag.exec(text);
  return { ...head, timeNs, host, app: named?.[1] ?? '', procId: named?.[2] ?? '', text: named === null ? text : text.slice(named[0].length) };
}

function readOldTime(rest: string, clock: SyslogClock): { readonly timeNs: bigint | null; readonly after: number } {
  const iso = isoTime.exec(rest);
  const isoNs = iso === null ? null : fromIso(iso[1]);
  if (iso !== null && isoNs !== null) return { timeNs: isoNs, after: iso[0].length };
  const parts = oldTime.exec(rest);
  const month = parts === null ? -1 : months.indexOf(parts[1].toLowerCase());
  if (parts === null || month < 0) return { timeNs: null, after: 0 };
  const [all, , day, before, hour, minute, second, fraction = '', behind, zone] = parts;
  const offsetMs = zone === undefined ? clock.utcOffsetMinutes * 60_000 : 0;
  const at = (year: number): number => Date.UTC(year, month, Number(day), Number(hour), Number(minute), Number(second)) - offsetMs;
  const ms = at(Number(before ?? behind ?? nearestYear(at, clock.nowMs)));
  const ns = BigInt(ms) * 1_000_000n + BigInt(fraction.padEnd(9, '0'));
  return { timeNs: ns >= 0n ? ns : null, after: all.length };
}

/** The year in which the time is nearest to now: December's messages that come in January are of last year. */
function nearestYear(at: (year: number) => number, nowMs: number): number {
  const year = new Date(nowMs).getUTCFullYear();
  return [year, year - 1, year + 1].reduce((best, each) => (Math.abs(at(each) - nowMs) < Math.abs(at(best) - nowMs) ? each : best));
}
