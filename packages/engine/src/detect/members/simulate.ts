import { makeDice } from './dice.ts';
import type { Dice } from './dice.ts';

/**
 * Made-up series with planted events, for what is learned about all series at once (weights.ts) and for tests. The kinds follow
 * from how services behave, not from any public data set: every combination of a rhythm, a noise and an event may come.
 */
export interface Simulated {
  readonly atMs: readonly number[];
  readonly values: readonly number[];
  /** First and last index of each event. */
  readonly events: readonly (readonly [number, number])[];
}

const dayMs = 86_400_000;
const intervalsMs = [60_000, 300_000, 900_000, 3_600_000] as const;

export function simulate(seed: number, points: number): Simulated {
  const dice = makeDice(seed);
  const stepMs = pick(dice, intervalsMs);
  const startMs = Math.floor(dice.uniform() * 365) * dayMs;
  const atMs = Array.from({ length: points }, (_, index) => startMs + index * stepMs);
  const rhythm = pick(dice, rhythms)(dice);
  const noise = pick(dice, noises)(dice);
  const wander = wandering(dice);
  const clean = atMs.map((at) => rhythm(at / dayMs) * wander());
  const values = clean.map((base) => noise(base));
  const events: [number, number][] = [];
  const count = 1 + Math.floor(dice.uniform() * 3);
  for (let event = 0; event < count; event++) {
    const from = Math.floor(points * (0.25 + (0.7 * (event + dice.uniform())) / count));
    const to = Math.min(points - 1, from + Math.floor(3 + dice.uniform() ** 2 * 250));
    pick(dice, faults)(dice, values, clean, from, to);
    events.push([from, to]);
  }
  return { atMs, values, events };
}

/** What no model explains: every series rises and falls by itself, over hours or days. Nothing to tell anybody. */
function wandering(dice: Dice): () => number {
  const keep = 1 - 1 / (100 + 1500 * dice.uniform());
  const size = 0.3 * dice.uniform() * Math.sqrt(1 - keep * keep);
  let level = 0;
  return () => Math.exp((level = keep * level + size * dice.normal()));
}

type Rhythm = (day: number) => number;
const rhythms: readonly ((dice: Dice) => Rhythm)[] = [
  () => () => 50,
  (dice) => {
    const depth = 10 + 30 * dice.uniform();
    const phase = dice.uniform();
    return (day) => 50 + depth * Math.sin(2 * Math.PI * (day + phase));
  },
  (dice) => {
    const depth = 10 + 30 * dice.uniform();
    const rest = 0.3 + 0.5 * dice.uniform();
    return (day) => (60 + depth * Math.sin(2 * Math.PI * day)) * ((Math.floor(day) + 3) % 7 < 5 ? 1 : rest);
  },
  (dice) => {
    const from = dice.uniform() * 0.5;
    return (day) => (day % 1 > from && day % 1 < from + 0.4 ? 80 : 30);
  },
  (dice) => {
    const period = 0.02 + 0.2 * dice.uniform();
    return (day) => 30 + 40 * ((day / period) % 1);
  },
];

type Noise = (base: number) => number;
const noises: readonly ((dice: Dice) => Noise)[] = [
  (dice) => {
    const size = 0.5 + 4 * dice.uniform();
    return (base) => base + size * dice.normal();
  },
  (dice) => {
    const keep = 0.7 + 0.29 * dice.uniform();
    const size = 2 * Math.sqrt(1 - keep * keep) * (0.5 + 2 * dice.uniform());
    let value = 0;
    return (base) => base + (value = keep * value + size * dice.normal());
  },
  (dice) => {
    const share = 0.02 + dice.uniform();
    return (base) => dice.poisson(share * base);
  },
  (dice) => {
    const size = 0.05 + 0.3 * dice.uniform();
    return (base) => base * Math.exp(size * dice.normal());
  },
  (dice) => {
    const often = 0.002 + 0.02 * dice.uniform();
    return (base) => base + dice.normal() + (dice.uniform() < often ? 60 * Math.exp(0.5 * dice.normal()) : 0);
  },
  (dice) => {
    const often = 0.05 + 0.4 * dice.uniform();
    return (base) => (dice.uniform() < often ? base * Math.exp(0.4 * dice.normal()) : 0);
  },
];

type Fault = (dice: Dice, values: number[], clean: readonly number[], from: number, to: number) => void;
const faults: readonly Fault[] = [
  // One value or a few, far off.
  (dice, values, clean, from) => {
    const factor = 1.5 + 3 * dice.uniform();
    for (let i = from; i < Math.min(from + 3, values.length); i++) values[i] = clean[i] * factor + values[i];
  },
  // Down to nothing.
  (_dice, values, _clean, from, to) => values.fill(0, from, to + 1),
  // A level that stays to the end of the event.
  (dice, values, clean, from, to) => {
    const factor = (0.3 + dice.uniform()) * (dice.uniform() < 0.5 ? -0.7 : 1);
    for (let i = from; i <= to; i++) values[i] += clean[i] * factor;
  },
  // Slow growth.
  (dice, values, clean, from, to) => {
    const factor = 0.5 + 2 * dice.uniform();
    for (let i = from; i <= to; i++) values[i] += (clean[i] * factor * (i - from)) / (to - from + 1);
  },
  // Frozen.
  (_dice, values, _clean, from, to) => values.fill(values[from], from, to + 1),
  // Nervous.
  (dice, values, clean, from, to) => {
    const size = 0.3 + 0.5 * dice.uniform();
    for (let i = from; i <= to; i++) values[i] += clean[i] * size * dice.normal();
  },
  // Spikes more often than usual.
  (dice, values, clean, from, to) => {
    for (let i = from; i <= to; i++) if (dice.uniform() < 0.25) values[i] += clean[i] * (1 + dice.uniform());
  },
  // The rhythm of another hour.
  (_dice, values, clean, from, to) => {
    const far = Math.floor(values.length / 3);
    for (let i = from; i <= to; i++) values[i] += clean[(i + far) % clean.length] - clean[i];
  },
];

function pick<Item>(dice: Dice, items: readonly Item[]): Item {
  return items[Math.floor(dice.uniform() * items.length)];
}
