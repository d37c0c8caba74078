/**
 * The world's errors, one row each: what went wrong and what a person can do next. docs/errors.md is the same table
 * (errors.test.ts holds them equal). Our own mistakes are not in here: they are plain Errors that begin with `BUG:`.
 */
export interface ErrorRow {
  /** HTTP status, or 0 when it never travels over HTTP. */
  readonly http: number;
  /** gRPC status code, or 0 when it never travels over gRPC. */
  readonly grpc: number;
  readonly what: string;
  readonly next: string;
}

const row = (http: number, grpc: number, what: string, next: string): ErrorRow => ({ http, grpc, what, next });

export const errorTable = {
  malformed: row(400, 3, 'The body is not a valid OTLP request.', 'Check that the body and its Content-Type belong together; the message names the place.'),
  bad_compression: row(400, 3, 'The body could not be decompressed.', 'Send what Content-Encoding says, whole: gzip, zstd, deflate, or nothing.'),
  unauthenticated: row(401, 16, 'The key or token is missing or wrong.', 'Send the header Authorization: Bearer <key> or x-api-key: <key>; clew keys add makes one.'),
  wrong_path: row(404, 12, 'Nothing is served at this path.', 'Send traces, metrics and logs to /v1/traces, /v1/metrics and /v1/logs.'),
  method_not_allowed: row(405, 12, 'This path does not take this method.', 'Use a method that the Allow header names.'),
  too_large: row(413, 8, 'The request is larger than the limit.', 'Send smaller batches, or raise request-bytes-max.'),
  unsupported_type: row(415, 12, 'This content type is not understood.', 'Send application/x-protobuf or application/json.'),
  unsupported_compression: row(415, 12, 'This compression is not understood.', 'Send gzip, zstd or deflate, or no compression.'),
  bad_framing: row(400, 3, 'The call does not carry exactly one whole gRPC message.', 'Use a standard gRPC client for the unary Export call.'),
  overload: row(503, 14, 'The server takes in as much as it can hold.', 'Retry after the time that the answer names; nothing of the request was kept.'),
  storage_failed: row(503, 14, 'The request could not be made durable.', 'Free space on the disk of the data folder; then retry. Nothing of the request was kept.'),
  stopping: row(503, 14, 'The server is stopping.', 'Retry when it is back.'),
  forbidden: row(403, 7, 'The key may not be used for this.', 'Use a key with the scope that the message names; clew keys list shows them.'),
  cors_refused: row(403, 7, 'Pages of this origin may not send here.', 'Add the origin to cors-origins.'),
  quota_exceeded: row(429, 8, 'The key has used up its quota.', 'Send less, or raise the quota with clew keys limit; retry after the time that the answer names.'),
  bad_http: row(400, 3, 'This is not a request that HTTP knows.', 'Use a standard HTTP client.'),
  headers_too_large: row(431, 3, 'The headers are larger than 32 KiB.', 'Send fewer or shorter headers.'),
  plain_on_tls: row(400, 3, 'This port speaks TLS only.', 'Use https:// or a secure gRPC channel.'),
  tls_on_plain: row(0, 0, 'A client began TLS on a port that has none.', 'Use http:// or an insecure gRPC channel, or set tls-cert and tls-key.'),
  tls_failed: row(0, 0, 'The TLS handshake failed.', 'Look at the versions and at the certificate authority that the client trusts; TLS 1.2 is the least.'),
  client_certificate: row(0, 0, 'The client showed no certificate that is trusted.', 'Give it one that an authority in tls-client-ca has signed and that has not expired.'),
  http2_flood: row(0, 0, 'An HTTP/2 connection broke the protocol or a limit of it, and was closed.', 'Look for a client that resets its streams at once, or sends PING or SETTINGS in a flood.'),
  too_many_connections: row(0, 0, 'A port has as many connections as it may.', 'Let senders keep connections for longer, or raise connections-max.'),
  slow_client: row(0, 4, 'The request did not arrive whole in time.', 'Look at the network between sender and server; then retry.'),
  forbidden_sender: row(0, 0, 'This address may not send syslog.', 'Add it to syslog-from.'),
  internal: row(500, 13, 'Clew failed, and it is not your doing.', 'Report it with the line that the server printed.'),

  bad_query: row(400, 0, 'A parameter of the request is not valid.', 'Correct the parameter that the message names; /api/v1/openapi.json lists them all.'),
  unknown_path: row(404, 0, 'The API has nothing at this path.', 'See /api/v1/openapi.json for what there is.'),
  unknown_id: row(404, 0, 'There is nothing with this id.', 'It may have aged out; search for it again.'),
  forbidden_origin: row(403, 0, 'The request comes from a page of another site.', 'Use the console of this server, or a client that is not a web page.'),
  wrong_host: row(421, 0, 'This server is not known by that name.', 'Open it under the address that it printed at start.'),
  not_supported: row(501, 0, 'The store cannot answer this question.', 'Ask another way, or use a store that has this capability.'),
  query_too_large: row(422, 0, 'The question asks for more than a query may use.', 'Narrow the time range or lower the limit.'),
  query_timeout: row(504, 0, 'The query took longer than it may.', 'Narrow the time range.'),
  demo_off: row(409, 0, 'The demo shop is not running.', 'Start it first: clew demo start.'),
  unknown_fault: row(404, 0, 'The demo shop has no such fault.', 'See clew demo faults for those it has.'),
  too_many_streams: row(503, 0, 'Too many live streams are open.', 'Close some tabs of the console.'),
  backtest_running: row(409, 0, 'A backtest is running, and one runs at a time.', 'Wait until it is done, or cancel it.'),
  not_covered: row(422, 0, 'What is kept does not reach into the time that was asked for.', 'Ask for a time that the message names; stored rows reach further than the log (--source rows); raise log-replay-bytes or retention-days to keep more.'),
  console_not_built: row(503, 0, 'The console has not been built.', 'Run npm start once, or npm run build.'),

  bad_setting: row(0, 0, 'A setting has a value that it cannot have.', 'Correct the value where the message says it came from; clew config shows all.'),
  unknown_setting: row(0, 0, 'There is no setting of this name.', 'See clew config for the names.'),
  token_required: row(0, 0, 'A host that others can reach needs credentials.', 'Make a key with clew keys add, set a token with CLEW_TOKEN, or listen on 127.0.0.1.'),
  tls_required: row(0, 0, 'A host that others can reach would take credentials in clear.', 'Set tls-cert and tls-key, or listen on 127.0.0.1; where TLS ends in front of Clew, or the network is trusted, set allow-plaintext.'),
  bad_key: row(0, 0, 'The key cannot be made or changed like this.', 'See clew keys list for those there are.'),
  unknown_key: row(0, 0, 'There is no key of this name.', 'See clew keys list for those there are.'),
  bad_key_file: row(0, 0, 'The file of keys cannot be used.', 'Correct what the message names, or restore the file from a backup.'),
  port_taken: row(0, 0, 'Another process listens on this port.', 'Stop that process, or choose another port.'),
  cannot_listen: row(0, 0, 'The server cannot listen on this address.', 'Check host and port.'),
  folder_not_writable: row(0, 0, 'The data folder cannot be written.', 'Choose another folder with --data, or change its owner.'),
  folder_in_use: row(0, 0, 'Another Clew works on this data folder.', 'Stop it, or choose another folder with --data.'),
  log_trimmed: row(0, 0, 'This part of the log has been given up.', 'Start from the first position that is still held.'),
  log_corrupt: row(0, 0, 'Acknowledged data in the log is damaged.', 'Restore the file from a backup, or move the whole log folder away to go on with the rows that are stored.'),
  log_behind: row(0, 0, 'The log ends before what has been made from it: it was removed or replaced.', 'Restore the log folder, or move what is left of it away to go on with the rows that are stored.'),
  rows_corrupt: row(0, 0, 'A row file is damaged.', 'Restore the file from a backup, or move it and its .wal away to go on without its rows; those of the newest file are made again from the log.'),
  not_a_log: row(0, 0, 'This is neither a log folder nor OTLP JSON lines.', 'Name a data folder of Clew, its log folder, or a file of the Collector\'s file exporter.'),
  bad_line: row(0, 0, 'A line of the file is not an OTLP JSON request.', 'Correct or remove the line that the message names.'),
  bad_checkpoint: row(0, 0, 'The checkpoint belongs to another input or another version.', 'Remove the checkpoint file to start over.'),
  cannot_write: row(0, 0, 'The files cannot be written.', 'Choose another folder, or free space there.'),
  bad_usage: row(0, 0, 'The command was not understood.', 'See clew --help.'),
  no_server: row(0, 0, 'No Clew server answers at this address.', 'Start one with clew serve, or name another with --server.'),
  refused: row(0, 0, 'The server refused the request.', 'The message says why.'),
} as const satisfies Readonly<Record<string, ErrorRow>>;

export type ErrorCode = keyof typeof errorTable;

/** An error of the world: a row of the table with the value that it is about. */
export class CodedError extends Error {
  readonly code: ErrorCode;
  /** The value that was wrong, for people; may be empty. Untrusted text. */
  readonly value: string;
  /** When sending again may succeed, where that is known. */
  readonly retryAfterMs: number | undefined;

  constructor(code: ErrorCode, value = '', options?: { readonly detail?: string; readonly cause?: unknown; readonly retryAfterMs?: number }) {
    const { what } = errorTable[code];
    super(options?.detail === undefined ? what : `${what} ${options.detail}`, { cause: options?.cause });
    this.name = 'CodedError';
    this.code = code;
    this.value = value;
    this.retryAfterMs = options?.retryAfterMs;
  }
}

/** One line for a terminal: what, with what value, what next. */
export function errorLine(error: CodedError): string {
  const value = error.value === '' ? '' : ` (${error.value})`;
  return `clew: ${error.message.replaceAll(/\s+/g, ' ')}${value} ${errorTable[error.code].next}`;
}

/** Words for anything that was thrown. */
export function reasonOf(thrown: unknown): string {
  return thrown instanceof Error ? thrown.message : String(thrown);
}
