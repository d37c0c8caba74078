/** pprof → OTLP profiles: one profile for each type of value, since OTLP's have one. Names of attributes are those of the semantic conventions (registry, pprof). */
import { MalformedOtlp, writeRequest } from '@clew/otlp';
import type { AnyValue, DictionaryAttribute, KeyValue, Profile, ProfileFunction, ProfileLink, ProfileLocation, ProfileMapping, ProfileSample, ProfilesDictionary, ProfileStack, ValueType } from '@clew/otlp';
import type { Pprof, PprofLabel, PprofSample, PprofValueType } from './read.ts';

export interface Translated { readonly body: Uint8Array; readonly items: number }

/** Throws `malformed` where something points at what is not there, or a sample has not one value for each type, as pprof's own reader does. */
export function toOtlp(pprof: Pprof, service: string): Translated {
  const tables = openTables(pprof.strings);
  if (pprof.sampleTypes.length === 0) throw wrong('the profile has no sample type');
  const functions = indexOf(pprof.functions, 'function');
  const mappings = indexOf(pprof.mappings, 'mapping');
  const locations = indexOf(pprof.locations, 'location');
  const attributeIndices = [
    ...tables.texts('pprof.profile.comment', pprof.comments), ...tables.text('pprof.profile.drop_frames', pprof.dropFrames), ...tables.text('pprof.profile.keep_frames', pprof.keepFrames), ...tables.text('pprof.profile.doc_url', pprof.docUrl),
  ];
  const samples = pprof.samples.map((sample) => tables.sample(sample, pprof.sampleTypes.length, locations));
  const profiles = pprof.sampleTypes.map((type, at): Profile => ({
    sampleType: tables.valueType(type), periodType: pprof.periodType === null ? undefined : tables.valueType(pprof.periodType), period: pprof.period,
    timeUnixNano: BigInt.asUintN(64, pprof.timeNs), durationNano: BigInt.asUintN(64, pprof.durationNs), attributeIndices,
    // What adds nothing to this type says nothing here: most samples of a heap profile have no object that is still in use.
    samples: samples.flatMap(({ values, ...rest }) => (values[at] === 0n ? [] : [{ ...rest, values: [values[at]] }])),
  }));
  const dictionary: ProfilesDictionary = {
    mappingTable: [{}, ...pprof.mappings.map(({ start, limit, offset, file, buildId }): ProfileMapping => ({ memoryStart: start, memoryLimit: limit, fileOffset: offset, filenameStrindex: tables.string(file), attributeIndices: tables.text(buildIdName(tables.words(buildId)), buildId) }))],
    functionTable: [{}, ...pprof.functions.map(({ name, systemName, file, startLine }): ProfileFunction => ({ nameStrindex: tables.string(name), systemNameStrindex: tables.string(systemName), filenameStrindex: tables.string(file), startLine }))],
    locationTable: [{}, ...pprof.locations.map(({ mapping, address, lines, isFolded }): ProfileLocation => ({
      mappingIndex: found(mappings, mapping, 'mapping'), address, attributeIndices: isFolded ? tables.attribute('pprof.location.is_folded', { boolValue: true }, 0) : [],
      lines: lines.map((line) => ({ functionIndex: found(functions, line.function, 'function'), line: line.line, column: line.column })),
    }))],
    ...tables.rest(),
  };
  const scope: KeyValue[] = pprof.defaultType === 0 ? [] : [{ key: 'pprof.scope.default_sample_type', value: { stringValue: tables.words(pprof.defaultType) } }];
  const resource = { attributes: [{ key: 'service.name', value: { stringValue: service } }] };
  return { body: writeRequest('profiles', { resourceProfiles: [{ resource, scopeProfiles: [{ scope: { name: 'pprof', attributes: scope }, profiles }] }], dictionary }), items: profiles.length };
}

const wrong = (what: string): MalformedOtlp => new MalformedOtlp('pprof', what);
/** Go's are its own, most others hexadecimal digits of the linker's note. */
const buildIdName = (buildId: string): string => (/^[0-9a-f]*$/i.test(buildId) ? 'process.executable.build_id.gnu' : 'process.executable.build_id.go');

