export const tellLimits = {
  /** Entities whose requests, and series whose samples, are kept for the screens; beyond it new ones are not (counter history_refused). */
  histories: 4_000,
  /** A node not heard of for so many panes is of unknown health. */
  unknownPanes: 6,
} as const;
