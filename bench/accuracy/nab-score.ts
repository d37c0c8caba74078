// The score of the Numenta Anomaly Benchmark (Lavin & Ahmad 2015, "Evaluating real-time anomaly detection algorithms"), written from its
// published rules: an early detection within a window earns most, later ones of the same window nothing, one outside costs.

export interface Labelled {
  readonly name: string;
  readonly timestamps: readonly string[];
  /** First and last timestamp of each window, both inclusive, in order of time. */
  readonly windows: readonly (readonly [string, string])[];
}

export const profiles = {
  standard: { falsePositive: 0.11, miss: 1 },
  'low-FP': { falsePositive: 0.22, miss: 1 },
  'low-FN': { falsePositive: 0.11, miss: 2 },
} as const;
export type ProfileName = keyof typeof profiles;
export const profileNames = ['standard', 'low-FP', 'low-FN'] as const;

/** What a detection at each point is worth, before the profile's weights. */
export interface Worth {
  /** Index of the window that the point lies in; -1 outside of all. */
  readonly window: Int16Array;
  readonly value: Float64Array;
  /** Points before this index are not scored. */
  readonly probation: number;
  /** Windows with a point after probation: the others can be neither found nor missed. */
  readonly open: readonly number[];
  readonly windows: number;
}

export function worthOf({ timestamps, windows }: Labelled): Worth {
  const size = timestamps.length;
  const probation = Math.min(Math.floor(0.15 * size), 750);
  const window = new Int16Array(size).fill(-1);
  const value = new Float64Array(size).fill(-1);
  const spans = windows.map(([from, to]) => [timestamps.indexOf(from), timestamps.indexOf(to)] as const);
  spans.forEach(([from, to], index) => {
    if (from < 0 || to < from) throw new Error(`Window ${windows[index].join(' to ')} is not in the series`);
    const width = to - from + 1;
    for (let i = from; i <= to; i++) {
      window[i] = index;
      value[i] = sigmoid(-(to - i + 1) / width) / sigmoid(-1);
    }
    const next = index + 1 < spans.length ? spans[index + 1][0] : size;
    for (let i = to + 1; i < next; i++) value[i] = sigmoid((i - to) / (width - 1));
  });
  const open = spans.flatMap(([, to], index) => (to >= probation ? [index] : []));
  return { window, value, probation, open, windows: spans.length };
}

function sigmoid(x: number): number {
  return x > 3 ? -1 : 2 / (1 + Math.exp(5 * x)) - 1;
}

export interface Score {
  /** 0 is a detector that never speaks, 100 one that finds each window at its first point and nothing else. */
  readonly score: number;
  readonly threshold: number;
  readonly found: number;
  readonly falsePositives: number;
}

/** Scores of one detector over the corpus, one array a file, at the threshold that is best for the profile (as the protocol has it). */
export function scoreCorpus(worths: readonly Worth[], scores: readonly ArrayLike<number>[], profile: ProfileName): Score {
  const { falsePositive, miss } = profiles[profile];
  const order = descending(worths, scores);
  const windows = worths.reduce((sum, each) => sum + each.windows, 0);
  const best = worths.map((each) => new Float64Array(each.windows).fill(-miss));
  let raw = -miss * worths.reduce((sum, each) => sum + each.open.length, 0);
  let found = 0;
  let falsePositives = 0;
  let top: Score & { raw: number } = { raw, score: 0, threshold: Infinity, found, falsePositives };
  for (let at = 0; at < order.files.length; at++) {
    const worth = worths[order.files[at]];
    const value = worth.value[order.points[at]];
    const window = worth.window[order.points[at]];
    if (window < 0) {
      raw += value * falsePositive;
      falsePositives++;
    } else if (value > best[order.files[at]][window]) {
      const before = best[order.files[at]][window];
      raw += value - before;
      if (before === -miss) found++;
      best[order.files[at]][window] = value;
    }
    const threshold = order.scores[at];
    if (raw > top.raw && order.scores[at + 1] !== threshold) top = { raw, score: 0, threshold, found, falsePositives };
  }
  return { score: (100 * (top.raw + miss * windows)) / (windows * (1 + miss)), threshold: top.threshold, found: top.found, falsePositives: top.falsePositives };
}

/** The raw sum of one file at a threshold: for looking at cases. Nothing found and nothing wrong is `-miss` for each window. */
export function scoreFile(worth: Worth, scores: ArrayLike<number>, threshold: number, profile: ProfileName): number {
  const { falsePositive, miss } = profiles[profile];
  const best = new Map(worth.open.map((window) => [window, -miss]));
  let cost = 0;
  for (let i = worth.probation; i < scores.length; i++) {
    if (!(scores[i] >= threshold)) continue;
    if (worth.window[i] < 0) cost += worth.value[i] * falsePositive;
    else best.set(worth.window[i], Math.max(best.get(worth.window[i]) ?? -miss, worth.value[i]));
  }
  return [...best.values()].reduce((sum, value) => sum + value, cost);
}

/** Every scored point of every file, the highest score first. A score of zero or less, or none, is never a detection. */
function descending(worths: readonly Worth[], scores: readonly ArrayLike<number>[]): { files: Int32Array; points: Int32Array; scores: Float64Array } {
  const all: { file: number; point: number; score: number }[] = [];
  worths.forEach(({ probation, value }, file) => {
    if (scores[file].length !== value.length) throw new Error(`File ${file}: ${scores[file].length} scores for ${value.length} points`);
    for (let point = probation; point < value.length; point++) {
      if (scores[file][point] > 0) all.push({ file, point, score: scores[file][point] });
    }
  });
  all.sort((a, b) => b.score - a.score);
  return { files: Int32Array.from(all, (each) => each.file), points: Int32Array.from(all, (each) => each.point), scores: Float64Array.from(all, (each) => each.score) };
}
