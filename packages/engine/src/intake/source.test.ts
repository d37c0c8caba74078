import { readRequest, writeRequest } from '@clew/otlp';
import { expect, test } from 'vitest';
import { openTexts } from './attributes.ts';
import { readSources } from './source.ts';

const text = (key: string, stringValue: string) => ({ key, value: { stringValue } });
const read = (names: readonly string[]): string[] => {
  const batch = readRequest('logs', writeRequest('logs', {
    resourceLogs: names.map((name) => ({ resource: { attributes: [text('service.name', name), text('service.version', `v-${name}`)] }, scopeLogs: [{ logRecords: [{ body: { stringValue: 'x' } }] }] })),
  }));
  return readSources(batch, openTexts(batch.strings)).map(({ name, version }) => `${name} ${version}`);
};
const told = (names: readonly string[]): string[] => names.map((name) => `${name} v-${name}`);

test('A resource that was met before is the same source again, and none is taken for another, also when there were more than are remembered', () => {
  for (let round = 0; round < 2; round++) {
    for (let from = 0; from < 20_000; from += 500) {
      const names = Array.from({ length: 500 }, (_, i) => `shop-${from + i}`);
      expect(read(names)).toEqual(told(names));
    }
  }
  const again = ['shop-3', 'shop-19999', 'shop-3', '', 'new'];
  expect(read(again)).toEqual(told(again).map((each) => (each === ' v-' ? 'unknown_service v-' : each)));
});
