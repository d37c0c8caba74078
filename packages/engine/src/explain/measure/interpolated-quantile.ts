/** Linear interpolation between order statistics; values that are not finite are left out. NaN of nothing. */
export function interpolatedQuantile(values: ArrayLike<number>, share: number): number {
  const sorted = Float64Array.from(values).filter((value) => Number.isFinite(value)).sort();
  if (sorted.length === 0) return NaN;
  const place = share * (sorted.length - 1);
  const low = Math.floor(place);
  const high = Math.min(low + 1, sorted.length - 1);
  return sorted[low] + (sorted[high] - sorted[low]) * (place - low);
}