/** Id → place in OTLP's table, whose first entry stands for none. */
function indexOf(list: readonly { readonly id: bigint }[], what: string): ReadonlyMap<bigint, number> {
  const places = new Map<bigint, number>([[0n, 0]]);
  for (const [at, { id }] of list.entries()) {
    if (places.has(id)) throw wrong(`a ${what} has the id ${id}, which is none or is there already`);
    places.set(id, at + 1);
  }
  return places;
}

function found(places: ReadonlyMap<bigint, number>, id: bigint, what: string): number {
  const place = places.get(id);
  if (place === undefined) throw wrong(`there is no ${what} ${id}`);
  return place;
}

interface TranslatedSample extends ProfileSample { readonly values: readonly bigint[] }

/** The tables that samples and names fill as they are translated; an entry that is there already is not made again. */
function openTables(strings: readonly string[]) {
  const texts = openTable<string>('');
  const attributes = openTable<DictionaryAttribute>({});
  const links = openTable<ProfileLink>({ traceId: '0'.repeat(32), spanId: '0'.repeat(16) });
  const stacks = openTable<ProfileStack>({});
  const words = (index: number): string => {
    if (index === 0) return '';
    const text = strings[index];
    if (text === undefined) throw wrong(`there is no string ${index}`);
    return text;
  };
  const string = (index: number): number => internText(words(index));
  const internText = (text: string): number => (text === '' ? 0 : texts.place(text, text));
  const attribute = (key: string, value: AnyValue, unit: number): number[] => [attributes.place(JSON.stringify([key, Object.entries(value).map(String), unit]), { keyStrindex: internText(key), value, unitStrindex: string(unit) })];
  const ofLabel = ({ key, text, number, unit }: PprofLabel): number[] => attribute(words(key), text === 0 ? { intValue: number } : { stringValue: words(text) }, unit);
  const linkOf = (labels: readonly PprofLabel[]): number => {
    const of = (name: string, digits: number): string => {
      const label = labels.find(({ key }) => words(key) === name);
      const id = label === undefined ? '' : words(label.text).toLowerCase();
      return new RegExp(`^(?!0+$)[0-9a-f]{${digits}}$`).test(id) ? id : '';
    };
    const [traceId, spanId] = [of('trace_id', 32), of('span_id', 16)];
    return traceId === '' || spanId === '' ? 0 : links.place(traceId + spanId, { traceId, spanId });
  };
  return {
    words, string, attribute,
    text: (key: string, index: number): number[] => (index === 0 ? [] : attribute(key, { stringValue: words(index) }, 0)),
    texts: (key: string, indexes: readonly number[]): number[] => (indexes.length === 0 ? [] : attribute(key, { arrayValue: { values: indexes.map((index) => ({ stringValue: words(index) })) } }, 0)),
    valueType: ({ type, unit }: PprofValueType): ValueType => ({ typeStrindex: string(type), unitStrindex: string(unit) }),
    sample({ locations: ids, values, labels }: PprofSample, types: number, locations: ReadonlyMap<bigint, number>): TranslatedSample {
      if (values.length !== types) throw wrong(`a sample has ${values.length} values, and there are ${types} types`);
      const stackIndex = ids.length === 0 ? 0 : stacks.place(ids.join(), { locationIndices: ids.map((id) => found(locations, id, 'location')) });
      return { stackIndex, values, attributeIndices: labels.flatMap(ofLabel), linkIndex: linkOf(labels) };
    },
    rest: () => ({ stringTable: texts.list, attributeTable: attributes.list, linkTable: links.list, stackTable: stacks.list }),
  };
}

function openTable<Entry>(zero: Entry) {
  const list: Entry[] = [zero];
  const places = new Map<string, number>();
  return {
    list,
    place(key: string, entry: Entry): number {
      const known = places.get(key);
      if (known !== undefined) return known;
      places.set(key, list.length);
      list.push(entry);
      return list.length - 1;
    },
  };
}
