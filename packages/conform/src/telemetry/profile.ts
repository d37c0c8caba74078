import type { Message } from '../oracle.ts';
import { nowNs } from './ids.ts';
import type { Around } from './request.ts';

/** A small valid dictionary: main → handle → encode (inlined in handle), one attribute, one link. */
export const dictionary = (change: Message = {}): Message => ({
  mappingTable: [{}, { memoryStart: '4096', memoryLimit: '8192', filenameStrindex: 8 }],
  locationTable: [{}, { mappingIndex: 1, address: '4200', lines: [{ functionIndex: 3, line: '7' }, { functionIndex: 2, line: '30' }] }, { mappingIndex: 1, address: '4300', lines: [{ functionIndex: 1, line: '3' }] }],
  functionTable: [{}, { nameStrindex: 3 }, { nameStrindex: 4, filenameStrindex: 9 }, { nameStrindex: 5 }],
  linkTable: [{ traceId: '00000000000000000000000000000000', spanId: '0000000000000000' }, { traceId: 'c10102030405060708090a0b0c0d0e0f', spanId: 'c101020304050607' }],
  stringTable: ['', 'cpu', 'nanoseconds', 'main', 'handle', 'encode', 'thread.name', 'worker-1', '/bin/shop', 'handle.c'],
  attributeTable: [{}, { keyStrindex: 6, value: { stringValue: 'worker-1' } }],
  stackTable: [{}, { locationIndices: [1, 2] }],
  ...change,
});

export const sample = (change: Message = {}): Message => ({ stackIndex: 1, values: ['5'], ...change });
/** A good profile on the dictionary above. */
export const profile = (change: Message = {}): Message => ({
  sampleType: { typeStrindex: 1, unitStrindex: 2 }, samples: [sample()], timeUnixNano: nowNs(-10_000), durationNano: '1000000000',
  periodType: { typeStrindex: 1, unitStrindex: 2 }, period: '10000000', ...change,
});

/** What stands beside profiles in a request. */
export const withDictionary = (change: Message = {}): Around => ({ inRequest: { dictionary: dictionary(change) } });
