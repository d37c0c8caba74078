import { readFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { Facts } from '../../packages/engine/src/explain/facts.ts';
import type { Contrast } from '../../packages/engine/src/explain/contrast.ts';
import { explainLimits } from '../../packages/engine/src/explain/limits.ts';
import type { Tally, Traffic } from '../../packages/engine/src/explain/memory.ts';
import type { Around } from '../../packages/engine/src/explain/graph-net/graph-of.ts';
import type { Change, EntityId } from '../../packages/engine/src/model/index.ts';

/** One ranking as it was made, with all that the network may look at, and what was true. */
export interface Recorded {
  readonly system: string;
  readonly services: number;
  readonly fault: string;
  readonly kind: string;
  readonly twist: string;
  /** The cause itself can be seen in the telemetry. */
  readonly inside: boolean;
  /** From the fault's onset. */
  readonly atS: number;
  /** What is to blame, of every fault that lasts. */
  readonly truth: readonly string[];
  readonly around: KeptAround;
  readonly latency: Contrast;
  readonly errors: Contrast;
  /** What the fusion made of it: its candidates and their shares, and that of *unknown*. */
  readonly fused: { readonly entities: readonly EntityId[]; readonly shares: readonly number[]; readonly unknown: number };
}

/** Facts as plain data: what is a function there is its answer here. */
type KeptAround = Omit<Around, 'trafficBefore' | 'trafficAfter'> & { readonly trafficBefore: ReadonlyMap<EntityId, Traffic>; readonly trafficAfter: ReadonlyMap<EntityId, Traffic> };

export function keepAround(facts: Facts): KeptAround {
  const { atMs, onsetMs, paneMs, graph, affected, before, after, changes } = facts;
  return {
    atMs, onsetMs, paneMs, affected, graph: { nodes: new Map(graph.nodes), edges: new Map(graph.edges) },
    byNode: new Map([...facts.byNode].map(([node, findings]) => [node, findings.map((finding) => ({ ...finding, votes: [], contributors: [], exemplars: [] }))])),
    before: withoutTraces(before), after: withoutTraces(after), trafficBefore: facts.trafficBefore(), trafficAfter: facts.trafficAfter(),
    changes: changes.filter(({ atMs: changedMs }: Change) => changedMs >= onsetMs - explainLimits.changeWindowMs),
  };
}

function withoutTraces(tallies: ReadonlyMap<EntityId, Tally>): Map<EntityId, Tally> {
  return new Map([...tallies].map(([operation, each]) => [operation, { ...each, slowest: [], typical: [], origins: new Map([...each.origins].map(([key, origin]) => [key, { ...origin, exemplars: [] }])) }]));
}

export function keepContrast({ gains, requests }: Contrast): Contrast {
  return { requests, gains: gains.map((gain) => ({ ...gain, traces: [], baselineTraces: [] })) };
}

export function aroundOf({ around }: Recorded): Around {
  return { ...around, trafficBefore: () => around.trafficBefore, trafficAfter: () => around.trafficAfter };
}

export function packed(rankings: readonly Recorded[]): Buffer {
  return gzipSync(serialize(rankings), { level: 4 });
}

export function readRecorded(path: string): Recorded[] {
  return deserialize(gunzipSync(readFileSync(path))) as Recorded[];
}

