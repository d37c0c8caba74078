/** One command of the CLI, one file each; table.ts lists them. */
export interface Verb {
  readonly name: string;
  /** One line for `clew --help`. */
  readonly about: string;
  /** What `clew <verb> --help` prints: usage line, arguments, flags, one example. */
  readonly help: string;
  /** Resolves with the exit code. A CodedError that it throws is printed as one line: `bad_usage`, `bad_setting` and `unknown_setting` exit 2, others 1. */
  run(args: readonly string[], terminal: Terminal): Promise<number>;
}

/** Where a verb reads and writes; tests hand in their own. */
export interface Terminal {
  /** Writes to standard output, as is. */
  out(text: string): void;
  /** Writes to standard error, as is. */
  err(text: string): void;
  /** Standard error is a terminal: progress may be drawn there. */
  readonly isInteractive: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly folder: string;
}
