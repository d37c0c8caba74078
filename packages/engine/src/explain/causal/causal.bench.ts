/**
 * CPU milliseconds of one question to the causal source in a tree of 100 services with a database each fifth, and of keeping a
 * pane: `node packages/engine/src/explain/causal/causal.bench.ts`.
 */
import type { EntityId, Finding } from '../../model/index.ts';
import { makeDice, sketchGraph, sketchPane } from '../../model/sketch.ts';
import type { Sketch, SketchOperation } from '../../model/sketch.ts';
import { byMechanism } from '../by-mechanism.ts';
import type { Facts } from '../facts.ts';
import { keepInPanel, makePanel } from './panel.ts';

const services = 100;
const name = (at: number): EntityId => (at % 5 === 4 ? `database:postgresql/d${at}` : `service:s${at}`);
const sketchWith = (slowMs: number): Sketch => ({
  operations: Array.from({ length: services }, (_, at): SketchOperation => ({
    node: name(at), name: 'go', selfMs: at === 63 ? slowMs : 3, failing: at === 63 && slowMs > 3 ? 0.3 : 0.001, ...(at === 0 ? { entryRate: 50 } : {}),
    calls: at % 5 === 4 ? [] : [3 * at + 1, 3 * at + 2, 3 * at + 3].filter((callee) => callee < services).map((callee) => `${name(callee)}|go`),
  })),
});

const dice = makeDice(1);
const panel = makePanel();
const panes = Array.from({ length: 60 }, (_, at) => sketchPane(sketchWith(at < 50 ? 3 : 300), at * 10_000, dice));
const startKeep = process.cpuUsage();
for (const pane of panes) keepInPanel(panel, pane);
const kept = process.cpuUsage(startKeep);
const graph = sketchGraph(sketchWith(3), 600_000);
const finding = { node: 'service:s0', entity: 'service:s0', feature: 'latency_p95', symptom: true, onsetMs: 500_000, lastMs: 590_000 } as unknown as Finding;
const facts = (failing: boolean): Facts => ({
  atMs: 600_000, onsetMs: 500_000, fromMs: 130_000, paneMs: 10_000, graph, symptoms: failing ? [finding, { ...finding, feature: 'error_share' }] : [finding], findings: [], byNode: new Map(), affected: ['service:s0'],
  before: new Map(), after: new Map(), templatesBefore: () => new Map(), templatesAfter: () => new Map(), trafficBefore: () => new Map(), trafficAfter: () => new Map(),
  changes: [{ id: 'c', kind: 'deployment', entity: 'service:s2', atMs: 495_000, what: '1 → 2', from: '1', to: '2' }], dependsOn: () => new Set(graph.nodes.keys()), feeds: () => new Set(),
  touched: () => null, standing: () => ({ byService: new Map(), byRecords: new Map(), places: new Map(), judged: new Set(), zones: new Map() }), hurt: () => 0, load: () => ({ usual: 0, now: 0 }), hostsOf: () => [],
});
const [claim] = byMechanism(facts(false), panel);
process.stdout.write(`${JSON.stringify(claim.evidence)}\n`);
for (const failing of [false, true]) {
  for (let round = 0; round < 30; round++) byMechanism(facts(failing), panel);
  const start = process.cpuUsage();
  const rounds = 100;
  for (let round = 0; round < rounds; round++) byMechanism(facts(failing), panel);
  const { user, system } = process.cpuUsage(start);
  process.stdout.write(`${failing ? 'latency and errors' : 'latency'}: ${((user + system) / 1000 / rounds).toFixed(2)} ms a question; a pane kept in ${((kept.user + kept.system) / 1000 / panes.length).toFixed(3)} ms\n`);
}
