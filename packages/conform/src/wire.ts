/** Protobuf wire format by hand, for what no encoder would write. */
type Piece = Uint8Array | number[];

export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  do {
    const low = Number(rest & 0x7fn);
    rest >>= 7n;
    bytes.push(rest === 0n ? low : low | 0x80);
  } while (rest !== 0n);
  return Buffer.from(bytes);
}

export const tag = (field: number, wireType: number): Buffer => varint((field << 3) | wireType);
export const join = (...pieces: readonly Piece[]): Buffer => Buffer.concat(pieces.map((piece) => (Array.isArray(piece) ? Buffer.from(piece) : piece)));
/** Field of wire type 2: tag, length, content. */
export function bytesField(field: number, ...content: readonly Piece[]): Buffer {
  const body = join(...content);
  return join(tag(field, 2), varint(body.length), body);
}
export const varintField = (field: number, value: number | bigint): Buffer => join(tag(field, 0), varint(value));
export const textField = (field: number, text: string): Buffer => bytesField(field, Buffer.from(text));
export function fixed64Field(field: number, value: bigint): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeBigUInt64LE(BigInt.asUintN(64, value));
  return join(tag(field, 1), bytes);
}
export function fixed32Field(field: number, value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return join(tag(field, 5), bytes);
}

/** A request of one resource and one scope with the item's bytes: field numbers are the same for all signals. */
export const envelope = (item: Piece, resource: Piece = []): Buffer => bytesField(1, bytesField(1, resource), bytesField(2, bytesField(2, item)));
