import type { Compared } from './compare.ts';
export function toPage(compared: readonly Compared[]): string {
  return `${compared.length}\n`;
}
