import type { ProfileQuery, ProfileSummary, RowQueries, StoredFlame, StoredProfile } from '@clew/engine';
import { readDictionary, readProfile } from '@clew/otlp';
import type { Profile, ProfilesDictionary } from '@clew/otlp';
import { idText, lookUp, nothingWanted, toMs, traceWords, wantCodes } from '../decode.ts';
import type { Lookups } from '../decode.ts';
import { flameOf } from '../flame.ts';
import { attributeCondition, overlapping, resolveFilters, serviceCondition } from '../filter.ts';
import type { Partition } from '../partition.ts';
import type { Blob, List, QueryContext } from '../readers.ts';
import { resolveProfile } from '../resolve-profile.ts';
import { AtFrom } from '../schema.ts';
import { Sql } from '../sql.ts';

type ProfileRow = readonly [
  code: number, atNs: bigint, atFrom: number, durationNs: bigint, type: number, unit: number, hi: bigint, lo: bigint, samples: number, total: number,
  resource: number, scope: number, codes: List<number>, wide: string, spans: bigint,
];

const columnsOf = (catalog: string): string => `code, at_ns, at_from, duration_ns, type, unit, profile_hi, profile_lo, samples, total, resource, scope, codes, wide,
  (SELECT count(*) FROM ${catalog}.profile_links l WHERE l.profile = code) AS spans`;

/** Partition by partition, the one with the newest event first; stops where the next one cannot hold anything newer. */
export async function profiles(context: QueryContext, query: ProfileQuery): Promise<readonly ProfileSummary[]> {
  const limit = Math.min(query.limit, context.limits.answerRowsMax);
  const words = query.traceId === undefined ? null : traceWords(query.traceId);
  if (limit < 1 || (query.traceId !== undefined && words === null)) return [];
  const partitions = overlapping(context.partitions, 'profiles', query.fromMs, query.toMs).sort((a, b) => b.ranges.profiles.maxMs - a.ranges.profiles.maxMs);
  let found: ProfileSummary[] = [];
  for (const partition of partitions) {
    if (found.length >= limit && partition.ranges.profiles.maxMs < found[limit - 1].timeMs) break;
    const { catalog } = partition;
    const sql = new Sql();
    const conditions = [`at_ns >= ${sql.ns(query.fromMs)}`, sql.before('at_ns', query.toMs)];
    if (query.service !== undefined) conditions.push(serviceCondition(sql, partition, query.service));
    if (query.type !== undefined) conditions.push(query.type === '' ? 'type = 0' : `type IN (SELECT code FROM ${catalog}.names WHERE text = ${sql.text(query.type)})`);
    if (words !== null) {
      const span = query.spanId === undefined ? '' : ` AND span_id = ${sql.u64(BigInt(`0x${query.spanId}`))}`;
      conditions.push(`code IN (SELECT profile FROM ${catalog}.profile_links WHERE trace_hi = ${sql.u64(words[0])} AND trace_lo = ${sql.u64(words[1])}${span})`);
    }
    for (const filter of await resolveFilters(context, partition, query.attributes ?? [])) conditions.push(attributeCondition(sql, filter));
    const rows = await context.rows<ProfileRow>(`SELECT ${columnsOf(catalog)} FROM ${catalog}.profiles WHERE ${conditions.join(' AND ')} ORDER BY at_ns DESC, code DESC LIMIT ${limit}`, sql);
    const lookups = await lookUpProfiles(context, partition, rows);
    found = [...found, ...rows.map((row) => toSummary(row, partition, lookups))].sort((a, b) => b.timeMs - a.timeMs).slice(0, limit);
  }
  return found;
}

/** `000012-0000000034`, or the id that the sender gave the profile: of several with it the newest. */
export async function profile(context: QueryContext, { id }: { readonly id: string }): Promise<StoredProfile | null> {
  const found = await findProfile(context, id);
  return found === null ? null : { ...found.summary, ...resolveProfile(found.profile, found.dictionary) };
}

export async function flame(context: QueryContext, { id, ...wanted }: Parameters<RowQueries['flame']>[0]): Promise<StoredFlame | null> {
  const found = await findProfile(context, id);
  return found === null ? null : { id: found.summary.id, service: found.summary.service, timeMs: found.summary.timeMs, type: found.summary.type, unit: found.summary.unit, ...flameOf(found.profile, found.dictionary, wanted) };
}

interface FoundProfile { readonly resource: ReturnType<Lookups['rawResource']>; readonly scope: ReturnType<Lookups['rawScope']>; readonly summary: ProfileSummary; readonly profile: Profile; readonly dictionary: ProfilesDictionary }

export async function findProfile(context: QueryContext, id: string): Promise<FoundProfile | null> {
  const own = /^(\d{6,})-(\d{10,})$/.exec(id);
  const words = own === null ? traceWords(id) : null;
  if (own === null && words === null) return null;
  for (const partition of context.partitions.toReversed()) {
    if (partition.rows.profiles === 0 || (own !== null && partition.number !== Number(own[1]))) continue;
    const { catalog } = partition;
    const sql = new Sql();
    const condition = own !== null ? `code = ${sql.number(Number(own[2]))}` : words === null ? 'false' : `profile_hi = ${sql.u64(words[0])} AND profile_lo = ${sql.u64(words[1])}`;
    const rows = await context.rows<ProfileRow>(`SELECT ${columnsOf(catalog)} FROM ${catalog}.profiles WHERE ${condition} ORDER BY at_ns DESC, code DESC LIMIT 1`, sql);
    if (rows.length === 0) continue;
    const lookups = await lookUpProfiles(context, partition, rows);
    const bytes = new Sql();
    const [[message, dictionary]] = await context.rows<[Blob, Blob]>(`SELECT p.message, d.message FROM ${catalog}.profiles p JOIN ${catalog}.dictionaries d ON d.code = p.dictionary WHERE p.code = ${bytes.number(rows[0][0])}`, bytes);
    return {
      summary: toSummary(rows[0], partition, lookups), resource: lookups.rawResource(rows[0][10]), scope: lookups.rawScope(rows[0][11]),
      profile: readProfile(message.bytes, 0, message.bytes.length), dictionary: readDictionary(dictionary.bytes, 0, dictionary.bytes.length),
    };
  }
  return null;
}

function lookUpProfiles(context: QueryContext, partition: Partition, rows: readonly ProfileRow[]): Promise<Lookups> {
  const wanted = nothingWanted();
  for (const row of rows) {
    wanted.names.add(row[4]).add(row[5]);
    wanted.resources.add(row[10]);
    wanted.scopes.add(row[11]);
    wantCodes(wanted, row[12]);
  }
  return lookUp(context, partition, wanted);
}

function toSummary(row: ProfileRow, { number }: Partition, lookups: Lookups): ProfileSummary {
  const [code, atNs, atFrom, durationNs, type, unit, hi, lo, samples, total, resource, scope, codes, wide, spans] = row;
  return {
    id: `${String(number).padStart(6, '0')}-${String(code).padStart(10, '0')}`, profileId: idText(hi, lo),
    service: lookups.resource(resource).service,
    timeMs: toMs(atNs), timeNs: atFrom === AtFrom.time ? String(atNs) : '0', durationNs: String(durationNs),
    type: lookups.name(type), unit: lookups.name(unit), samples, total, spans: Number(spans),
    attributes: lookups.attributes(codes, wide), resource: lookups.resource(resource).resource, scope: lookups.scope(scope),
  };
}
