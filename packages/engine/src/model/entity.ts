/** What telemetry is about. An id is readable, stable across restarts and derived from semantic conventions alone. */

export type EntityKind =
  | 'service' | 'operation' | 'edge' | 'instance' | 'host'
  | 'database' | 'queue' | 'external' | 'user';

/**
 * Id grammar, drawn once here:
 *   service:checkout · service:shop/checkout (namespace/name; deployment.environment.name appended as `@env` when set)
 *   database:postgresql/orders · queue:kafka/order-events · external:api.cards.example · host:node-3 · user
 *   instance:<service id without prefix>#<service.instance.id or pod uid>
 *   operation:<service id without prefix>|<span kind>|<operation>
 *   edge:<caller node id>→<callee node id>
 */
export type EntityId = string;

/** Kinds that stand on the service graph. `user` is the virtual caller of entry operations. */
export type NodeKind = 'service' | 'database' | 'queue' | 'external' | 'user';

export interface Node {
  readonly id: EntityId;
  readonly kind: NodeKind;
  /** As people say it: `checkout`, `orders (postgresql)`. Telemetry is untrusted: never HTML. */
  readonly name: string;
  readonly namespace: string;
  readonly environment: string;
  /** db.system.name, messaging.system, or empty. */
  readonly system: string;
  /** telemetry.sdk.language, or empty. */
  readonly language: string;
  /** service.version values seen, newest last, at most `limits.versionsPerService`. */
  readonly versions: readonly string[];
  /** Hosts (host: ids) that its instances run on, by resource identity. */
  readonly hosts: readonly EntityId[];
  readonly firstSeenMs: number;
  readonly lastSeenMs: number;
}

export type EdgeKind = 'call' | 'database' | 'message' | 'external' | 'entry';

/** caller → callee, valid from the first to the last pane in which it was seen; a gap longer than the edge's time to live starts a new interval. */
export interface Edge {
  readonly id: EntityId;
  readonly from: EntityId;
  readonly to: EntityId;
  readonly kind: EdgeKind;
  readonly intervals: readonly { readonly fromMs: number; readonly toMs: number }[];
}
