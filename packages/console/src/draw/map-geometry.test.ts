import { expect, test } from 'vitest';
import { layOut } from './layout.ts';
import { geometry } from './map-geometry.ts';
import { clipText, textWidth } from './text-width.ts';

/** A chain of so many services, the name of each so long. */
function chain(length: number, letters: number): { layout: ReturnType<typeof layOut>; labels: Map<string, string> } {
  const ids = Array.from({ length }, (_, at) => `service:${String(at).padStart(3, '0')}`);
  return { layout: layOut(ids.map((id) => ({ id })), ids.slice(1).map((to, at) => ({ from: ids[at], to }))), labels: new Map(ids.map((id) => [id, 'e'.repeat(letters)])) };
}
const inkWidth = (length: number, letters: number, widthPx: number): { width: number; font: number; cut: boolean } => {
  const { layout, labels } = chain(length, letters);
  const geo = geometry(layout, widthPx, labels);
  const last = geo.at.get(`service:${String(length - 1).padStart(3, '0')}`);
  return { width: Math.ceil(last === undefined ? 0 : last.x + last.width), font: geo.fontPx, cut: textWidth('e'.repeat(letters), geo.fontPx) > (last?.width ?? 0) - 28 + 0.01 };
};

test('a map with room is drawn at its full size, no name cut off', () => {
  const { width, font, cut } = inkWidth(5, 12, 1_200);
  expect([font, cut]).toEqual([12.5, false]);
  expect(width).toBeLessThanOrEqual(1_200);
});

test('eleven columns of names of ten letters fit a laptop whole', () => {
  const { width, font, cut } = inkWidth(11, 10, 1_216);
  expect(width).toBeLessThanOrEqual(1_216);
  expect(cut).toBe(false);
  expect(font).toBeGreaterThanOrEqual(10.5);
});

test('what fits by being dense never scrolls, and names stay readable', () => {
  const { width, font } = inkWidth(11, 30, 1_216);
  expect(width).toBeLessThanOrEqual(1_216);
  expect(font).toBeGreaterThanOrEqual(10.5);
});

test('beyond that it keeps its size and is wider than the page', () => {
  const { layout, labels } = chain(40, 12);
  expect(geometry(layout, 1_216, labels).width).toBeGreaterThan(1_216);
});

test('a name is cut off at its end, and only when it must be', () => {
  expect(clipText('order-processor', 12, 200)).toBe('order-processor');
  const cut = clipText('order-processor', 12, 60);
  expect(cut).toMatch(/^order-.*…$/);
  expect(textWidth(cut, 12)).toBeLessThanOrEqual(60);
});
