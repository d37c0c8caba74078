import { readFileSync, writeFileSync } from 'node:fs';
import { deserialize, serialize } from 'node:v8';
import { zstdCompressSync, zstdDecompressSync } from 'node:zlib';
import type { Edge, Explanation, Graph, Node, Pane } from '@clew/engine';
import type { FaultTruth } from '@clew/simulator';
import type { Alarm } from '../../bench/field/watch.ts';
import type { Question } from '../../packages/engine/src/explain/explain.ts';

/** What one system went through: the panes, the questions that were asked of the explainers, and what was true. Evidence is made from it again, so that it outlives changes of the explainers. */
export interface Episode {
  readonly run: string;
  readonly services: number;
  readonly faults: readonly FaultTruth[];
  readonly panes: readonly Pane[];
  readonly questions: readonly Asked[];
  /** As they were given out when it was recorded. Absent in older recordings. */
  readonly alarms?: readonly Alarm[];
}

export interface Asked {
  readonly atMs: number;
  /** The incident that said the answer; null where it was only asked whether a finding belongs to one. Absent in older recordings. */
  readonly saidBy?: string | null;
  readonly findings: Question['findings'];
  readonly around: Question['around'];
  readonly changes: Question['changes'];
  readonly nodes: readonly Node[];
  readonly edges: readonly Edge[];
  /** By number: the panes that were remembered. */
  readonly panes: readonly number[];
  /** Which of the faults it is about, by number, and all that lasted. */
  readonly fault: number;
  readonly lasting: readonly number[];
  /** As it was answered when it was recorded. */
  readonly answered: Pick<Explanation, 'causes' | 'unknown'>;
}

export function writeEpisode(path: string, episode: Episode): void {
  writeFileSync(path, zstdCompressSync(serialize(episode)));
}

export function readEpisode(path: string): Episode {
  return deserialize(zstdDecompressSync(readFileSync(path))) as Episode;
}

const edgeGapMs = 10 * 60_000;

/** The graph port over what was written down: as features/graph.ts answers. */
export function graphOf({ nodes, edges }: Asked): Graph {
  const neighbours = (own: 'from' | 'to', other: 'from' | 'to', node: string, atMs: number): string[] =>
    (sides[own].get(node) ?? []).filter(({ intervals }) => intervals.some(({ fromMs, toMs }) => fromMs <= atMs && atMs <= toMs + edgeGapMs)).map((edge) => edge[other]).sort();
  const sides = { from: Map.groupBy(edges, ({ from }) => from), to: Map.groupBy(edges, ({ to }) => to) };
  return {
    nodes: new Map(nodes.map((node) => [node.id, node])), edges: new Map(edges.map((edge) => [edge.id, edge])),
    callers: (node, atMs) => neighbours('to', 'from', node, atMs),
    callees: (node, atMs) => neighbours('from', 'to', node, atMs),
    onHost: (host) => nodes.filter((node) => node.hosts.includes(host)).map(({ id }) => id).sort(),
  };
}
