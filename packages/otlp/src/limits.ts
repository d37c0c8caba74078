/** What one request may cost. Beyond `valueDepth` an item is refused; beyond the others the whole request is. */
export interface ReadLimits {
  /** Arrays and maps inside one another in an attribute value or a log body; a plain value has depth 0. */
  readonly valueDepth: number;
  /** Spans, log records or data points, kept and refused together. */
  readonly itemsPerRequest: number;
  /** Attributes of all items, resources and scopes. A real attribute takes 10 bytes or more, an empty one 2. */
  readonly attributesPerRequest: number;
  /** Entries of all tables of a profiles dictionary; an empty entry takes 2 bytes. */
  readonly dictionaryEntriesPerRequest: number;
  /** Bytes that strings of a profiles dictionary take where they are put in the place of their indexes: one string may be named a million times. */
  readonly resolvedBytesPerRequest: number;
}

export const defaultReadLimits: ReadLimits = { valueDepth: 64, itemsPerRequest: 1_000_000, attributesPerRequest: 4_000_000, dictionaryEntriesPerRequest: 4_000_000, resolvedBytesPerRequest: 64 * 1024 * 1024 };

/** The walkers are recursive: a greater `valueDepth` than this is read as this. */
export const valueDepthMax = 100;

/** Groups of unknown fields inside one another; nobody has sent groups since proto2. */
export const groupDepthMax = 32;
