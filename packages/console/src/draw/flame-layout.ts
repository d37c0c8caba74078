import type { FlameNode } from '../model.ts';

/** Child indexes from the root down: which frame is meant. */
export type FramePath = readonly number[];

export interface Frame {
  readonly path: FramePath;
  readonly name: string;
  readonly value: number;
  readonly self: number;
  /** Left edge and width, 0..1 of what is shown. */
  readonly start: number;
  readonly width: number;
}

export interface FlameRows {
  /** Callers first; the row of the root is the first. */
  readonly rows: readonly (readonly Frame[])[];
  /** Frames that are too narrow or too deep to be drawn. */
  readonly hidden: number;
}

const widthMin = 1 / 1_000;
const depthMax = 128;

/** Rows of frames with the frame at `zoom` over the whole width, its callers above it. */
export function layFlame(root: FlameNode, zoom: FramePath): FlameRows {
  const rows: Frame[][] = [];
  let hidden = 0;
  const put = (depth: number, frame: Frame): void => { (rows[depth] ??= []).push(frame); };
  let at = root;
  for (const [depth, index] of zoom.entries()) {
    put(depth, frameOf(at, zoom.slice(0, depth), 0, 1));
    at = at.children[index] ?? at;
  }
  const lay = (node: FlameNode, path: FramePath, start: number, width: number): void => {
    put(path.length, frameOf(node, path, start, width));
    let left = start;
    for (const [index, child] of node.children.entries()) {
      const share = node.value > 0 ? (width * child.value) / node.value : 0;
      if (share < widthMin || path.length - zoom.length >= depthMax) hidden++;
      else lay(child, [...path, index], left, share);
      left += share;
    }
  };
  lay(at, zoom, 0, 1);
  return { rows, hidden };
}

function frameOf({ name, value, self }: FlameNode, path: FramePath, start: number, width: number): Frame {
  return { path, name, value, self, start, width };
}

export function nodeAt(root: FlameNode, path: FramePath): FlameNode | undefined {
  let at: FlameNode | undefined = root;
  for (const index of path) at = at?.children[index];
  return at;
}

export type Direction = 'caller' | 'callee' | 'wider' | 'narrower';

/** Where a step leads from a frame; the same frame where there is nothing in that direction. */
export function stepFrom(root: FlameNode, path: FramePath, direction: Direction): FramePath {
  const last = path.at(-1);
  const moved = direction === 'caller' ? path.slice(0, -1) : direction === 'callee' ? [...path, 0] : last === undefined ? path : [...path.slice(0, -1), last + (direction === 'wider' ? -1 : 1)];
  return nodeAt(root, moved) === undefined ? path : moved;
}

export interface Hot { readonly name: string; readonly self: number }

/** Functions by what they take themselves, wherever they were called from. */
export function hottest(root: FlameNode, most: number): Hot[] {
  const selfOf = new Map<string, number>();
  const waiting: FlameNode[] = [root];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (node.self !== 0 && node.name !== '') selfOf.set(node.name, (selfOf.get(node.name) ?? 0) + node.self);
    waiting.push(...node.children);
  }
  return [...selfOf].map(([name, self]) => ({ name, self })).sort((a, b) => b.self - a.self || (a.name < b.name ? -1 : 1)).slice(0, most);
}
