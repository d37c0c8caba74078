import { doors, everyDoor, stableSignals } from '../case.ts';
import type { Case, Door, Level } from '../case.ts';
import { one, own } from '../define.ts';
import type { Message } from '../oracle.ts';
import type { Plain } from '../read-back/read-back.ts';
import { newName, newTraceId, nowNs } from '../telemetry/ids.ts';
import { attribute, gauge, listsOf, log, point, request, span, text } from '../telemetry/request.ts';
import type { Trial } from '../trial.ts';
import { taken, takenPerhapsWarned } from '../want.ts';

const stable = doors(stableSignals, ['json', 'protobuf', 'grpc']);
const traces = doors(['traces'], ['json', 'protobuf', 'grpc']);

/** Every kind of value, and what it is when it is read back. */
const kinds: readonly (readonly [name: string, value: Message, plain: Plain])[] = [
  ['empty', {}, null], ['text', { stringValue: 'é' }, 'é'], ['empty text', { stringValue: '' }, ''], ['true', { boolValue: true }, true], ['false', { boolValue: false }, false],
  ['an integer', { intValue: '-7' }, -7], ['zero', { intValue: '0' }, 0], ['a double', { doubleValue: 1.25 }, 1.25], ['bytes', { bytesValue: 'AAEC' }, { bytesValue: 'AAEC' }],
  ['an empty list', { arrayValue: { values: [] } }, []], ['a mixed list', { arrayValue: { values: [{ stringValue: 'a' }, { intValue: '1' }, { boolValue: false }, {}] } }, ['a', 1, false, null]],
  ['a list of lists', { arrayValue: { values: [{ arrayValue: { values: [{ intValue: '1' }] } }] } }, [[1]]],
  ['an empty map', { kvlistValue: { values: [] } }, {}], ['a map of a map', { kvlistValue: { values: [{ key: 'a', value: { kvlistValue: { values: [{ key: 'b', value: { stringValue: 'c' } }] } } }] } }, { a: { b: 'c' } }],
];

/** Where attributes may stand, besides items' own lists. */
const withResource = (t: Trial, value: Message): Message => t.request([t.item()], { resource: { attributes: [text('service.name', 'conform'), attribute('conform', value)] } });
const withScope = (t: Trial, value: Message): Message => t.request([t.item()], { scope: { name: 'conform', attributes: [attribute('conform', value)] } });
function withItem(t: Trial, value: Message): Message {
  const attributes = [attribute('conform', value)];
  switch (t.door.signal) {
    case 'traces': return t.request([span({ attributes, events: [{ timeUnixNano: nowNs(), name: 'e', attributes }], links: [{ traceId: newTraceId(), spanId: 'c101020304050607', attributes }] })]);
    case 'logs': return t.request([log({ attributes, body: value })]);
    default: return t.request([gauge([point({ attributes, exemplars: [{ timeUnixNano: nowNs(), asDouble: 1, filteredAttributes: attributes }] })], { metadata: attributes })]);
  }
}

const ofKinds: readonly Case[] = kinds.flatMap(([name, value]) => [
  one(92, 'MUST', `${name} in a resource`, everyDoor, (t) => withResource(t, value), taken),
  one(92, 'MUST', `${name} in a scope`, everyDoor, (t) => withScope(t, value), taken),
  one(92, 'MUST', `${name} in an item`, stable, (t) => withItem(t, value), taken),
]);

const same = (a: unknown, b: unknown): boolean => JSON.stringify(a) === JSON.stringify(b);

const values: readonly Case[] = [
  ...ofKinds,
  own(92, 'MUST', 'every kind of value is stored as it was sent', traces, 'equal when read back', async (t) => {
    const item = span({ attributes: kinds.map(([name, value]) => attribute(name, value)) });
    t.expect(await t.send(t.request([item])), taken);
    const [found] = await t.readBack().spans(String(item.traceId), 1);
    for (const [name, , plain] of kinds) t.demand(same(found?.attributes[name], plain), `${name}: stored is ${JSON.stringify(found?.attributes[name])}, sent was ${JSON.stringify(plain)}`);
  }, { needs: ['read-back'] }),
];

const twice = [text('twice', 'first'), text('twice', 'last')];
const around = (item: number, level: Level, name: string, at: readonly Door[], build: (t: Trial) => Message, want = takenPerhapsWarned): Case => one(item, level, name, at, build, want);

