import { array, assert, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { openAgenda } from './agenda.ts';

test('openAgenda runs what is due in order of time, ties in order of adding, and leaves the rest', () => {
  assert(property(array(integer({ min: 0, max: 20 })), integer({ min: 0, max: 20 }), (times, untilMs) => {
    const agenda = openAgenda();
    const ran: [number, number][] = [];
    times.forEach((atMs, index) => agenda.at(atMs, () => ran.push([atMs, index])));
    agenda.runUntil(untilMs);
    const due = times.map((atMs, index): [number, number] => [atMs, index]).filter(([atMs]) => atMs < untilMs).sort((a, b) => a[0] - b[0] || a[1] - b[1]);
    expect(ran).toEqual(due);
  }));
});
