import { expect, test } from 'vitest';
import { defaultSettings } from '../model/index.ts';
import type { Observation, Pane } from '../model/index.ts';
import { bell, makeDice, poisson, sketchGraph } from '../model/sketch.ts';
import { openDetect } from './detect.ts';
import { composeOf, isOfOthers, learnMixes } from './mix.ts';
import type { Mixes } from './mix.ts';

const paneMs = 10_000;
const startMs = Date.UTC(2026, 0, 5, 9);
const service = 'service:route';
const graph = sketchGraph({ operations: [] }, startMs + 1_000 * paneMs);

interface Asked { readonly name: string; readonly count: number; readonly ms: number }

function latency(entity: string, value: number, weight: number): Observation {
  return { series: `${entity} latency_p50 `, entity, node: service, feature: 'latency_p50', subject: '', scale: 'latency', unit: 'ms', value, weight, symptom: true, exemplars: [] };
}

/** The operations of a pane and the service as a whole, whose middle request is one of the operation asked most. */
function observe(asked: readonly Asked[], dice: () => number): Observation[] {
  const served = asked.filter(({ count }) => count > 0).map((each) => ({ ...each, ms: each.ms * Math.exp((0.4 * bell(dice)) / Math.sqrt(each.count)) }));
  if (served.length === 0) return [];
  const most = served.reduce((best, each) => (each.count > best.count ? each : best));
  return [...served.map(({ name, ms, count }) => latency(`operation:route|server|${name}`, ms, count)), latency(service, most.ms, served.reduce((sum, { count }) => sum + count, 0))];
}

function symptoms(asked: (pane: number, dice: () => number) => readonly Asked[], panes = 360): string[] {
  const dice = makeDice(5);
  const detect = openDetect(defaultSettings);
  const found = new Set<string>();
  for (let pane = 0; pane < panes; pane++) {
    const at: Pane = { startMs: startMs + pane * paneMs, endMs: startMs + (pane + 1) * paneMs, observations: observe(asked(pane, dice), dice), red: new Map(), attributions: [], templates: [], changes: [] };
    for (const finding of detect.step(at, graph)) if (finding.symptom) found.add(`${finding.entity} ${Math.floor((finding.onsetMs - startMs) / paneMs)}`);
  }
  return [...found];
}

const few = (dice: () => number): Asked => ({ name: 'update', count: poisson(dice, 1.7), ms: 15 });

test('a job that asks for what nobody else asks for does not make its service slow', () => {
  expect(symptoms((pane, dice) => [few(dice), { name: 'list', count: pane % 90 >= 60 && pane % 90 < 64 ? 9 : 0, ms: 45 }], 300)).toEqual([]);
});

test('nor when it has come so often that it is known', () => {
  expect(symptoms((pane, dice) => [few(dice), { name: 'list', count: pane % 90 >= 60 && pane % 90 < 64 ? 9 : 0, ms: 45 }], 1_100)).toEqual([]);
});

test('what seldom comes, and then takes far longer than ever, makes its service slow', () => {
  const slow = symptoms((pane, dice) => [few(dice), { name: 'list', count: pane % 90 >= 60 && pane % 90 < 64 ? 9 : 0, ms: pane < 1_050 ? 45 : 400 }], 1_100);
  expect(slow.some((each) => each.startsWith(`${service} `))).toBe(true);
});

test('a service that gets slow is found while a kind of request that nobody knows takes its turn', () => {
  const slow = symptoms((pane, dice) => [{ name: 'update', count: poisson(dice, 8), ms: pane < 200 ? 15 : 60 }, { name: 'list', count: pane % 10 === 0 ? 1 : 0, ms: 45 }], 230);
  expect(slow.some((each) => each.startsWith(service))).toBe(true);
});

test('a service of many rare operations, none of which has a normal of its own, is judged as a whole', () => {
  const slow = symptoms((pane, dice) => [0, 1, 2].map((each) => ({ name: `page${(pane * 3 + each) % 400}`, count: poisson(dice, 3), ms: pane < 250 ? 15 : 60 })), 280);
  expect(slow.some((each) => each.startsWith(service))).toBe(true);
});

test('of two requests both may be strange where half of all are', () => {
  const mixes: Mixes = new Map();
  const known = latency('operation:route|server|update', 15, 100);
  const whole = { entity: service, node: service, feature: 'latency_p50' };
  const compose = (strange: number, ordinary: number) => composeOf([latency('operation:route|server|list', 40, strange), { ...known, weight: ordinary }], (key) => (key === known.series ? { level: {} } as never : undefined));
  learnMixes(mixes, compose(50, 50));
  expect(isOfOthers(mixes, compose(2, 0), whole)).toBe(false);
  expect(isOfOthers(mixes, compose(20, 0), whole)).toBe(true);
  expect(isOfOthers(mixes, compose(20, 0), { ...whole, feature: 'error_share' })).toBe(false);
  expect(isOfOthers(mixes, compose(20, 0), { ...whole, entity: 'instance:a' })).toBe(false);
});
