/** Why single items of a request are refused that the quota of its key has no room for; the rest is kept. */
export const quotaReasons = {
  'quota.services': { what: 'the key has sent as many services in this hour as its quota has', next: 'Send fewer services with this key, or raise its quota with clew keys limit --services.' },
  'quota.series': { what: 'the key has sent as many metric series in this hour as its quota has', next: 'Take attributes with many values out of the metrics, or raise the quota with clew keys limit --series.' },
  'quota.attributes': { what: 'the key has sent as many attribute keys in this hour as its quota has', next: 'Take what varies out of the names of attributes, or raise the quota with clew keys limit --attributes.' },
} as const;

export type QuotaReason = keyof typeof quotaReasons;

/** Rows of a batch that there is no room for. */
export interface Overflow {
  /** 1 where the row goes. */
  readonly rows: Uint8Array;
  readonly reasons: ReadonlyMap<QuotaReason, number>;
}
