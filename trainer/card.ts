/** What train.py says of a training: report.json. */
export interface TrainingReport {
  readonly made: { readonly source: string; readonly seed: number; readonly services: number; readonly simulations: number; readonly slots: readonly string[]; readonly faultKinds: Readonly<Record<string, readonly string[]>> };
  readonly seed: number;
  readonly space: Readonly<Record<string, readonly number[]>>;
  readonly choice: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly trialEpochs: number;
  readonly judgedPanes: number;
  readonly trials: readonly Readonly<Record<string, number>>[];
  readonly windows: Readonly<Record<string, number>>;
  readonly torch: string;
  readonly optuna: string;
  readonly seconds: number;
  readonly dataSha256: string;
  readonly searchedOn: { readonly source: string; readonly services: number; readonly simulations?: number };
  readonly measured: Readonly<Record<string, { readonly windows: number; readonly 'in a fault': number; readonly rows: readonly Measured[] }>>;
}

interface Measured {
  readonly method: string;
  readonly 'average precision': number;
  readonly 'recall at 1 % of quiet': number;
  readonly 'recall at 0.1 % of quiet': number;
  readonly 'recall at 1 % by kind': Readonly<Record<string, number>>;
}

/** The part of docs/models/autoencoder.md that a training decides: everything measured, nothing told. */
export function trainingPart(report: TrainingReport, model: { readonly sha256: string; readonly weightsSha256: string; readonly floats: number }): string {
  const { choice, made } = report;
  return `## This model

| | |
| --- | --- |
| version | \`${model.sha256.slice(0, 8)}\` |
| SHA-256 of \`autoencoder.onnx\` | \`${model.sha256}\` |
| SHA-256 of the weights in typed arrays | \`${model.weightsSha256}\` |
| weights | ${model.floats} |
| hidden units, gist, score over | ${choice['hidden']}, ${choice['gist']}, the newest ${choice['panes']} panes |
| learning rate, share of windows spoilt | ${choice['rate'].toPrecision(3)}, ${choice['spoilt'].toPrecision(3)} |
| training data | ${made.source}: seed ${made.seed}, ${made.services} quiet services${made.simulations === 0 ? '' : `, ${made.simulations} quiet systems of 60 services`}, ${report.windows['train']} windows, SHA-256 \`${report.dataSha256.slice(0, 16)}…\` |
| epochs, seed, time | ${report.epochs}, ${report.seed}, ${Math.round(report.seconds / 60)} min on a shared core |
| made with | PyTorch ${report.torch}, Optuna ${report.optuna} |

Searched with Optuna's tree-structured Parzen estimator (${report.trials.length} trials of ${report.trialEpochs} epochs on a third of the windows), for average
precision on the part \`choose\`, trained on ${report.searchedOn.services} services and ${report.searchedOn.simulations ?? 0} simulated systems: ${Object.entries(report.space).map(([name, values]) => `${name} ${name === 'hidden' || name === 'panes' ? `one of ${values.join(', ')}` : `${values[0]} to ${values[1]}`}`).join('; ')}.

| trial | average precision | hidden | gist | rate | spoilt | panes |
| --- | --- | --- | --- | --- | --- | --- |
${report.trials.map((trial, index) => `| ${index + 1} | ${trial['value'].toFixed(3)} | ${trial['hidden']} | ${trial['gist']} | ${trial['rate'].toPrecision(2)} | ${trial['spoilt'].toFixed(2)} | ${trial['panes']} |`).join('\n')}

## Measured

Windows of services never seen in training or in the search. One threshold for all services, no memory of their past scores; strengths
of faults are drawn log-uniformly, the least of them hardly to be seen. *The same rule, nothing told* is the score without the network: root mean
square of the standardised values themselves.
${Object.entries(report.measured).map(([part, { windows, rows, ...rest }]) => measuredPart(parts[part] ?? part, windows, rest['in a fault'], rows, made.faultKinds[part])).join('')}`;
}

const parts: Readonly<Record<string, string>> = { test: 'Made-up services', field: 'A simulated system (packages/simulator), through the whole intake' };

function measuredPart(title: string, windows: number, inFault: number, rows: readonly Measured[], kinds: readonly string[]): string {
  const seen = kinds.filter((kind) => rows[0]['recall at 1 % by kind'][kind] !== undefined);
  return `
### ${title}

${windows} windows, ${inFault} of them in a fault (average precision of chance: ${(inFault / windows).toFixed(2)}).

| method | average precision | recall at 1 % of quiet windows | recall at 0.1 % |
| --- | --- | --- | --- |
${rows.map((each) => `| ${each.method} | ${each['average precision'].toFixed(3)} | ${each['recall at 1 % of quiet'].toFixed(3)} | ${each['recall at 0.1 % of quiet'].toFixed(3)} |`).join('\n')}

Recall at 1 % of quiet windows, by kind of fault:

| fault | ${rows.map((each) => each.method).join(' | ')} |
| --- | ${rows.map(() => '---').join(' | ')} |
${seen.map((kind) => `| ${kind.replaceAll('_', ' ')} | ${rows.map((each) => each['recall at 1 % by kind'][kind].toFixed(2)).join(' | ')} |`).join('\n')}
`;
}
