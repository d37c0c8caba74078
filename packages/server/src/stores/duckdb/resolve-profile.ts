/** A stored Profile with its dictionary → the profile that people read: every index replaced by what it points at. */
import type { Attributes, AttributeValue, StoredFunction, StoredLocation, StoredMapping, StoredProfile, StoredSample } from '@clew/engine';
import type { AnyValue, Int64, KeyValue, Profile, ProfilesDictionary, ProfileSample } from '@clew/otlp';
import { fromAnyValue, setAttribute } from './any-value.ts';

type Resolved = Pick<StoredProfile, 'periodType' | 'periodUnit' | 'period' | 'droppedAttributes' | 'payloadFormat' | 'payload' | 'attributeUnits' | 'stacks' | 'sampleList' | 'samplesLeftOut'>;
type Indexes = readonly number[] | null | undefined;

/** Samples beyond this much JSON are left out, and counted. */
const answerCharsMax = 32 * 1024 * 1024;

/** All indexes have been checked before the profile was stored. */
export function resolveProfile(profile: Profile, dictionary: ProfilesDictionary): Resolved {
  const units: Record<string, string> = {};
  const read = openDictionary(dictionary, units);
  const stacks: (readonly StoredLocation[])[] = [];
  const stackAt = new Map<number, number>();
  const stackOf = (index: number): number => {
    let at = stackAt.get(index);
    if (at === undefined) {
      at = stacks.push(read.stack(index)) - 1;
      stackAt.set(index, at);
    }
    return at;
  };
  read.attributes(profile.attributeIndices);
  // What an answer takes as JSON: stacks share locations here, but not in JSON.
  let chars = 0;
  const sampleList: StoredSample[] = [];
  for (const sample of profile.samples ?? []) {
    const index = sample.stackIndex ?? 0;
    const made = toSample(sample, stackAt.get(index) ?? stacks.length, read);
    chars += JSON.stringify(made).length + (stackAt.has(index) ? 0 : read.stackChars(index));
    if (chars > answerCharsMax) break;
    stackOf(index);
    sampleList.push(made);
  }
  return {
    periodType: read.string(profile.periodType?.typeStrindex), periodUnit: read.string(profile.periodType?.unitStrindex), period: digits(profile.period),
    droppedAttributes: profile.droppedAttributesCount ?? 0, payloadFormat: profile.originalPayloadFormat ?? '', payload: profile.originalPayload ?? '',
    sampleList, samplesLeftOut: (profile.samples?.length ?? 0) - sampleList.length,
    stacks, attributeUnits: units,
  };
}

const digits = (value: Int64 | null | undefined): string => String(value ?? 0);

interface Reader {
  string(index: number | null | undefined): string;
  attributes(indexes: Indexes): Attributes;
  stack(index: number): readonly StoredLocation[];
  stackChars(index: number): number;
  link(index: number): { readonly traceId: string; readonly spanId: string };
}

function toSample({ values, timestampsUnixNano, linkIndex, attributeIndices }: ProfileSample, stack: number, read: Reader): StoredSample {
  return { stack, values: (values ?? []).map(digits), timesNs: (timestampsUnixNano ?? []).map(digits), ...read.link(linkIndex ?? 0), attributes: read.attributes(attributeIndices) };
}

function openDictionary(dictionary: ProfilesDictionary, units: Record<string, string>): Reader {
  const { stringTable, attributeTable, mappingTable, functionTable, locationTable, linkTable, stackTable } = dictionary;
  const string: Reader['string'] = (index) => stringTable?.[index ?? 0] ?? '';
  const plain = (value: AnyValue | null | undefined): AnyValue | null | undefined => resolveStrings(value, string);
  const attributes: Reader['attributes'] = (indexes) => {
    const found: Record<string, AttributeValue> = {};
    for (const index of indexes ?? []) {
      if (index === 0) continue;
      const entry = attributeTable?.[index];
      const key = string(entry?.keyStrindex);
      setAttribute(found, key, fromAnyValue(plain(entry?.value)));
      if (entry?.unitStrindex) Object.defineProperty(units, key, { value: string(entry.unitStrindex), enumerable: true, configurable: true, writable: true });
    }
    return found;
  };
  const mapping = (index: number): StoredMapping | null => {
    const entry = mappingTable?.[index];
    if (index === 0 || entry === undefined) return null;
    return { filename: string(entry.filenameStrindex), memoryStart: digits(entry.memoryStart), memoryLimit: digits(entry.memoryLimit), fileOffset: digits(entry.fileOffset), attributes: attributes(entry.attributeIndices) };
  };
  const functionAt = (index: number): StoredFunction | null => {
    const entry = functionTable?.[index];
    if (index === 0 || entry === undefined) return null;
    return { name: string(entry.nameStrindex), systemName: string(entry.systemNameStrindex), filename: string(entry.filenameStrindex), startLine: digits(entry.startLine) };
  };
  const locations = new Map<number, StoredLocation>();
  const location = (index: number): StoredLocation => {
    const known = locations.get(index);
    if (known !== undefined) return known;
    const entry = locationTable?.[index] ?? {};
    const made: StoredLocation = {
      address: digits(entry.address), mapping: mapping(entry.mappingIndex ?? 0), attributes: attributes(entry.attributeIndices),
      lines: (entry.lines ?? []).map((each) => ({ function: functionAt(each.functionIndex ?? 0), line: digits(each.line), column: digits(each.column) })),
    };
    locations.set(index, made);
    return made;
  };
  const charsOfLocation = new Map<number, number>();
  const locationChars = (index: number): number => {
    let known = charsOfLocation.get(index);
    if (known === undefined) {
      known = JSON.stringify(location(index)).length;
      charsOfLocation.set(index, known);
    }
    return known;
  };
  return {
    string, attributes,
    stackChars: (index) => (stackTable?.[index]?.locationIndices ?? []).reduce((sum, each) => sum + locationChars(each), 0),
    stack: (index) => (stackTable?.[index]?.locationIndices ?? []).map(location),
    link: (index) => ({ traceId: index === 0 ? '' : linkTable?.[index]?.traceId ?? '', spanId: index === 0 ? '' : linkTable?.[index]?.spanId ?? '' }),
  };
}

/** Values may refer to the string table too, at any depth. */
function resolveStrings(value: AnyValue | null | undefined, string: Reader['string']): AnyValue | null | undefined {
  if (value === null || value === undefined) return value;
  if (value.stringValueStrindex !== undefined && value.stringValueStrindex !== null) return { stringValue: string(value.stringValueStrindex) };
  if (value.arrayValue) return { arrayValue: { values: (value.arrayValue.values ?? []).map((each) => resolveStrings(each, string) ?? {}) } };
  if (value.kvlistValue) return { kvlistValue: { values: (value.kvlistValue.values ?? []).map((each): KeyValue => ({ key: each.keyStrindex ? string(each.keyStrindex) : each.key, value: resolveStrings(each.value, string) })) } };
  return value;
}