/** The request's lists again, so that one resource stands in it twice. */
function doubled(t: Trial): Message {
  const [resources] = listsOf(t.door.signal);
  const whole = t.good();
  return { ...whole, [resources]: [...whole[resources] as readonly Message[], ...t.good()[resources] as readonly Message[]] };
}

const envelopes: readonly Case[] = [
  around(93, 'POLICY', 'a key twice in a resource', everyDoor, (t) => t.request([t.item()], { resource: { attributes: twice } })),
  around(93, 'POLICY', 'a key twice in a scope', everyDoor, (t) => t.request([t.item()], { scope: { name: 'conform', attributes: twice } })),
  around(93, 'POLICY', 'a key twice in an item', stable, (t) => t.request([t.door.signal === 'metrics' ? gauge([point({ attributes: twice })]) : t.item({ attributes: twice })])),
  own(93, 'POLICY', 'of a key that comes twice the last counts', traces, 'the last value is stored', async (t) => {
    const item = span({ attributes: twice });
    t.expect(await t.send(t.request([item])), takenPerhapsWarned);
    const [found] = await t.readBack().spans(String(item.traceId), 1);
    t.demand(found?.attributes.twice === 'last', `stored is ${JSON.stringify(found?.attributes.twice)}`);
  }, { needs: ['read-back'] }),
  around(94, 'POLICY', 'an empty key', everyDoor, (t) => t.request([t.item()], { resource: { attributes: [text('', 'nothing')] } })),
  around(94, 'POLICY', 'an attribute without a value', everyDoor, (t) => t.request([t.item()], { resource: { attributes: [{ key: 'alone' }] } })),
  around(95, 'POLICY', 'no resource', everyDoor, (t) => t.request([t.item()], { resource: null }), taken),
  around(95, 'POLICY', 'no scope', everyDoor, (t) => t.request([t.item()], { scope: null }), taken),
  around(95, 'POLICY', 'an empty resource and scope', everyDoor, (t) => t.request([t.item()], { resource: {}, scope: {} }), taken),
  around(96, 'POLICY', 'one resource twice', everyDoor, doubled, taken),
  own(96, 'POLICY', 'items of one resource that comes twice are both stored', traces, 'two spans, one service', async (t) => {
    const traceId = newTraceId();
    const [first, second] = [t.request([span({ traceId })]), t.request([span({ traceId })])];
    t.expect(await t.send({ resourceSpans: [...first.resourceSpans as readonly Message[], ...second.resourceSpans as readonly Message[]] }), taken);
    const found = await t.readBack().spans(traceId, 2);
    t.demand(found.length === 2 && same(found[0].resource, found[1].resource), `stored are ${JSON.stringify(found.map((each) => each.resource))}`);
  }, { needs: ['read-back'] }),
  around(97, 'MUST', 'dropped counts everywhere', everyDoor, (t) => t.request([t.item(t.door.signal === 'metrics' ? {} : { droppedAttributesCount: 1 })], { resource: { droppedAttributesCount: 2 }, scope: { name: 'conform', droppedAttributesCount: 4_294_967_295 } }), taken),
  own(97, 'MUST', 'dropped counts are stored', traces, 'equal when read back', async (t) => {
    const item = span({ droppedAttributesCount: 1, droppedEventsCount: 2, droppedLinksCount: 3, events: [{ timeUnixNano: nowNs(), name: 'e', droppedAttributesCount: 4 }], links: [{ traceId: newTraceId(), spanId: 'c101020304050607', droppedAttributesCount: 5 }] });
    t.expect(await t.send(t.request([item])), taken);
    const [found] = await t.readBack().spans(String(item.traceId), 1);
    const [events, links] = [found?.events, found?.links] as readonly (readonly Message[] | undefined)[];
    const got = [found?.droppedAttributes, found?.droppedEvents, found?.droppedLinks, events?.[0]?.droppedAttributes, links?.[0]?.droppedAttributes];
    t.demand(same(got, [1, 2, 3, 4, 5]), `stored are ${JSON.stringify(got)}`);
  }, { needs: ['read-back'] }),
  around(98, 'SHOULD', 'schema URLs of resource and scope', everyDoor, (t) => t.request([t.item()], { inResource: { schemaUrl: 'https://opentelemetry.io/schemas/1.40.0' }, inScope: { schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' } }), taken),
  around(98, 'SHOULD', 'a schema URL that is none', everyDoor, (t) => t.request([t.item()], { inResource: { schemaUrl: 'not a url' }, inScope: { schemaUrl: '::' } }), taken),
  own(98, 'SHOULD', 'schema URLs are stored apart', traces, 'each where it was', async (t) => {
    const item = t.item();
    t.expect(await t.send(t.request([item], { inResource: { schemaUrl: 'https://conform/r' }, inScope: { schemaUrl: 'https://conform/s' } })), taken);
    const [found] = await t.readBack().spans(String(item.traceId), 1);
    const [resource, scope] = [found?.resource, found?.scope] as readonly (Message | undefined)[];
    t.demand(resource?.schemaUrl === 'https://conform/r' && scope?.schemaUrl === 'https://conform/s', `stored are ${JSON.stringify([resource?.schemaUrl, scope?.schemaUrl])}`);
  }, { needs: ['read-back'] }),
  own(99, 'POLICY', 'scopes that differ in attributes alone', traces, 'each span has its own scope', async (t) => {
    const traceId = newTraceId();
    const scopes = ['a', 'b'].map((mark) => ({ scope: { name: 'conform', version: '1', attributes: [text('mark', mark)] }, spans: [span({ traceId, name: mark })] }));
    t.expect(await t.send({ resourceSpans: [{ resource: { attributes: [text('service.name', 'conform')] }, scopeSpans: scopes }] }), taken);
    const found = await t.readBack().spans(traceId, 2);
    t.demand(found.length === 2 && found.every((each) => (each.scope as { readonly attributes: Message }).attributes.mark === each.name), `stored are ${JSON.stringify(found.map(({ name, scope }) => [name, scope]))}`);
  }, { needs: ['read-back'] }),
  own(100, 'POLICY', 'a resource in another order', traces, 'one service, both spans', async (t) => {
    const traceId = newTraceId();
    const attributes = [text('service.name', newName()), text('host.name', 'h'), text('a', 'b')];
    for (const order of [attributes, attributes.toReversed()]) t.expect(await t.send(request('traces', [span({ traceId })], { resource: { attributes: order } })), taken);
    const found = await t.readBack().spans(traceId, 2);
    t.demand(found.length === 2 && found[0].service === found[1].service, `stored are ${JSON.stringify(found.map((each) => each.service))}`);
  }, { needs: ['read-back'] }),
];

export const entityCases: readonly Case[] = [
  around(166, 'SHOULD', 'a reference to an entity', everyDoor, (t) => t.request([t.item()], { resource: { attributes: [text('service.name', 'conform'), text('host.id', 'h-1'), text('host.name', 'h')], entityRefs: [{ type: 'service', idKeys: ['service.name'] }, { type: 'host', idKeys: ['host.id'], descriptionKeys: ['host.name'], schemaUrl: 'https://opentelemetry.io/schemas/1.44.0' }] } }), taken),
  ...([['a key that the resource has not', { type: 'host', idKeys: ['host.id'] }], ['no type', { type: '', idKeys: ['service.name'] }], ['no keys', { type: 'service', idKeys: [] }]] as const)
    .map(([name, ref]) => around(166, 'SHOULD', `a reference with ${name}`, everyDoor, (t) => t.request([t.item()], { resource: { attributes: [text('service.name', 'conform')], entityRefs: [ref] } }))),
  ...(['entity.state', 'entity.delete'] as const).map((eventName) => one(168, 'SHOULD', `an ${eventName} event`, doors(['logs'], ['json', 'protobuf', 'grpc']), (t) => t.request([log({
    eventName, body: undefined, attributes: [text('entity.type', 'host'), attribute('entity.id', { kvlistValue: { values: [text('host.id', newName())] } }), attribute('entity.description', { kvlistValue: { values: [text('host.name', 'h')] } }), attribute('entity.interval', { intValue: '60' })],
  })]), taken)),
  ...(['type', 'relationship.type'] as const).map((name) => one(169, 'POLICY', `a relation spelled ${name}`, doors(['logs'], ['json', 'protobuf', 'grpc']), (t) => t.request([log({
    eventName: 'entity.state', attributes: [text('entity.type', 'process'), attribute('entity.relationships', { arrayValue: { values: [{ kvlistValue: { values: [text(name, 'runs_on'), text('entity.type', 'host')] } }] } })],
  })]), taken)),
];

export const attributeCases: readonly Case[] = [...values, ...envelopes];
