/** `20261122-101523` in UTC, from epoch milliseconds: readable, sortable, the same everywhere. */
export function toStamp(atMs: number): string {
  const digits = new Date(atMs).toISOString().replace(/[-:]/g, '');
  return `${digits.slice(0, 8)}-${digits.slice(9, 15)}`;
}
