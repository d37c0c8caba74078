import { detectors, features, wordsOf } from '@clew/engine/tables';
import type { DetectorRow, FeatureRow } from './types.ts';

/** The engine's tables as people read them: the same rows as docs/features.md and docs/detectors.md. */
export const featureRows: readonly FeatureRow[] = features.map(({ id, definition, expression, signal, entities, unit, subject, window, late, role }) => ({
  id, definition, expression: wordsOf(expression), signal, entities, unit, subject, window, late, role,
}));

export const detectorRows: readonly DetectorRow[] = detectors.map(({ id, looksAt, method, opens, blindTo }) => ({ id, looksAt, method, opens, blindTo }));

/** Detectors of this list that there are not; `null` stands for all. */
export function unknownDetectors(ids: readonly string[] | null): readonly string[] {
  return (ids ?? []).filter((id) => !detectors.some((detector) => detector.id === id));
}
