import type { EngineSettings, Finding, Notice } from '@clew/engine';
import { join } from 'node:path';
import { readCheckpoint } from '../views/checkpoint.ts';

/** Findings that may have been marked, as the engine knows them: what a verdict is about, once only its id is left. */
export type KnownFinding = Pick<Finding, 'id' | 'series' | 'node' | 'onsetMs' | 'detectedMs' | 'lastMs' | 'verdict' | 'entity' | 'feature' | 'subject' | 'text' | 'detectors'>;

/** What a person said of a finding that we still know. */
export interface Mark { readonly finding: KnownFinding; readonly verdict: 'real' | 'noise' }

/** Findings out of the engine's checkpoint in a data folder; none when there is no checkpoint that can be read. */
export async function readKnownFindings(dataFolder: string, settings: EngineSettings): Promise<KnownFinding[]> {
  const read = await readCheckpoint(join(dataFolder, 'engine', 'checkpoint'));
  if (read === null || read === 'damaged') return [];
  const { openEngine } = await import('@clew/engine');
  try {
    return openEngine(settings, (read.value as { readonly state: unknown }).state).world().findings.map(toKnown);
  } catch {
    // A state of another version: the verdicts in the log are then counted as being about findings that are not known.
    return [];
  }
}

export function toKnown({ id, series, node, onsetMs, detectedMs, lastMs, verdict, entity, feature, subject, text, detectors }: Finding): KnownFinding {
  return { id, series, node, onsetMs, detectedMs, lastMs, verdict, entity, feature, subject, text, detectors };
}

/** The newest word about each finding: of the log, else what the finding itself carries. */
export function gatherMarks(known: readonly KnownFinding[], notices: Iterable<Notice>): { readonly marks: readonly Mark[]; readonly unknown: number } {
  const byId = new Map(known.map((finding) => [finding.id, finding]));
  const words = new Map(known.map(({ id, verdict }) => [id, verdict]));
  for (const notice of notices) if (notice.kind === 'finding_verdict') words.set(notice.finding, notice.verdict);
  const marks: Mark[] = [];
  let unknown = 0;
  for (const [id, verdict] of words) {
    const finding = byId.get(id);
    if (verdict === null) continue;
    if (finding === undefined) unknown++;
    else marks.push({ finding, verdict });
  }
  return { marks, unknown };
}
