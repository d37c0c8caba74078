/** Where a batch takes the memory from that it keeps alive. It is shared, so that posting a batch to several threads copies nothing. */
export interface Memory {
  /** At least so many bytes, whatever stands in them. */
  take(bytes: number): SharedArrayBuffer;
  /** True where the request stands at the start of memory that was taken for it, with room for `padBytes` behind it: then it is read where it is. */
  holds(request: Uint8Array): boolean;
}

/** A varint takes at most 10 bytes. So many are kept free behind a request. */
export const padBytes = 16;

/** New memory each time. */
export const freshMemory: Memory = { take: (bytes) => new SharedArrayBuffer(bytes), holds: () => false };
