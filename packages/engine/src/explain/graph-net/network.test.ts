import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { graphNetModel, openGraphArrays } from './graph-net.ts';
import { edgeColumns } from './edge-vector.ts';
import { nodeColumns } from './node-vector.ts';
import { trained } from './weights.ts';

const golden = JSON.parse(readFileSync(new URL('./fixture/golden.json', import.meta.url), 'utf8')) as { inputs: [number, number][][]; outputs: number[][] };
const rows = golden.inputs.map((sparse) => {
  const row = new Float32Array(graphNetModel.inputFloats);
  for (const [at, value] of sparse) row[at] = value;
  return row;
});
const nodeFloats = 1 + nodeColumns.length;
const edgesFrom = trained.nodesMax * nodeFloats;
const edgeFloats = 3 + edgeColumns.length;

describe('the graph network in typed arrays', () => {
  test('was trained for the columns that graphs have', () => {
    expect(trained.nodeColumns).toEqual(nodeColumns);
    expect(trained.edgeColumns).toEqual(edgeColumns);
  });

  test('tells what PyTorch told, to 1e-5, one by one and many at once', () => {
    const inputs = new Float32Array(rows.length * graphNetModel.inputFloats);
    for (const [index, row] of rows.entries()) inputs.set(row, index * graphNetModel.inputFloats);
    const together = openGraphArrays().run(inputs, rows.length);
    for (const [index, row] of rows.entries()) {
      const alone = openGraphArrays().run(row, 1);
      for (const [place, share] of golden.outputs[index].entries()) {
        expect(Math.abs((alone?.[place] ?? Number.NaN) - share)).toBeLessThan(1e-5);
        expect(together?.[index * graphNetModel.outputFloats + place]).toBe(alone?.[place]);
      }
    }
  });

  test('shares sum to 1, and places without a node have none', () => {
    for (const row of rows) {
      const shares = openGraphArrays().run(row, 1) ?? new Float32Array();
      expect(shares.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 5);
      for (let place = 0; place < trained.nodesMax; place++) if (row[place * nodeFloats] === 0) expect(shares[place]).toBe(0);
    }
  });

  test('does not care in which places nodes and edges stand', () => {
    const [row] = rows;
    const swap = (place: number): number => trained.nodesMax - 1 - place;
    const moved = new Float32Array(row.length);
    for (let place = 0; place < trained.nodesMax; place++) moved.set(row.subarray(place * nodeFloats, (place + 1) * nodeFloats), swap(place) * nodeFloats);
    for (let edge = 0; edge < trained.edgesMax; edge++) {
      const own = row.slice(edgesFrom + edge * edgeFloats, edgesFrom + (edge + 1) * edgeFloats);
      if (own[0] === 1) own.set([swap(own[1]), swap(own[2])], 1);
      moved.set(own, edgesFrom + (trained.edgesMax - 1 - edge) * edgeFloats);
    }
    const told = Array.from(openGraphArrays().run(row, 1) ?? []);
    const again = openGraphArrays().run(moved, 1) ?? new Float32Array();
    for (let place = 0; place < trained.nodesMax; place++) expect(Math.abs(again[swap(place)] - told[place])).toBeLessThan(1e-5);
  });
});
