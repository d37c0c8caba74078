import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Observation, Pane, TrainedModel } from '../../model/index.ts';
import { openArrays } from './arrays.ts';
import { judgeWindow, openAutoencoder } from './autoencoder.ts';
import type { Autoencoder, Judged } from './autoencoder.ts';
import { slotCount } from './slots.ts';
import { makeWindow } from './windows.ts';

/** A service at a steady trot: the noise is a fixed pattern. `factor`: of CPU. */
function observe(entity: string, index: number, cpuFactor = 1): Observation[] {
  const wave = (period: number): number => 1 + 0.05 * Math.sin(index * period);
  const of = (feature: string, value: number, weight: number): Observation => ({ series: `${entity} ${feature} `, entity, node: entity, feature, subject: '', scale: 'gauge', unit: '', value, weight, symptom: false, exemplars: [] });
  return [
    of('request_rate', 40 * wave(1.1), 400), of('error_share', 0.01 * wave(2.3), 400), of('latency_p50', 20 * wave(1.7), 400), of('latency_p95', 80 * wave(0.9), 400),
    of('cpu_usage', 0.8 * cpuFactor * wave(1.9), 1), of('memory_usage', 5e8 * wave(0.3), 1),
  ];
}
function pane(index: number, observations: Observation[]): Pane {
  return { startMs: index * 10_000, endMs: (index + 1) * 10_000, observations, red: new Map(), attributions: [], templates: [], changes: [] };
}
const options = { paneMs: 10_000, services: 10 };
const never = (): boolean => false;

function run(autoencoder: Autoencoder, from: number, to: number, cpuFactor = 1): readonly Judged[] {
  let last: readonly Judged[] = [];
  for (let index = from; index < to; index++) last = autoencoder.step(pane(index, observe('service:a', index, cpuFactor)), never);
  return last;
}

describe('the autoencoder', () => {
  test('is unknown for two minutes, then quiet, and loud when the CPU leaves the traffic, and says that it is the CPU', () => {
    const autoencoder = openAutoencoder(options);
    expect(run(autoencoder, 0, 11)[0].score).toBeNaN();
    const [quiet] = run(autoencoder, 11, 120);
    expect(quiet.score).toBeLessThan(1.5);
    const [loud] = run(autoencoder, 120, 126, 2.5);
    expect(loud.score).toBeGreaterThan(2 * quiet.score);
    expect(loud.contributors[0].feature).toBe('cpu_usage');
  });

  test('goes on from what it saved exactly where it was', () => {
    const whole = openAutoencoder(options);
    run(whole, 0, 50);
    const resumed = openAutoencoder(options, structuredClone(whole.save()));
    expect(run(resumed, 50, 60, 2)).toEqual(run(whole, 50, 60, 2));
  });

  test('is unknown, counted, and not normal when the model does not answer', () => {
    const silent: TrainedModel = { ...openArrays(), run: () => null };
    const autoencoder = openAutoencoder({ ...options, model: silent });
    const [row] = run(autoencoder, 0, 20);
    expect(row.score).toBeNaN();
    expect(row.contributors).toEqual([]);
    expect(autoencoder.counters()['autoencoder_unanswered']).toBe(9);
  });

  test('is unknown of a service that is silent, and forgets it after a day', () => {
    const autoencoder = openAutoencoder(options);
    run(autoencoder, 0, 30);
    expect(autoencoder.step(pane(30, []), never)[0].score).toBeNaN();
    autoencoder.step(pane(30 + 9_400, []), never);
    expect(autoencoder.counters()['autoencoder_services']).toBe(0);
  });

  test('follows no more services than it may, and counts the rest', () => {
    const autoencoder = openAutoencoder({ ...options, services: 1 });
    autoencoder.step(pane(0, [...observe('service:a', 0), ...observe('service:b', 0)]), never);
    expect(autoencoder.counters()).toMatchObject({ autoencoder_services: 1, autoencoder_refused: 1 });
  });

  test('judges many services as it judges each alone', () => {
    const together = openAutoencoder({ ...options, services: 700 });
    const alone = openAutoencoder(options);
    let rows: readonly Judged[] = [];
    for (let index = 0; index < 13; index++) rows = together.step(pane(index, Array.from({ length: 515 }, (_, service) => observe(`service:${service === 400 ? 'a' : service}`, index)).flat()), never);
    expect(rows).toHaveLength(515);
    expect(rows.find((row) => row.entity === 'service:a')).toEqual(run(alone, 0, 13)[0]);
  });

  test('learns nothing of what is normal while a service is in trouble', () => {
    const learning = openAutoencoder(options);
    const frozen = openAutoencoder(options);
    run(learning, 0, 60);
    run(frozen, 0, 60);
    const level = (autoencoder: Autoencoder): number => (autoencoder.save() as { windows: Map<string, { scaler: { level: Float64Array } }> }).windows.get('service:a')?.scaler.level[4] ?? Number.NaN;
    const before = level(frozen);
    for (let index = 60; index < 80; index++) frozen.step(pane(index, observe('service:a', index, 2)), () => true);
    run(learning, 60, 80, 2);
    expect(level(frozen)).toBe(before);
    expect(level(learning)).not.toBe(before);
  });
});

test('the score is that of the rule in trainer/score.py, to 1e-5, on what PyTorch told', () => {
  const golden = JSON.parse(readFileSync(new URL('./fixture/golden.json', import.meta.url), 'utf8')) as { inputs: number[][]; outputs: number[][]; scores: number[] };
  const scores = golden.inputs.map((input, index) => {
    const window = makeWindow('service:a');
    window.values.forEach((_, at) => {
      const from = Math.floor(at / slotCount) * 2 * slotCount + (at % slotCount);
      window.values[at] = input[from + slotCount] === 1 ? input[from] : Number.NaN;
    });
    return judgeWindow(window, Float32Array.from(golden.outputs[index]), 0).score;
  });
  scores.forEach((score, index) => expect(Math.abs(score - golden.scores[index])).toBeLessThan(1e-5));
});
