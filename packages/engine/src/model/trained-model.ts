/**
 * A trained network as a stage of the engine calls it: numbers in, numbers out, at once. The engine has its own in typed arrays,
 * which answers the same numbers on every machine; a server may give it another one (ONNX Runtime), which may fail.
 */
export interface TrainedModel {
  /** Of the trained file: the first eight digits of its SHA-256. Two implementations with one version agree to 1e-5. */
  readonly version: string;
  /** `arrays`, `onnx`: what computes it. */
  readonly runtime: string;
  readonly inputFloats: number;
  readonly outputFloats: number;
  /**
   * Answers `count` inputs that lie one after the other. The answer may be overwritten by the next call. Null: it is not known
   * (the runtime failed or was late); never a number in place of an answer.
   */
  run(inputs: Float32Array, count: number): Float32Array | null;
}
