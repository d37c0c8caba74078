// `node bench/accuracy/watch-weights.ts [series]`
// Learns how the members of a watch share their false-alarm budget, on simulated series alone, and prints the table for
// packages/engine/src/detect/members/weights.ts. Coordinate ascent on what is planted and found early, less what is told wrongly, with a
// pull to equal shares: simulated series are not the world, and a share must earn its distance from the plain one.
import { judgePanel, learnPanel, makePanel, members } from '../../packages/engine/src/detect/members/panel.ts';
import { simulate } from '../../packages/engine/src/detect/members/simulate.ts';
import { weights as inUse } from '../../packages/engine/src/detect/members/weights.ts';

const points = 4000;
const seedBase = 20_000;
/** An alarm outside of every event costs this share of an event found at once. */
const alarmCost = 0.1;
const sharedPoints = 100;
const worseBy = 1.5;
const pull = 0.004;

interface Case {
  /** Evidence (−log₁₀ p) of each member at each point. */
  readonly evidence: readonly Float32Array[];
  readonly events: readonly (readonly [number, number])[];
}

const cases = Array.from({ length: Number(process.argv[2] ?? 400) }, (_, index) => look(seedBase + index));
let weights = members.map(() => 1 / members.length);
let best = evaluate(weights);
for (let round = 0; round < 4; round++) {
  for (let member = 0; member < members.length; member++) {
    for (const factor of [0.1, 0.3, 0.6, 1.6, 3, 10]) {
      const tried = weights.map((weight, index) => (index === member ? weight * factor : weight));
      const sum = tried.reduce((total, weight) => total + weight, 0);
      const next = tried.map((weight) => Math.min(0.9, Math.max(0.005, weight / sum)));
      const worth = evaluate(next);
      if (worth > best + 1e-4) [best, weights] = [worth, next];
    }
  }
}
const total = weights.reduce((sum, weight) => sum + weight, 0);
process.stdout.write(`${JSON.stringify(Object.fromEntries(members.map(({ id }, index) => [id, Number((weights[index] / total).toFixed(3))])))}\n`);
for (const [index, { id }] of members.entries()) process.stdout.write(`${id} alone ${evaluate(members.map((_, at) => (at === index ? 1 : 1e-9))).toFixed(4)}\n`);
process.stdout.write(`equal shares ${evaluate(members.map(() => 1 / members.length)).toFixed(4)}, the table in use ${evaluate(members.map(({ id }) => inUse[id])).toFixed(4)}, learned ${best.toFixed(4)}\n`);

function look(seed: number): Case {
  const { atMs, values, events } = simulate(seed, points);
  const panel = makePanel(seed, members.map(({ id }) => id));
  const evidence = members.map(() => new Float32Array(points));
  values.forEach((value, index) => {
    const verdict = judgePanel(panel, atMs[index], value);
    verdict.votes.forEach(({ p }, member) => { evidence[member][index] = p === null ? 0 : -Math.log10(Math.max(p, 1e-9)); });
    learnPanel(panel, atMs[index], value, verdict);
  });
  return { evidence, events };
}

/** Best over the level at which an event is told: mean worth of an event. */
function evaluate(shares: readonly number[]): number {
  const gains = shares.map((share) => Math.log10(share));
  const worths = [2, 2.25, 2.5, 2.75, 3].map((level) => {
    let worth = 0;
    let events = 0;
    for (const each of cases) {
      worth += worthOf(each, gains, level);
      events += each.events.length;
    }
    return worth / events;
  });
  const distance = shares.reduce((sum, share) => sum + Math.log(share * shares.length) ** 2, 0) / shares.length;
  return Math.max(...worths) - pull * distance;
}

function worthOf({ evidence, events }: Case, gains: readonly number[], level: number): number {
  const found = new Map<number, number>();
  let alarms = 0;
  let told = 0;
  let quiet = sharedPoints;
  for (let at = Math.floor(points * 0.15); at < points; at++) {
    let most = 0;
    for (let member = 0; member < gains.length; member++) most = Math.max(most, evidence[member][at] + gains[member]);
    quiet++;
    if (most < level || (quiet < sharedPoints && most < told + worseBy)) continue;
    told = most;
    quiet = 0;
    const event = events.findIndex(([from, to]) => at >= from && at <= to + 20);
    if (event < 0) alarms++;
    else if (!found.has(event)) found.set(event, 1 - Math.min(1, (at - events[event][0]) / 100));
  }
  return [...found.values()].reduce((sum, value) => sum + value, 0) - alarmCost * alarms;
}
