/** How a request fails: what the span says, what the server answers, and the line that is logged where it began. */
export interface Failure {
  /** error.type of a span whose own doing it is. */
  readonly type: string;
  /** HTTP status that the failing side answers (gRPC services translate it); 0 where nobody answers. */
  readonly status: number;
  readonly line: string;
  /** May a client try again? */
  readonly again: boolean;
}

const failure = (type: string, status: number, line: string, again = false): Failure => ({ type, status, line, again });

export const failures = {
  internal: failure('InternalError', 500, 'unhandled error while handling request: unexpected state'),
  rejected: failure('Overloaded', 503, 'request rejected: all workers busy, queue full', true),
  nullValue: failure('NullPointerException', 500, 'NullPointerException: cannot read field "region" because "profile" is null'),
  badValue: failure('ValidationError', 500, 'failed to decode request: unknown enum value in field "channel"'),
  configuration: failure('ConfigurationError', 500, 'cannot connect to configured endpoint http://localhost:1: connection refused'),
  flagged: failure('FeatureError', 500, 'experimental path failed: result set is not sorted'),
  disk: failure('IOError', 500, 'write failed: no space left on device'),
  credentials: failure('AuthenticationError', 401, 'credentials rejected: token expired'),
  skewed: failure('TokenNotYetValid', 401, 'token rejected: issued in the future, check the clock'),
  upstream: failure('UpstreamError', 502, 'upstream call failed'),
  deadline: failure('timeout', 504, 'deadline exceeded while waiting for upstream'),
  refused: failure('ECONNREFUSED', 0, 'connect ECONNREFUSED', true),
  unreachable: failure('ETIMEDOUT', 0, 'connect ETIMEDOUT', true),
  timedOut: failure('timeout', 0, 'request timed out'),
  reset: failure('ECONNRESET', 0, 'connection reset by peer', true),
  name: failure('ENOTFOUND', 0, 'getaddrinfo EAI_AGAIN: temporary failure in name resolution', true),
  certificate: failure('CERT_HAS_EXPIRED', 0, 'TLS handshake failed: certificate has expired'),
  poolTimeout: failure('PoolTimeout', 500, 'timed out waiting for a connection from the pool'),
  database: failure('DatabaseError', 500, 'database error: internal error, could not serialize access'),
  databaseGone: failure('ConnectionError', 503, 'database connection failed: the server closed the connection', true),
  lockTimeout: failure('LockTimeout', 500, 'lock wait timeout exceeded; try restarting transaction'),
  cacheGone: failure('ConnectionError', 503, 'cache connection failed: connection refused', true),
  thirdParty: failure('503', 503, 'third party answered 503', true),
  limited: failure('429', 429, 'third party answered 429: rate limit exceeded'),
  poison: failure('DeserializationError', 500, 'cannot deserialize message: unexpected end of input'),
  notFound: failure('404', 404, ''),
  conflict: failure('409', 409, ''),
} as const satisfies Readonly<Record<string, Failure>>;
