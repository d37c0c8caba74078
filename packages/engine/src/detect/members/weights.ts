/**
 * How the members' false-alarm budget is shared out: the combined probability is the least of pᵢ ÷ weightᵢ, which is valid
 * whatever the members have in common when the weights sum to one (weighted Bonferroni; Genovese, Roeder & Wasserman 2006). One
 * table for every series of every system.
 *
 * Near equal on purpose. `bench/accuracy/watch-weights.ts` learns a table on simulated series; on 120 it is worth more there (0.526 of an
 * event against 0.495 for equal shares and 0.474 for this one) and much less on real ones, so simulation alone does not decide.
 * The small shares were set by hand on the Numenta series: those members find events by themselves but, with a full share, tell too
 * much beside the others. No share changed by a third, up or down, is worth more than 0.2 of 100 on the mean over those series begun
 * at six different points.
 */
export const weights: Readonly<Record<string, number>> = {
  seasonal: 0.1479, lean: 0.056, height: 0.087, shift: 0.174, spread: 0.1479, roughness: 0.1392, change: 0.1392,
  habit: 0.0305, 'habit-long': 0.0435, forecast: 0.0174, shape: 0.0174,
};
