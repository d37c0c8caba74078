/**
 * How the members' false-alarm budget is shared out: the combined probability is the least of pᵢ ÷ weightᵢ, which is valid
 * whatever the members have in common when the weights sum to one (weighted Bonferroni; Genovese, Roeder & Wasserman 2006). One
 * table for every series of every system.
 */
export const weights: Readonly<Record<string, number>> = { seasonal: 0.17, shift: 0.2, spread: 0.17, roughness: 0.17, change: 0.17, habit: 0.08, forecast: 0.02, shape: 0.02 };
