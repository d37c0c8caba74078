/** gRPC's length-prefixed messages. */
export const frame = (message: Uint8Array, isCompressed = false, declaredBytes = message.length): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix[0] = isCompressed ? 1 : 0;
  prefix.writeUInt32BE(declaredBytes, 1);
  return Buffer.concat([prefix, message]);
};

export interface Frame { readonly isCompressed: boolean; readonly message: Buffer }

/** Null where the bytes are not a whole number of messages. */
export function readFrames(bytes: Buffer): readonly Frame[] | null {
  const frames: Frame[] = [];
  for (let at = 0; at < bytes.length;) {
    if (at + 5 > bytes.length) return null;
    const end = at + 5 + bytes.readUInt32BE(at + 1);
    if (end > bytes.length) return null;
    frames.push({ isCompressed: bytes[at] !== 0, message: bytes.subarray(at + 5, end) });
    at = end;
  }
  return frames;
}

export const grpcCodes = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED', 'RESOURCE_EXHAUSTED',
  'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
] as const;
export type GrpcCode = (typeof grpcCodes)[number];
