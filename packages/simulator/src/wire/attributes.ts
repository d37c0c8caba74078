import { Bytes } from './bytes.ts';

export type Value = string | number | boolean;
/** In the order in which they are sent. Whole numbers go as integers. */
export type Attributes = Readonly<Record<string, Value>>;

/** KeyValue messages under a field number, ready to be copied. */
export function encodeAttributes(field: number, attributes: Attributes): Uint8Array {
  const out = new Bytes();
  for (const [key, value] of Object.entries(attributes)) {
    const pair = new Bytes();
    pair.text(1, key);
    pair.field(2, encodeValue(value));
    out.field(field, pair.taken());
  }
  return out.taken();
}

export function encodeValue(value: Value): Uint8Array {
  const out = new Bytes(32);
  if (typeof value === 'string') out.text(1, value);
  else if (typeof value === 'boolean') {
    out.varint(2 * 8);
    out.varint(value ? 1 : 0);
  } else if (Number.isSafeInteger(value) && value >= 0) {
    out.varint(3 * 8);
    out.varint(value);
  } else {
    out.varint(4 * 8 + 1);
    out.double(value);
  }
  return out.taken();
}

/** A Resource message with its field number before it, as Resource{Spans,Metrics,Logs} begin. */
export function encodeResource(attributes: Attributes): Uint8Array {
  const out = new Bytes();
  out.field(1, encodeAttributes(1, attributes));
  return out.taken();
}

export function encodeScope(name: string): Uint8Array {
  const scope = new Bytes();
  scope.text(1, name);
  const out = new Bytes();
  out.field(1, scope.taken());
  return out.taken();
}
