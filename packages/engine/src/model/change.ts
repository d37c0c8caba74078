import type { EntityId } from './entity.ts';

export type ChangeKind = 'deployment' | 'version' | 'feature_flag' | 'config' | 'scale' | 'restart' | 'kubernetes' | 'other';

/** Something that was done to the system: read from service.version, deployment, feature-flag, config and Kubernetes events. */
export interface Change {
  readonly id: string;
  readonly kind: ChangeKind;
  /** What it touched; null when it names nothing we know. */
  readonly entity: EntityId | null;
  readonly atMs: number;
  /** One line, as sent or put together from data: `2.4.0 → 2.4.1`, `flag new-ranking = on`. Untrusted text. */
  readonly what: string;
  readonly from: string;
  readonly to: string;
}
