/** The request as a whole cannot be read: the sender's fault, and sending it again would not help (HTTP 400, INVALID_ARGUMENT). */
export class MalformedOtlp extends Error {
  /** Where: a byte offset (`byte 1234`) or a JSON path (`resourceSpans[0].scopeSpans[2].spans`). */
  readonly at: string;

  constructor(at: string, what: string) {
    super(what);
    this.name = 'MalformedOtlp';
    this.at = at;
  }
}
