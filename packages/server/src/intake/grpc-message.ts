import { CodedError } from '../errors.ts';

/** gRPC's length-prefixed message: one byte that says whether it is compressed, four of length, the message. */
export const framePrefixBytes = 5;

export function writeFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(framePrefixBytes + message.length);
  frame[0] = 0;
  frame.writeUInt32BE(message.length, 1);
  frame.set(message, framePrefixBytes);
  return frame;
}

/** Refuses by the prefix alone, so that a message beyond the limit is not waited for. */
export function checkFrame(head: Buffer, bytesMax: number): void {
  if (head[0] > 1) throw new CodedError('bad_framing', `compressed flag ${head[0]}`);
  if (head.readUInt32BE(1) > bytesMax) throw new CodedError('too_large', `${head.readUInt32BE(1)} of ${bytesMax} bytes`);
}

/** The one message of a unary call. Throws `bad_framing` unless there is exactly one, whole. */
export function readFrame(body: Buffer): { readonly isCompressed: boolean; readonly message: Buffer } {
  if (body.length < framePrefixBytes) throw new CodedError('bad_framing', `${body.length} bytes`);
  const length = body.readUInt32BE(1);
  if (body[0] > 1) throw new CodedError('bad_framing', `compressed flag ${body[0]}`);
  if (body.length - framePrefixBytes < length) throw new CodedError('bad_framing', `${length} bytes announced, ${body.length - framePrefixBytes} sent`);
  if (body.length - framePrefixBytes > length) throw new CodedError('bad_framing', 'more than one message');
  return { isCompressed: body[0] === 1, message: body.subarray(framePrefixBytes) };
}

/** grpc-message: printable ASCII as it is, everything else as %XX of its UTF-8 bytes. */
export function percentEncode(text: string): string {
  let out = '';
  for (const byte of Buffer.from(text)) out += byte >= 0x20 && byte <= 0x7e && byte !== 0x25 ? String.fromCharCode(byte) : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
  return out;
}
