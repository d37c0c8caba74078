// `node trainer/windows.ts --out <folder> [--seed 1] [--services 600] [--simulations 4]`
// Writes the windows that the autoencoder is trained and measured on, standardised by the engine's own code, so that training
// sees what serving sees. Parts, all on seeds of their own: train (quiet only; made-up services and simulated systems), choose
// (for hyper-parameters and the rule), test (made-up services, held out), field (simulated systems with faults, held out).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { faultKinds as simulatedKinds } from '@clew/simulator';
import { inputFloats, slotCount, slots, windowPanes } from '../packages/engine/src/detect/autoencoder/slots.ts';
import { fillInput, makeWindow, writePane } from '../packages/engine/src/detect/autoencoder/windows.ts';
import type { Window } from '../packages/engine/src/detect/autoencoder/windows.ts';
import { makeDice } from './random.ts';
import { faultKinds, makeService } from './service.ts';
import type { Fault } from './service.ts';
import { faultIn, watchSimulation } from './simulated.ts';

const { values: asked } = parseArgs({ options: { out: { type: 'string' }, seed: { type: 'string', default: '1' }, services: { type: 'string', default: '600' }, simulations: { type: 'string', default: '4' } } });
if (asked.out === undefined) throw new Error('--out <folder> is missing');
const out = asked.out;
mkdirSync(out, { recursive: true });

/** Panes before the first window is taken, at least: a young service is part of the world. */
const warmPanes = 40;
const everyPanes = 13;
/** Simulated systems live 45 minutes only, so their windows lie closer together. */
const simulatedEveryPanes = 5;
const simulation = { services: 60, spansPerSecond: 150 };
const simulatedFaults = 14;

/** `kinds` per window: -1 quiet, else the index of the fault whose panes the newest pane lies in. Windows soon after a fault are left out. */
class Part {
  readonly #rows: Float32Array[] = [];
  readonly #kinds: number[] = [];

  add(window: Window, kind: number): void {
    const row = new Float32Array(inputFloats);
    fillInput(window, row, 0);
    this.#rows.push(row);
    this.#kinds.push(kind);
  }

  write(name: string): void {
    const inputs = new Float32Array(this.#rows.length * inputFloats);
    this.#rows.forEach((row, index) => inputs.set(row, index * inputFloats));
    writeFileSync(join(out, `${name}.f32`), new Uint8Array(inputs.buffer));
    writeFileSync(join(out, `${name}.kinds`), new Uint8Array(Int8Array.from(this.#kinds).buffer));
    process.stdout.write(`${name}: ${this.#rows.length} windows of ${windowPanes} × ${slotCount}, ${this.#kinds.filter((kind) => kind >= 0).length} in a fault\n`);
  }
}

const seed = Number(asked.seed) * 1_000_000;
const services = Number(asked.services);
const simulations = Number(asked.simulations);
const [train, choose, test, field] = Array.from({ length: 4 }, () => new Part());
for (let index = 0; index < simulations; index++) simulateQuiet(train, seed + 900_000 + index);
makeUp(train, seed, services, false);
train.write('train');
makeUp(choose, seed + 300_000, Math.round(services / 4), true);
choose.write('choose');
makeUp(test, seed + 600_000, Math.round(services / 2), true);
test.write('test');
writeAbout();
if (simulations > 0) {
  simulateFaults(field, seed + 950_000);
  field.write('field');
}

function writeAbout(): void {
  const faultKindsOf = { test: faultKinds, ...(simulations > 0 && { field: simulatedKinds.map(({ kind }) => kind) }) };
  const about = { source: 'made-up services and simulated systems', seed: Number(asked.seed), services, simulations, simulation, windowPanes, slots: slots.map((slot) => slot.name), faultKinds: faultKindsOf };
  writeFileSync(join(out, 'windows.json'), JSON.stringify(about, null, 1));
}

function makeUp(part: Part, from: number, count: number, withFaults: boolean): void {
  for (let index = 0; index < count; index++) {
    const dice = makeDice(from + index);
    const panes = Math.round(dice.scale(150, 1500));
    const fault = withFaults && index % 2 === 0 ? drawFault(dice, index >> 1, panes) : null;
    const window = makeWindow('service:made-up');
    makeService(from + 100_000 + index, panes, fault).forEach(({ values, weights }, pane) => {
      const ranks = Int8Array.from(values, (value) => (Number.isNaN(value) ? -1 : 0));
      writePane(window, { entity: window.entity, values, weights, ranks }, pane * 10_000, 10, true);
      const inFault = fault !== null && pane >= fault.from + 1 && pane < fault.to;
      const isAfter = fault !== null && pane >= fault.from && !inFault && pane < fault.to + 3 * windowPanes;
      if (pane < warmPanes || isAfter || pane % (inFault ? 2 : everyPanes) !== 0) return;
      part.add(window, inFault ? faultKinds.indexOf(fault.kind) : -1);
    });
  }
}

function drawFault(dice: ReturnType<typeof makeDice>, index: number, panes: number): Fault {
  const from = Math.floor(dice.between(0.5, 0.9) * panes);
  return { kind: faultKinds[index % faultKinds.length], from, to: Math.min(panes, from + 6 + Math.floor(dice.uniform() * 18)), strength: dice.scale(0.5, 4) };
}

function simulateQuiet(part: Part, from: number): void {
  watchSimulation({ ...simulation, seed: from, minutes: 45 }, (window, startMs) => {
    if (window.panes >= warmPanes && window.lastMs === startMs && (startMs / 10_000) % simulatedEveryPanes === 0) part.add(window, -1);
  });
}

function simulateFaults(part: Part, from: number): void {
  const dice = makeDice(from);
  const names = simulatedKinds.map((kind) => kind.kind);
  const drawn = Array.from({ length: simulatedFaults }, (_, index) => names[(Math.floor(dice.uniform() * names.length) + index) % names.length]);
  watchSimulation({ ...simulation, seed: from, faults: drawn }, (window, startMs, truth) => {
    if (window.panes < warmPanes || window.lastMs !== startMs) return;
    const kind = faultIn(truth, window.entity, startMs);
    if (kind === null || (startMs / 10_000) % (kind === '' ? everyPanes : 2) !== 0) return;
    part.add(window, kind === '' ? -1 : names.indexOf(kind));
  });
}
