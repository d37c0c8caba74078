import { featureCatalogueVersion } from '../model/index.ts';

/** The detectors, as docs/detectors.md shows them; a finding names those that agreed. */
export interface Detector {
  readonly id: string;
  readonly looksAt: string;
  readonly method: string;
  readonly opens: string;
  readonly blindTo: string;
}

/** Goes up by one whenever a detector, its table or its numbers change what would be said. */
export const detectionVersion = 'detectors 7';

/** What a finding rests on; joint findings add the autoencoder. */
export const basisVersion = `features ${featureCatalogueVersion}, ${detectionVersion}`;

export const detectors: readonly Detector[] = [
  {
    id: 'level', looksAt: 'latency, rates, gauges, counts',
    method: 'robust running level and spread of the transformed value (Huber-cleaned, 20 and 40 min memory), moved along by a learned time-of-day profile; weight sets the sampling error, the 99 % quantile of past residuals the weight of the tails',
    opens: 'its evidence over the panes reaches the series\' share of the budget, every pane larger than the least change that matters',
    blindTo: 'changes slower than the level learns (an hour and more): trend is for those',
  },
  {
    id: 'share', looksAt: 'error shares',
    method: 'signed root of the binomial likelihood ratio against the share of the last hour, divided by the overdispersion seen',
    opens: 'the same evidence, five failures in three panes, and two more of a hundred requests failing; a quarter failing, with half as much evidence again: one pane',
    blindTo: 'less than five failures in half a minute',
  },
  {
    id: 'cusum', looksAt: 'every judged series',
    method: 'two-sided cumulative sum of standardised residuals, drift 1.5; also dates the onset of every finding',
    opens: 'the same height reached by a run of five panes or more, and the change matters',
    blindTo: 'changes below 1.5 standard deviations',
  },
  {
    id: 'trend', looksAt: 'memory, heap, utilizations, queue lag, pools',
    method: 'Mann-Kendall test and Theil-Sen line on 10 to 60 minute means',
    opens: 'steady growth of 15 % and more that a line explains to 90 %, beyond where the series was in the last day; while it has been watched for less than an hour only what would be at its limit (or have doubled) within 20 minutes',
    blindTo: 'growth in steps or with deep saw teeth',
  },
  {
    id: 'template', looksAt: 'log templates of severity WARN and above',
    method: 'first appearance in a service that has logged for 12 panes; or ten records and five times the running mean',
    opens: 'one pane (never a symptom)',
    blindTo: 'what is logged below WARN',
  },
  {
    id: 'missing', looksAt: 'metrics and logs of services, hosts, databases, queues; spans of services',
    method: 'the usual gap between reports; for spans: the callers\' own calls go on and succeed',
    opens: 'six panes and four usual gaps without a report, after 30 panes with one (never a symptom)',
    blindTo: 'instances, which come and go',
  },
  {
    id: 'seasonal', looksAt: 'median latency of whole services',
    method: 'running level, time of day and time of week compete to say what is normal, weighed by what they said before',
    opens: 'nothing alone: its e-value counts a fifth, once in a run', blindTo: 'rhythms other than the day and the week',
  },
  {
    id: 'change', looksAt: 'the same', method: 'Bayesian online change points over unknown means', opens: 'as seasonal', blindTo: 'slow drift',
  },
  {
    id: 'spread', looksAt: 'the same', method: 'range of the last points against what it used to be', opens: 'as seasonal', blindTo: 'changes of level alone',
  },
  {
    id: 'forecast', looksAt: 'the same', method: 'trend, daily and weekly Fourier terms and working days, by recursive least squares', opens: 'as seasonal', blindTo: 'what follows no calendar',
  },
  {
    id: 'shape', looksAt: 'the same', method: 'course of the last 32 points against the courses that the series is known to take', opens: 'as seasonal', blindTo: 'changes of level alone',
  },
  {
    id: 'shift', looksAt: 'the same', method: 'mean of the last ten points less that of the last two hundred', opens: 'as seasonal', blindTo: 'single spikes',
  },
  {
    id: 'roughness', looksAt: 'the same', method: 'mean size of the steps from value to value', opens: 'as seasonal', blindTo: 'smooth changes',
  },
  {
    id: 'balance', looksAt: 'eight features of a service together', method: 'Mahalanobis distance from a running mean and covariance',
    opens: 'two members agree, and the joint probability\'s evidence, taken once in 15 panes, reaches the service\'s share of the budget while no symptom tells of it (never a symptom)', blindTo: 'several ordinary states at once',
  },
  {
    id: 'course', looksAt: 'the same', method: 'vector autoregression: where all features should go next', opens: 'as balance', blindTo: 'what stays wrong',
  },
  {
    id: 'forest', looksAt: 'the same', method: 'Isolation Forest with slanted cuts over a reservoir', opens: 'as balance', blindTo: 'what is in the reservoir already',
  },
  {
    id: 'neighbours', looksAt: 'the same', method: 'distance to the nearest of a sample of earlier vectors', opens: 'as balance', blindTo: 'order in time',
  },
  {
    id: 'reckoning', looksAt: 'the same', method: 'the same vector autoregression, told from where the service was believed to be: the belief follows what is seen by one spread a pane', opens: 'as balance', blindTo: 'what drifts there',
  },
  {
    id: 'amounts', looksAt: 'what a service writes to its log for one trace, operation by operation (of a busy service a sample of its traces)',
    method: 'how often each line usually stands in a session, none at all included: naive Bayes over counts',
    opens: 'five sessions called unusual once in a hundred, and the likelihood ratio of their share against the usual share reaches the budget (never a symptom)', blindTo: 'lines without a trace id; the order of lines',
  },
  { id: 'order', looksAt: 'the same', method: 'Markov chain of lines, begin and end included: the rarest steps', opens: 'as amounts', blindTo: 'lines that different threads write at once' },
  { id: 'relations', looksAt: 'the same', method: 'pairs of lines that come equally often in nearly every session', opens: 'as amounts', blindTo: 'lines that stand alone' },
  {
    id: 'autoencoder', looksAt: 'five minutes of the same', method: 'LSTM autoencoder, trained on simulated services only: distance of the last minute from what it told of it', opens: 'as balance', blindTo: 'shapes unlike any it was trained on',
  },
];

export function detectorTable(): string {
  const rows = detectors.map((each) => [`\`${each.id}\``, each.looksAt, each.method, each.opens, each.blindTo]);
  return [['detector', 'looks at', 'method', 'opens a finding', 'blind to'], ['---', '---', '---', '---', '---'], ...rows]
    .map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}
