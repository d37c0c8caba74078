/** OTLP profiles as objects, by the rules of message.ts. `…Index`, `…Indices` and `…Strindex` point into the dictionary. */
import type { AnyValue, Int64, Resource, Scope } from './message.ts';

type Opt<T> = T | null | undefined;

export interface ValueType { readonly typeStrindex?: Opt<number>; readonly unitStrindex?: Opt<number> }
export interface ProfileSample {
  readonly stackIndex?: Opt<number>; readonly attributeIndices?: Opt<readonly number[]>; readonly linkIndex?: Opt<number>;
  readonly values?: Opt<readonly Int64[]>; readonly timestampsUnixNano?: Opt<readonly Int64[]>;
}
export interface Profile {
  readonly sampleType?: Opt<ValueType>; readonly samples?: Opt<readonly ProfileSample[]>;
  readonly timeUnixNano?: Opt<Int64>; readonly durationNano?: Opt<Int64>; readonly periodType?: Opt<ValueType>; readonly period?: Opt<Int64>;
  /** Base64, or 32 hex digits. */
  readonly profileId?: Opt<string>;
  readonly droppedAttributesCount?: Opt<number>; readonly originalPayloadFormat?: Opt<string>; readonly originalPayload?: Opt<string>;
  readonly attributeIndices?: Opt<readonly number[]>;
}

export interface ProfileMapping { readonly memoryStart?: Opt<Int64>; readonly memoryLimit?: Opt<Int64>; readonly fileOffset?: Opt<Int64>; readonly filenameStrindex?: Opt<number>; readonly attributeIndices?: Opt<readonly number[]> }
export interface ProfileLine { readonly functionIndex?: Opt<number>; readonly line?: Opt<Int64>; readonly column?: Opt<Int64> }
export interface ProfileLocation { readonly mappingIndex?: Opt<number>; readonly address?: Opt<Int64>; readonly lines?: Opt<readonly ProfileLine[]>; readonly attributeIndices?: Opt<readonly number[]> }
export interface ProfileFunction { readonly nameStrindex?: Opt<number>; readonly systemNameStrindex?: Opt<number>; readonly filenameStrindex?: Opt<number>; readonly startLine?: Opt<Int64> }
export interface ProfileLink { readonly traceId?: Opt<string>; readonly spanId?: Opt<string> }
export interface DictionaryAttribute { readonly keyStrindex?: Opt<number>; readonly value?: Opt<AnyValue>; readonly unitStrindex?: Opt<number> }
export interface ProfileStack { readonly locationIndices?: Opt<readonly number[]> }
export interface ProfilesDictionary {
  readonly mappingTable?: Opt<readonly ProfileMapping[]>; readonly locationTable?: Opt<readonly ProfileLocation[]>; readonly functionTable?: Opt<readonly ProfileFunction[]>;
  readonly linkTable?: Opt<readonly ProfileLink[]>; readonly stringTable?: Opt<readonly string[]>; readonly attributeTable?: Opt<readonly DictionaryAttribute[]>;
  readonly stackTable?: Opt<readonly ProfileStack[]>;
}

export interface ProfilesData {
  readonly resourceProfiles?: Opt<readonly {
    readonly resource?: Opt<Resource>;
    readonly scopeProfiles?: Opt<readonly { readonly scope?: Opt<Scope>; readonly profiles?: Opt<readonly Profile[]>; readonly schemaUrl?: Opt<string> }[]>;
    readonly schemaUrl?: Opt<string>;
  }[]>;
  readonly dictionary?: Opt<ProfilesDictionary>;
}
