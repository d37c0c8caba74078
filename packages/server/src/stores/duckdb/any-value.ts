/** AnyValue of the wire ⇄ attribute values of the Rows port ⇄ their text, which filters compare with. */
import type { Attributes, AttributeValue } from '@clew/engine';
import type { AnyValue, KeyValue } from '@clew/otlp';

/** Integers beyond 2^53 are `{ intValue }`, bytes are `{ bytesValue }`, NaN and the like `{ doubleValue }`: JSON can carry none of them. */
export function fromAnyValue(value: AnyValue | null | undefined): AttributeValue {
  if (value === null || value === undefined) return null;
  if (value.stringValue !== undefined && value.stringValue !== null) return value.stringValue;
  if (value.boolValue !== undefined && value.boolValue !== null) return value.boolValue;
  if (value.intValue !== undefined && value.intValue !== null) return fromInt(BigInt(value.intValue));
  if (value.doubleValue !== undefined && value.doubleValue !== null) return fromDouble(Number(value.doubleValue));
  if (value.bytesValue !== undefined && value.bytesValue !== null) return { bytesValue: value.bytesValue };
  if (value.arrayValue) return (value.arrayValue.values ?? []).map(fromAnyValue);
  if (value.kvlistValue) return fromKeyValues(value.kvlistValue.values);
  return null;
}

/** What JSON has no number for is told as text. */
export function fromDouble(double: number): AttributeValue {
  return Number.isFinite(double) && !Object.is(double, -0) ? double : { doubleValue: Object.is(double, -0) ? '-0' : String(double) };
}

/** The same where no attribute value is due. */
export function sentDouble(double: number): number | string {
  return Number.isFinite(double) && !Object.is(double, -0) ? double : Object.is(double, -0) ? '-0' : String(double);
}

export function fromInt(int: bigint): AttributeValue {
  const number = Number(int);
  return Number.isSafeInteger(number) ? number : { intValue: int.toString() };
}

export function fromKeyValues(entries: readonly KeyValue[] | null | undefined): Attributes {
  const attributes: Record<string, AttributeValue> = {};
  for (const entry of entries ?? []) setAttribute(attributes, entry.key ?? '', fromAnyValue(entry.value));
  return attributes;
}

/** Keys are untrusted: `__proto__` is a key like any other. */
export function setAttribute(attributes: Record<string, AttributeValue>, key: string, value: AttributeValue): void {
  if (key === '__proto__') Object.defineProperty(attributes, key, { value, enumerable: true, configurable: true, writable: true });
  else attributes[key] = value;
}

/** As people and filters write it: text and numbers bare, anything with parts as JSON. */
export function textOf(value: AttributeValue): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (value === null) return '';
  if (typeof value === 'object' && ('intValue' in value || 'doubleValue' in value) && Object.keys(value).length === 1) return String(Object.values(value)[0]);
  return typeof value === 'boolean' ? String(value) : JSON.stringify(value);
}
