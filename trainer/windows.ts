// `node trainer/windows.ts --out <folder> [--seed 1] [--services 600]`
// Writes the training windows: made-up services, standardised by the engine's own code, so that training sees what serving sees.
// Three parts on seeds of their own: train (quiet only), choose (quiet and faults; for hyper-parameters and the rule), test (held out).
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { inputFloats, slotCount, slots, windowPanes } from '../packages/engine/src/detect/autoencoder/slots.ts';
import { fillInput, makeWindow, writePane } from '../packages/engine/src/detect/autoencoder/windows.ts';
import { makeDice } from './random.ts';
import { faultKinds, makeService } from './service.ts';
import type { Fault } from './service.ts';

const { values: asked } = parseArgs({ options: { out: { type: 'string' }, seed: { type: 'string', default: '1' }, services: { type: 'string', default: '600' } } });
if (asked.out === undefined) throw new Error('--out <folder> is missing');
const out = asked.out;
mkdirSync(out, { recursive: true });

/** Panes before the first window is taken, at least: a young service is part of the world. */
const warmPanes = 40;
const everyPanes = 13;

interface Part { readonly inputs: Float32Array; readonly kinds: Int8Array; readonly count: number }

const seed = Number(asked.seed) * 1_000_000;
const services = Number(asked.services);
writePart('train', makePart(seed, services, false));
writePart('choose', makePart(seed + 300_000, Math.round(services / 4), true));
writePart('test', makePart(seed + 600_000, Math.round(services / 2), true));
writeFileSync(join(out, 'windows.json'), JSON.stringify({ source: 'generated', seed: Number(asked.seed), services, windowPanes, slots: slots.map((slot) => slot.name), faultKinds }, null, 1));

/** `kinds` per window: -1 quiet, else the index of the fault whose panes the newest pane lies in. Windows soon after a fault are left out. */
function makePart(from: number, count: number, withFaults: boolean): Part {
  const rows: Float32Array[] = [];
  const kinds: number[] = [];
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
      const row = new Float32Array(inputFloats);
      fillInput(window, row, 0);
      rows.push(row);
      kinds.push(inFault ? faultKinds.indexOf(fault.kind) : -1);
    });
  }
  const inputs = new Float32Array(rows.length * inputFloats);
  rows.forEach((row, index) => inputs.set(row, index * inputFloats));
  return { inputs, kinds: Int8Array.from(kinds), count: rows.length };
}

function drawFault(dice: ReturnType<typeof makeDice>, index: number, panes: number): Fault {
  const from = Math.floor(dice.between(0.5, 0.9) * panes);
  return { kind: faultKinds[index % faultKinds.length], from, to: Math.min(panes, from + 6 + Math.floor(dice.uniform() * 18)), strength: dice.scale(0.5, 4) };
}

function writePart(name: string, part: Part): void {
  writeFileSync(join(out, `${name}.f32`), new Uint8Array(part.inputs.buffer));
  writeFileSync(join(out, `${name}.kinds`), new Uint8Array(part.kinds.buffer));
  const faulty = part.kinds.filter((kind) => kind >= 0).length;
  process.stdout.write(`${name}: ${part.count} windows of ${windowPanes} × ${slotCount}, ${faulty} in a fault\n`);
}
