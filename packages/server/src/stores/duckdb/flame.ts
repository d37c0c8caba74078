/** A profile's samples as a tree of callers and callees, widest first, and as folded lines (one a stack, as flamegraph.pl reads them). */
import type { FlameNode, StoredFlame } from '@clew/engine';
import type { Int64, Profile, ProfilesDictionary, ProfileSample } from '@clew/otlp';

/** Nodes beyond this are not made: their samples count for the callers that are there, as their own. */
const nodesMax = 50_000;
/** Frames of a stack beyond this many, counted from the outermost caller, are left out; their value is that of the last one kept. */
const framesMax = 512;
const nameCharsMax = 200;

interface Growing { readonly name: string; value: number; self: number; readonly children: Map<string, Growing> }

export interface FlameOf { readonly traceId?: string; readonly spanId?: string }

/** Of the samples that name the span, or the trace, when one is asked for. */
export function flameOf(profile: Profile, dictionary: ProfilesDictionary, wanted: FlameOf): Omit<StoredFlame, 'id' | 'service' | 'timeMs' | 'type' | 'unit'> {
  const names = openNames(dictionary);
  const root: Growing = { name: '', value: 0, self: 0, children: new Map() };
  const folded = new Map<string, number>();
  let nodes = 1;
  let cut = 0;
  let samples = 0;
  for (const sample of profile.samples ?? []) {
    if (!isWanted(sample, dictionary, wanted)) continue;
    samples++;
    const value = valueOf(sample);
    const stack = names.stack(sample.stackIndex ?? 0);
    const line = stack.join(';');
    folded.set(line, (folded.get(line) ?? 0) + value);
    let at = root;
    root.value += value;
    for (const name of stack) {
      let child = at.children.get(name);
      if (child === undefined) {
        if (nodes >= nodesMax) {
          cut++;
          break;
        }
        nodes++;
        child = { name, value: 0, self: 0, children: new Map() };
        at.children.set(name, child);
      }
      child.value += value;
      at = child;
    }
    at.self += value;
  }
  return { samples, root: finished(root), folded: [...folded].map(([line, value]) => `${line === '' ? '(no frames)' : line} ${value}`), cutSamples: cut };
}

/** A sample of timestamps alone counts 1 for each. */
function valueOf({ values, timestampsUnixNano }: ProfileSample): number {
  if (values === undefined || values === null || values.length === 0) return timestampsUnixNano?.length ?? 0;
  return values.reduce((sum: number, value: Int64) => sum + Number(value), 0);
}

function isWanted({ linkIndex }: ProfileSample, { linkTable }: ProfilesDictionary, { traceId, spanId }: FlameOf): boolean {
  if (traceId === undefined && spanId === undefined) return true;
  const link = linkTable?.[linkIndex ?? 0];
  return (traceId === undefined || link?.traceId === traceId) && (spanId === undefined || link?.spanId === spanId);
}

function finished({ name, value, self, children }: Growing): FlameNode {
  return { name, value, self, children: [...children.values()].sort((a, b) => b.value - a.value || (a.name < b.name ? -1 : 1)).map(finished) };
}

/** Names of frames, outermost caller first, each location and stack worked out once. */
function openNames({ stringTable, functionTable, locationTable, mappingTable, stackTable }: ProfilesDictionary) {
  const text = (index: number | null | undefined): string => (stringTable?.[index ?? 0] ?? '').slice(0, nameCharsMax).replaceAll(/[;\n\r]/g, ' ');
  const functionName = (index: number): string => {
    const entry = functionTable?.[index];
    return text(entry?.nameStrindex) || text(entry?.systemNameStrindex) || text(entry?.filenameStrindex);
  };
  const locations = new Map<number, readonly string[]>();
  const location = (index: number): readonly string[] => {
    let known = locations.get(index);
    if (known === undefined) {
      const { lines, address, mappingIndex } = locationTable?.[index] ?? {};
      const file = text(mappingTable?.[mappingIndex ?? 0]?.filenameStrindex).split('/').at(-1) ?? '';
      const bare = `${file === '' ? '' : `${file} `}0x${BigInt(address ?? 0).toString(16)}`;
      // The last line is the outermost caller of what was inlined.
      known = (lines ?? []).length === 0 ? [bare] : (lines ?? []).map((each) => functionName(each.functionIndex ?? 0) || bare).reverse();
      locations.set(index, known);
    }
    return known;
  };
  const stacks = new Map<number, readonly string[]>();
  return {
    stack(index: number): readonly string[] {
      let known = stacks.get(index);
      if (known === undefined) {
        const frames: string[] = [];
        for (const each of (stackTable?.[index]?.locationIndices ?? []).slice(-framesMax).toReversed()) {
          if (frames.length >= framesMax) break;
          frames.push(...location(each).slice(0, framesMax - frames.length));
        }
        known = frames;
        stacks.set(index, known);
      }
      return known;
    },
  };
}
