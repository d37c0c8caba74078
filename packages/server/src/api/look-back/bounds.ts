/** Fewer points than this say nothing: the look back compares with what lies this far around. */
export const pointsMin = 120;
/** Stretches of one answer. */
export const stretchesMax = 10;
