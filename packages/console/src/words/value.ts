import type { AttributeValue } from '../model.ts';

/** An attribute or a log body as text. */
export function valueText(value: AttributeValue): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}
