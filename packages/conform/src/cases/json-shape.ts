import { doors, signals, stableSignals } from '../case.ts';
import type { Case, Level } from '../case.ts';
import { one, own } from '../define.ts';
import type { Message } from '../oracle.ts';
import { newTraceId } from '../telemetry/ids.ts';
import { gauge, listsOf, log, point, span } from '../telemetry/request.ts';
import type { Trial } from '../trial.ts';
import { answered, badData, either, settled, taken, takenPerhapsWarned, turnedDown } from '../want.ts';
import type { Want } from '../want.ts';

const json = doors(signals, ['json']);
const stable = doors(stableSignals, ['json']);
const [traces, metrics, logs] = signals.map((signal) => doors([signal], ['json']));

const strange: Message = { conformUnknown: { deep: [{ er: null }, [1, [2, [3]]], 'text', 1e9, true] }, another: null };
/** The same message with unknown members in every object of it. */
function sprinkle(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sprinkle);
  if (typeof value !== 'object' || value === null) return value;
  return { ...Object.fromEntries(Object.entries(value).map(([name, each]) => [name, sprinkle(each)])), ...strange };
}
const toSnake = (name: string): string => name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
function snake(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(snake);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [toSnake(name), snake(each)]));
}
const spanText = (t: Trial, members: string): string => JSON.stringify(t.request([span({ mark: 0 })])).replace('"mark":0', members);
const valueText = (t: Trial, value: string): string => JSON.stringify(t.request([t.door.signal === 'metrics' ? gauge([point({ attributes: [{ key: 'conform', value: '@' }] })]) : t.item({ attributes: [{ key: 'conform', value: '@' }] })])).replace('"@"', value);
const ofMembers = (item: number, level: Level, name: string, members: string, want: Want): Case => one(item, level, name, traces, (t) => spanText(t, members), want);
const ofText = (item: number, level: Level, name: string, value: string, want: Want): Case => one(item, level, name, stable, (t) => valueText(t, value), want);

const members: readonly Case[] = [
  one(71, 'MUST', 'unknown members at every level', json, (t) => sprinkle(t.good()) as Message, taken),
  one(71, 'MUST', 'an unknown member of the request', json, (t) => ({ ...t.good(), conform: { a: [1] } }), taken),
  one(71, 'MUST', 'an unknown member with an empty name', json, (t) => ({ ...t.good(), '': 0 }), taken),
  own(71, 'MUST', 'unknown members change nothing', traces, 'stored as without them', async (t) => {
    const item = t.item();
    t.expect(await t.send(sprinkle(t.request([item])) as Message), taken);
    const [found] = await t.readBack().spans(String(item.traceId), 1);
    t.demand(found?.name === item.name && found.attributes['http.route'] === '/conform', `stored is ${JSON.stringify(found)}`);
  }, { needs: ['read-back'] }),
  one(72, 'MUST', 'original field names are no error', json, (t) => snake(t.good()) as Message, answered),
  own(72, 'POLICY', 'original field names are read, or their loss is told', traces, 'stored, or a warning in partial_success', async (t) => {
    const item = t.item();
    const answer = await t.send(snake(t.request([item])) as Message);
    t.expect(answer, answered);
    if (answer.response?.partialSuccess === undefined) t.demand((await t.readBack().spans(String(item.traceId), 1)).length === 1, 'full success, and nothing is stored');
  }, { needs: ['read-back'] }),
  own(73, 'POLICY', 'a name in both spellings', traces, 'lowerCamelCase counts', async (t) => {
    const [traceId, other] = [newTraceId(), newTraceId()];
    t.expect(await t.send(JSON.stringify(t.request([span({ traceId })])).replace('"traceId"', `"trace_id":"${other}","traceId"`)), either(takenPerhapsWarned, turnedDown()));
    t.demand((await t.readBack().spans(traceId, 1)).length === 1, 'nothing is stored under the lowerCamelCase id');
  }, { needs: ['read-back'] }),
  ...['parentSpanId', 'attributes', 'traceState', 'kind', 'flags', 'events', 'links', 'status', 'droppedAttributesCount'].map((name) => ofMembers(74, 'MUST', `${name} null`, `"${name}":null`, taken)),
  one(74, 'MUST', 'the list of resources null', json, (t) => ({ [listsOf(t.door.signal)[0]]: null }), taken),
  one(74, 'MUST', 'resource and scope null', json, (t) => JSON.stringify(t.request([t.item()], { resource: { at: 1 }, scope: { at: 2 } })).replace('{"at":1}', 'null').replace('{"at":2}', 'null'), taken),
  ofText(74, 'MUST', 'a value null', 'null', taken),
  ofText(74, 'POLICY', 'a value with a member null', '{"stringValue":null}', takenPerhapsWarned),
  ofMembers(75, 'MUST', 'empty text and lists written out', '"parentSpanId":"","traceState":"","events":[],"links":[],"status":{"message":"","code":0},"flags":0,"droppedAttributesCount":0', taken),
  one(75, 'MUST', 'a log record\'s defaults written out', logs, (t) => t.request([log({ eventName: '', traceId: '', spanId: '', flags: 0, attributes: [], severityText: '', droppedAttributesCount: 0 })]), taken),
  one(75, 'MUST', 'a resource\'s defaults written out', json, (t) => t.request([t.item()], { resource: { attributes: [], droppedAttributesCount: 0, entityRefs: [] }, scope: { name: '', version: '', attributes: [], droppedAttributesCount: 0 }, inScope: { schemaUrl: '' }, inResource: { schemaUrl: '' } }), taken),
  one(75, 'MUST', 'a metric\'s defaults written out', metrics, (t) => t.request([gauge([point({ exemplars: [], flags: 0, attributes: [], startTimeUnixNano: '0' })], { description: '', metadata: [] })]), taken),
];

