/** Bounds of what is kept and looked at to learn mechanisms. */
export const causalLimits = {
  /** Panes of the panel, as many as explaining remembers. */
  panes: 90,
  /** Nodes and calls with a row of their own; later ones are not taken while it is full (counter explain_mechanism_rows_shed). 5.4 MB when both are full. */
  nodes: 1_000,
  calls: 4_000,
  /** Panes before onset without which nothing is said, and requests of a pane below which its mean counts less. */
  leastPanes: 12,
  /** Nodes beneath a symptom that are looked at, nearest first. */
  depth: 120,
  /** Symptoms that are explained, of latency and of errors each. */
  targets: 2,
  /** Nodes whose shares are told apart exactly where mechanisms are not additive; what others add is so little that order does not matter. */
  players: 4,
  /** Rounds of the bootstrap, and panes that stay together in it (neighbours are alike). */
  rounds: 40,
  blockPanes: 3,
  /** Part of the rounds in which a node must have had a share for it to be claimed. */
  leastSure: 0.95,
  /** Treatments whose effect is estimated. */
  effects: 4,
  /** Drawn again for each refutation. */
  placebos: 20,
  subsets: 10,
  commonCauses: 3,
} as const;
