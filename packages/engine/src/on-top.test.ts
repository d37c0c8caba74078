import { describe, expect, test } from 'vitest';
import { defaultSettings } from './model/index.ts';
import type { Incident } from './model/index.ts';
import { makeDice, sketchGraph, sketchPane } from './model/sketch.ts';
import type { SketchOperation } from './model/sketch.ts';
import { openReason } from './reason.ts';

/** A second fault begins while the first one lasts, under the same front door and on its way. */

const paneMs = 10_000;
const startMs = Date.UTC(2026, 10, 22, 10);
const op = (node: string, name: string, selfMs: number, calls: readonly string[] = [], rest: Partial<SketchOperation> = {}): SketchOperation => ({ node, name, selfMs, calls, ...rest });
const base: readonly SketchOperation[] = [
  op('service:gateway', 'GET /search', 4, ['service:search|search'], { entryRate: 12 }),
  op('service:gateway', 'POST /checkout', 5, ['service:checkout|place'], { entryRate: 8 }),
  op('service:search', 'search', 15, ['service:catalogue|list']),
  op('service:catalogue', 'list', 8, ['database:postgresql/catalogue|SELECT products']),
  op('service:checkout', 'place', 10, ['external:api.cards.example|POST /charges']),
  op('database:postgresql/catalogue', 'SELECT products', 6),
  op('external:api.cards.example', 'POST /charges', 60),
];

interface Wrong { readonly node: string; readonly from: number; readonly change: Partial<SketchOperation> }

function play(wrongs: readonly Wrong[], panes = 46, saveEvery = Infinity): { readonly incidents: readonly Incident[]; readonly openedPane: (one: Incident) => number; readonly json: string } {
  const dice = makeDice(7);
  let reason = openReason(defaultSettings);
  const incidents = new Map<string, Incident>();
  const lines: string[] = [];
  const graph = sketchGraph({ operations: base }, startMs + 1_000 * paneMs);
  for (let pane = 0; pane < panes; pane++) {
    if (pane % saveEvery === saveEvery - 1) reason = openReason(defaultSettings, structuredClone(reason.save()));
    const operations = base.map((each) => ({ ...each, ...wrongs.find(({ node, from }) => node === each.node && pane >= from)?.change }));
    for (const one of reason.step(sketchPane({ operations }, startMs + pane * paneMs, dice), graph).incidents) {
      incidents.set(one.id, one);
      lines.push(JSON.stringify(one));
    }
  }
  return { incidents: [...incidents.values()], openedPane: ({ openedMs }) => (openedMs - startMs) / paneMs, json: lines.join('\n') };
}

const causes = (incidents: readonly Incident[]) => incidents.map(({ explanation: { causes: [best], unknown } }) => (best === undefined || best.confidence < unknown ? 'unknown' : best.entity));
const slowBelow: Wrong = { node: 'database:postgresql/catalogue', from: 24, change: { selfMs: 400 } };
const failsAbove = (errorType: string): Wrong => ({ node: 'service:search', from: 29, change: { failing: 0.5, errorType } });

describe('a second fault on the way of the first', () => {
  test('who waits for what is slow and then fails by itself is a second incident with its own cause, and the first keeps its answer', () => {
    const { incidents, openedPane } = play([slowBelow, failsAbove('InternalError')]);
    expect(causes(incidents)).toEqual(['database:postgresql/catalogue', 'service:search']);
    expect(openedPane(incidents[1])).toBeLessThanOrEqual(29 + 5);
    expect(incidents[0].timeline.filter(({ kind }) => kind === 'divided').map(({ subject }) => subject)).toEqual([incidents[1].id]);
    expect(incidents[1].explanation.causes[0].kind).toBe('errors');
  });

  test('who waits in vain fails because of the first, whoever says so', () => {
    expect(causes(play([slowBelow, failsAbove('timeout')]).incidents)).toEqual(['database:postgresql/catalogue']);
  });

  test('people who stay away from a front door do not because something behind it fails', () => {
    const fails: Wrong = { node: 'external:api.cards.example', from: 70, change: { failing: 0.5 } };
    const stayAway: Wrong = { node: 'service:gateway', from: 76, change: { entryRate: 0.3 } };
    expect(causes(play([fails, stayAway], 96).incidents)).toEqual(['external:api.cards.example', 'unknown']);
  });

  test('opened again after every third pane it says the same bytes', () => {
    const { json } = play([slowBelow, failsAbove('InternalError')]);
    expect(play([slowBelow, failsAbove('InternalError')], 46, 3).json).toBe(json);
  });
});
