const stepsMost = 4;
/** Decimal steps are no round numbers of minutes. */
const longStepsMs = [15_000, 30_000, 60_000, 120_000, 300_000, 600_000, 1_800_000, 3_600_000];

/** Round times from 0 to the duration, a few of them. */
export function roundTicks(durationMs: number): readonly number[] {
  if (!(durationMs > 0)) return [0];
  const leastMs = durationMs / stepsMost;
  const power = 10 ** Math.floor(Math.log10(leastMs));
  const decimal = (([1, 2, 5].find((times) => times * power >= leastMs) ?? 10) * power);
  const stepMs = leastMs > 10_000 ? (longStepsMs.find((each) => each >= leastMs) ?? decimal) : decimal;
  return Array.from({ length: Math.floor(durationMs / stepMs) + 1 }, (_, at) => at * stepMs);
}
