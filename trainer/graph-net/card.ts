interface Places { readonly top1: number; readonly top3: number }

/** What train.py says of a training: report.json. */
export interface TrainingReport {
  readonly seed: number;
  readonly choice: Readonly<Record<string, number>>;
  readonly epochs: number;
  readonly folds: number;
  readonly systems: readonly string[];
  readonly services: readonly (readonly [string, number])[];
  readonly rankings: number;
  readonly torch: string;
  readonly seconds: number;
  readonly dataSha256: string;
  readonly measured: {
    readonly faults: number; readonly named: number; readonly blind: number;
    readonly rows: Readonly<Record<string, Places>>;
    /** Faults, first by the network, first by the fusion. */
    readonly kinds: Readonly<Record<string, readonly [number, number, number]>>;
    readonly 'outside said': number | null; readonly 'outside said wrongly': number; readonly 'calibration error': number; readonly brier: number;
  };
}

/** The part of docs/models/graph-net.md that a training decides: everything measured, nothing told. */
export function trainingPart(report: TrainingReport, model: { readonly onnxSha256: string; readonly weightsSha256: string; readonly floats: number }): string {
  const { choice, measured } = report;
  const sizes = report.services.map(([, services]) => services);
  return `## This model

| | |
| --- | --- |
| version | \`${model.onnxSha256.slice(0, 8)}\` |
| SHA-256 of \`graph-net.onnx\` | \`${model.onnxSha256}\` |
| SHA-256 of the weights in typed arrays | \`${model.weightsSha256}\` |
| weights | ${model.floats} |
| hidden units, rounds | ${choice['hidden']}, ${choice['rounds']} |
| learning rate, decay, dropout, share of nodes spoilt at most | ${choice['rate']}, ${choice['decay']}, ${choice['dropout']}, ${choice['spoilt']} |
| training data | ${report.systems.length} simulated systems of ${Math.min(...sizes)} to ${Math.max(...sizes)} services (seeds ${report.systems.join(', ')}), ${measured.faults} faults, ${report.rankings} rankings, SHA-256 \`${report.dataSha256.slice(0, 16)}…\` |
| epochs, seed, time | ${report.epochs}, ${report.seed}, ${report.seconds} s of processor with the cross-validation |
| made with | PyTorch ${report.torch} |

## Measured

Cross-validation over whole systems (${report.folds} folds): no system is judged by a network that has seen any of its faults. The last word on
each fault that was found; ${measured.named} faults whose cause is a node of the graph, ${measured.blind} whose cause is outside of the telemetry.

| method | first | among the first three |
| --- | --- | --- |
${Object.entries(measured.rows).map(([name, { top1, top3 }]) => `| ${name} | ${top1.toFixed(3)} | ${top3.toFixed(3)} |`).join('\n')}

*Outside* said where it is: ${measured['outside said'] === null ? '–' : measured['outside said'].toFixed(2)}; where it is not: ${measured['outside said wrongly'].toFixed(2)}. Calibration error of the first share (ten bins) ${measured['calibration error'].toFixed(3)}, Brier score ${measured.brier.toFixed(3)}.

| fault | faults | first by the network | first by the fusion |
| --- | --- | --- | --- |
${Object.entries(measured.kinds).sort(([a], [b]) => (a < b ? -1 : 1)).map(([kind, [faults, network, fusion]]) => `| ${kind.replaceAll('_', ' ')} | ${faults} | ${network} | ${fusion} |`).join('\n')}
`;
}
