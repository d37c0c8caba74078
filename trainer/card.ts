/** What train.py says of a training: report.json. */
export interface TrainingReport {
  readonly made: { readonly source: string; readonly seed: number; readonly services: number; readonly windowPanes: number; readonly slots: readonly string[]; readonly faultKinds: readonly string[] };
  readonly seed: number;
  readonly space: Readonly<Record<string, readonly number[]>>;
  readonly choice: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly judgedPanes: number;
  readonly trials: readonly Readonly<Record<string, number>>[];
  readonly windows: Readonly<Record<string, number>>;
  readonly torch: string;
  readonly optuna: string;
  readonly seconds: number;
  readonly dataSha256: string;
  readonly test: readonly Measured[];
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
  const { choice, test, made } = report;
  return `## This model

| | |
| --- | --- |
| version | \`${model.sha256.slice(0, 8)}\` |
| SHA-256 of \`autoencoder.onnx\` | \`${model.sha256}\` |
| SHA-256 of the weights in typed arrays | \`${model.weightsSha256}\` |
| weights | ${model.floats} |
| hidden units, gist, score over | ${choice['hidden']}, ${choice['gist']}, the newest ${choice['panes']} panes |
| learning rate, share of windows spoilt | ${choice['rate'].toPrecision(3)}, ${choice['spoilt'].toPrecision(3)} |
| training data | ${made.source}, seed ${made.seed}, ${made.services} quiet services, ${report.windows['train']} windows, SHA-256 \`${report.dataSha256.slice(0, 16)}…\` |
| epochs, seed, time | ${report.epochs}, ${report.seed}, ${Math.round(report.seconds / 60)} min on a shared core (search included) |
| made with | PyTorch ${report.torch}, Optuna ${report.optuna} |

Searched with Optuna's tree-structured Parzen estimator (${report.trials.length} trials, half the epochs, a third of the windows), for average
precision on the part \`choose\`: ${Object.entries(report.space).map(([name, values]) => `${name} ${name === 'hidden' || name === 'panes' ? `one of ${values.join(', ')}` : `${values[0]} to ${values[1]}`}`).join('; ')}.

| trial | average precision | hidden | gist | rate | spoilt | panes |
| --- | --- | --- | --- | --- | --- | --- |
${report.trials.map((trial, index) => `| ${index + 1} | ${trial['value'].toFixed(3)} | ${trial['hidden']} | ${trial['gist']} | ${trial['rate'].toPrecision(2)} | ${trial['spoilt'].toFixed(2)} | ${trial['panes']} |`).join('\n')}

## Measured

On the held-out part \`test\`: ${report.windows['test']} windows of services never seen, ${report.windows['test in a fault']} of them in a fault. One threshold for all services.

| method | average precision | recall at 1 % of quiet windows | recall at 0.1 % |
| --- | --- | --- | --- |
${test.map((each) => `| ${each.method} | ${each['average precision'].toFixed(3)} | ${each['recall at 1 % of quiet'].toFixed(3)} | ${each['recall at 0.1 % of quiet'].toFixed(3)} |`).join('\n')}

Recall at 1 % of quiet windows, by kind of fault (strengths drawn log-uniformly, the least of them hardly to be seen):

| fault | ${test.map((each) => each.method).join(' | ')} |
| --- | ${test.map(() => '---').join(' | ')} |
${made.faultKinds.map((kind) => `| ${kind.replaceAll('_', ' ')} | ${test.map((each) => (each['recall at 1 % by kind'][kind] ?? Number.NaN).toFixed(2)).join(' | ')} |`).join('\n')}
`;
}
