/** What GET /access answers: who may come in, and by which door. No secret and no hash is in it. */

export type KeyScope = 'ingest' | 'api' | 'all';

/** What one key may send: rates with ten seconds of burst, and what may be distinct in an hour. null: no limit. */
export interface KeyQuota {
  readonly itemsPerSecond: number | null;
  readonly bytesPerSecond: number | null;
  readonly services: number | null;
  readonly series: number | null;
  readonly attributes: number | null;
}

export interface AccessKey {
  readonly name: string;
  readonly scope: KeyScope;
  readonly createdMs: number;
  readonly revokedMs: number | null;
  readonly lastUsedMs: number | null;
  /** Newest first; `expiresMs` is the end of the overlap after a rotation. */
  readonly secrets: readonly { readonly id: string; readonly createdMs: number; readonly expiresMs: number | null }[];
  readonly quota: KeyQuota;
}

export interface AccessDoor {
  /** `otlp`: gRPC and HTTP, whichever comes. */
  readonly serves: 'otlp' | 'console';
  readonly address: string;
  readonly tls: boolean;
  readonly clientCertificates: boolean;
  readonly loopback: boolean;
}

export interface AccessCertificate { readonly subject: string; readonly issuer: string; readonly fromMs: number; readonly toMs: number }

export interface AccessResponse {
  readonly doors: readonly AccessDoor[];
  /** null without TLS. */
  readonly certificate: AccessCertificate | null;
  /** Whether anything is asked for. */
  readonly needed: { readonly ingest: boolean; readonly api: boolean };
  /** The one token for all is set. */
  readonly hasToken: boolean;
  readonly keys: readonly AccessKey[];
  readonly corsOrigins: readonly string[];
}
