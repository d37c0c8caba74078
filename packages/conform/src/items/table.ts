import { dataItems } from './data.ts';
import type { Item } from './item.ts';
import { protocolItems } from './protocol.ts';

/** The checklist, in order. */
export const items: readonly Item[] = [...protocolItems, ...dataItems];
const byNumber = new Map(items.map((item) => [item.number, item]));

export function itemOf(number: number): Item {
  const item = byNumber.get(number);
  if (item === undefined) throw new Error(`BUG: no item ${number}`);
  return item;
}

const sections: readonly (readonly [last: number, name: string])[] = [
  [18, 'transport'], [25, 'content-type'], [33, 'compression'], [40, 'success'], [55, 'errors'], [63, 'security'], [86, 'json'], [91, 'protobuf'],
  [100, 'attributes'], [117, 'traces'], [143, 'metrics'], [152, 'logs'], [165, 'profiles'], [169, 'entities'], [175, 'senders'],
];
export const sectionNames: readonly string[] = sections.map(([, name]) => name);

export function sectionOf(number: number): string {
  const found = sections.find(([last]) => number <= last);
  if (found === undefined) throw new Error(`BUG: no section for ${number}`);
  return found[1];
}