const odd: readonly Case[] = [
  ofText(80, 'POLICY', 'a value with two members', '{"stringValue":"a","intValue":"1"}', either(takenPerhapsWarned, turnedDown())),
  ofText(80, 'POLICY', 'a value with no member', '{}', taken),
  ofText(81, 'POLICY', 'text without its wrapper', '"abc"', turnedDown()),
  ofText(81, 'POLICY', 'a number without its wrapper', '7', turnedDown()),
  ofText(81, 'POLICY', 'a list without its wrapper', '["a"]', turnedDown()),
  one(81, 'POLICY', 'attributes as an object', stable, (t) => JSON.stringify(t.request([t.item()], { resource: { attributes: '@' } })).replace('"@"', '{"service.name":"conform"}'), turnedDown()),
  ofMembers(82, 'POLICY', '__proto__ as a member', '"__proto__":{"name":"polluted"}', taken),
  ofMembers(82, 'POLICY', 'constructor and prototype as members', '"constructor":{"prototype":{"name":"polluted"}},"prototype":1,"toString":2,"hasOwnProperty":3', taken),
  one(82, 'POLICY', '__proto__ as an attribute key', stable, (t) => valueText(t, '{"stringValue":"x"}').replace('"key":"conform"', '"key":"__proto__"'), taken),
  own(82, 'POLICY', '__proto__ is stored as a key', traces, 'the attribute is there', async (t) => {
    const item = span({ attributes: [{ key: '__proto__', value: { stringValue: 'kept' } }, { key: 'constructor', value: { stringValue: 'kept' } }] });
    t.expect(await t.send(t.request([item])), taken);
    const [found] = await t.readBack().spans(String(item.traceId), 1);
    t.demand(found !== undefined && Object.hasOwn(found.attributes, 'constructor') && Object.hasOwn(found.attributes, '__proto__'), `stored are ${JSON.stringify(found?.attributes)}`);
  }, { needs: ['read-back'] }),
  own(82, 'POLICY', 'a member given twice', traces, 'the last counts', async (t) => {
    const item = span({ name: 'last' });
    t.expect(await t.send(JSON.stringify(t.request([item])).replace('"name":"last"', '"name":"first","name":"last"')), either(takenPerhapsWarned, badData));
    const [found] = await t.readBack().spans(String(item.traceId), 1);
    t.demand(found?.name === 'last', `stored is ${String(found?.name)}`);
  }, { needs: ['read-back'] }),
  one(84, 'MUST', 'two requests in one body', json, (t) => `${JSON.stringify(t.good())}${JSON.stringify(t.good())}`, badData),
  one(84, 'MUST', 'two requests in two lines', json, (t) => `${JSON.stringify(t.good())}\n${JSON.stringify(t.good())}\n`, badData),
  one(84, 'MUST', 'bytes after the request', json, (t) => `${JSON.stringify(t.good())}x`, badData),
  one(84, 'POLICY', 'a byte order mark', json, (t) => `\ufeff${JSON.stringify(t.good())}`, either(taken, badData)),
];

const nestedText = (depth: number): string => `${'{"arrayValue":{"values":['.repeat(depth)}{"intValue":"1"}${']}}'.repeat(depth)}`;
const limits: readonly Case[] = [
  ofText(83, 'POLICY', 'values 10 deep', nestedText(10), taken),
  ofText(83, 'POLICY', 'values 10,000 deep', nestedText(10_000), turnedDown()),
  own(83, 'POLICY', 'after values 100,000 deep it lives', stable, 'an answer, and the next request is taken', async (t) => {
    t.expect(await t.send(valueText(t, nestedText(100_000)).slice(0, Math.min(t.target.limitBytes, 4e6) - 1)), settled);
    t.expect(await t.send(t.good()), taken);
  }),
  one(83, 'POLICY', 'lists 100,000 deep', json, () => `${'['.repeat(100_000)}${']'.repeat(100_000)}`, badData),
  own(83, 'POLICY', 'a list of 20,000 values', stable, 'an answer, and the next request is taken', async (t) => {
    t.expect(await t.send(valueText(t, `{"arrayValue":{"values":[${Array.from({ length: 20_000 }, (_, at) => `{"intValue":${at}}`).join(',')}]}}`)), settled);
    t.expect(await t.send(t.good()), taken);
  }),
  one(83, 'POLICY', 'a key of 100 kB', stable, (t) => valueText(t, '{"stringValue":"x"}').replace('"key":"conform"', `"key":"${'k'.repeat(100_000)}"`), settled),
  ofText(83, 'POLICY', 'half a surrogate pair', '{"stringValue":"\\ud800"}', either(takenPerhapsWarned, turnedDown())),
  ofText(83, 'POLICY', 'NUL in text', '{"stringValue":"a\\u0000b"}', taken),
  ofText(83, 'POLICY', 'every plane of Unicode', '{"stringValue":"é\u4e16\ud83d\ude80\\ud83d\\ude80\u0301"}', taken),
  one(83, 'MUST', 'JSON that is not UTF-8', stable, (t) => Buffer.concat([Buffer.from(valueText(t, '{"stringValue":"').split('{"stringValue":"')[0]), Buffer.from('{"stringValue":"'), Buffer.from([0xff, 0xfe]), Buffer.from('"}]}]}]}]}')]), either(badData, settled)),
];

export const jsonShapeCases: readonly Case[] = [...members, ...odd, ...limits];
