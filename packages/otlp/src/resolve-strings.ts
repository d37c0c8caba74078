/** Profiles refer to strings of attributes by index: here they are put in their places, so that nobody behind needs the dictionary for them. */
import type { Cursor } from './cursor.ts';
import { append, malformed } from './cursor.ts';
import { MalformedOtlp } from './malformed.ts';
import type { AnyValue, KeyValue } from './message.ts';
import type { DictionaryAttribute } from './message-profiles.ts';
import type { Dictionary } from './read-dictionary.ts';
import { decode } from './read-message.ts';
import type { EncodedHead } from './reader.ts';
import type { Message } from './schema-field.ts';
import { keyValueAndUnit } from './schema-profiles.ts';
import { keyValue, resource, scope } from './schema.ts';
import { openSink, written } from './sink.ts';
import { writeMessage } from './write-message.ts';

const messages: Readonly<Record<'resource' | 'scope', Message>> = { resource, scope };

/** Where a resource or scope uses the string table it is written again behind the request. False where an index is outside of the table. */
export function expandStrings(c: Cursor, dictionary: Dictionary, what: 'resource' | 'scope', head: EncodedHead): boolean {
  const message = decodeHead(c, what, head);
  // Whatever is wrong with it (its bytes, or nesting that costs its items alone), the reader of resources and scopes finds it, too.
  if (message === null) return true;
  const strings = openStrings(c, dictionary);
  const attributes = (message.attributes ?? []).map((each) => plainKeyValue(each, strings));
  if (strings.used) {
    const bytes = encode(messages[what], { ...message, attributes });
    head.start = append(c, bytes);
    head.length = bytes.length;
  }
  return !strings.outside;
}

function decodeHead(c: Cursor, what: 'resource' | 'scope', { start, length }: EncodedHead): { attributes?: readonly KeyValue[] } | null {
  try {
    return decode(messages[what], c.bytes.subarray(start, start + length));
  } catch (error) {
    if (error instanceof MalformedOtlp) return null;
    throw error;
  }
}

/** Entry `index` of the attribute table as an encoded KeyValue. The entry has been found good. */
export function attributeAsKeyValue(c: Cursor, dictionary: Dictionary, index: number): Uint8Array {
  const { starts, lengths } = dictionary.tables.attribute;
  const { keyStrindex, value } = decode<DictionaryAttribute>(keyValueAndUnit, c.bytes.subarray(starts[index], starts[index] + lengths[index]));
  const strings = openStrings(c, dictionary);
  return encode(keyValue, { key: strings.at(keyStrindex ?? 0), ...(value === undefined || value === null ? {} : { value: plainValue(value, strings) }) });
}

interface StringTable {
  /** Was any index seen, and one beyond the table? */
  used: boolean;
  outside: boolean;
  at(index: number): string;
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

function openStrings(c: Cursor, dictionary: Dictionary): StringTable {
  const { string } = dictionary.tables;
  return {
    used: false,
    outside: false,
    at(index) {
      this.used = true;
      if (index < 0 || index >= string.count) {
        this.outside = true;
        return '';
      }
      dictionary.resolvedBytesLeft -= string.lengths[index];
      if (dictionary.resolvedBytesLeft < 0) throw malformed(string.starts[index], 'strings of the dictionary are used too often');
      return decoder.decode(c.bytes.subarray(string.starts[index], string.starts[index] + string.lengths[index]));
    },
  };
}

/** Of key and index the index counts where it is not 0: senders set one of the two. */
function plainKeyValue({ key, keyStrindex, value }: KeyValue, strings: StringTable): KeyValue {
  return {
    key: keyStrindex !== undefined && keyStrindex !== null && keyStrindex !== 0 ? strings.at(keyStrindex) : key,
    value: value === undefined || value === null ? value : plainValue(value, strings),
  };
}

function plainValue(value: AnyValue, strings: StringTable): AnyValue {
  if (value.stringValueStrindex !== undefined && value.stringValueStrindex !== null) return { stringValue: strings.at(value.stringValueStrindex) };
  if (value.arrayValue) return { arrayValue: { ...value.arrayValue, values: value.arrayValue.values?.map((each) => plainValue(each, strings)) } };
  if (value.kvlistValue) return { kvlistValue: { ...value.kvlistValue, values: value.kvlistValue.values?.map((each) => plainKeyValue(each, strings)) } };
  return value;
}

function encode(message: Message, object: object): Uint8Array {
  const sink = openSink();
  writeMessage(sink, message, object, false);
  return written(sink);
}
