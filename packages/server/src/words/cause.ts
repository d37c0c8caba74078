import type { Cause, CauseKind, Evidence } from '@clew/engine';
import { sayPlain } from './name.ts';
import { sayFromTo, sayShare } from './quantity.ts';

interface CauseWords {
  /** What is wrong, following the name and a comma. `%` stands for the detail; what is in [brackets] is left out without one. */
  readonly what: string;
  /** What a person can do about it now. */
  readonly next: string;
}

const causeWords: Readonly<Record<CauseKind, CauseWords>> = {
  slow: { what: 'its own work takes longer[ in %]', next: 'Compare a slow trace with a normal one; look for what its code or its input changed.' },
  errors: { what: 'errors begin here[ in %]', next: 'Read the error logs and exception of one of the failing traces.' },
  slow_database: { what: 'the database answers slowly', next: 'Run EXPLAIN on the statement and look at locks: a missing index and a changed plan are the usual reasons.' },
  database_errors: { what: 'the database returns errors', next: 'Look at the database\'s own log and its connection limit.' },
  bad_deploy: { what: 'version[ %] was deployed', next: 'Roll back to the version before it.' },
  config_change: { what: 'its configuration was changed[: %]', next: 'Take the change of configuration back.' },
  flag_change: { what: 'a feature flag was changed[: %]', next: 'Set the flag back.' },
  memory_leak: { what: 'its memory grows until it is restarted', next: 'Restart it to win time, or roll back; then take a heap snapshot.' },
  restarts: { what: 'its instances keep restarting', next: 'Read the last log lines before a restart, and the exit code.' },
  pool_exhausted: { what: 'its connection pool[ %] is used up', next: 'Look for connections that are held long; then raise the pool\'s maximum or end what holds them.' },
  third_party_slow: { what: 'the third party answers slowly', next: 'Look at the provider\'s status page; lower the timeout or switch to the fallback.' },
  third_party_errors: { what: 'the third party returns errors', next: 'Look at the provider\'s status page; switch to the fallback or pause what depends on it.' },
  consumer_stuck: { what: 'its consumer has stopped taking messages', next: 'Restart the consumer; look for one message that it fails on again and again.' },
  queue_backlog: { what: 'messages come in faster than they are taken', next: 'Add consumers, or slow the producers down.' },
  noisy_neighbour: { what: 'another workload[ (%)] uses up the host that they share', next: 'Move one of the two to another host, or limit the neighbour\'s CPU.' },
  host_saturated: { what: 'the host is at its limit[: %]', next: 'Move work off the host or give it more capacity.' },
  cpu_saturated: { what: 'its CPU is at its limit', next: 'Add instances or raise the CPU limit.' },
  disk_full: { what: 'its disk is full', next: 'Free space or enlarge the volume.' },
  network: { what: 'the network on the way to it loses or delays requests', next: 'Look at network errors and policies between the two.' },
  down: { what: 'it does not answer', next: 'See whether it runs; start it again and read its last log lines.' },
  overload: { what: 'it gets more traffic than it can take', next: 'Add instances or limit the traffic at the entry.' },
  unknown: { what: 'what is wrong with it is not known', next: 'Open the traces of the symptom.' },
};

const detailCharsMax = 160;

/** What is wrong with it, with the numbers of its strongest evidence: `statement SELECT … takes 50 → 3,500 ms`. */
export function sayCause(cause: Cause): string {
  const said = fill(causeWords[cause.kind].what, cause.detail);
  const figure = cause.evidence.map(figureOf).find((each) => each !== null);
  // A statement says what is slow better than the general words do.
  if (cause.evidence.some(({ kind }) => kind === 'statement') && (cause.kind === 'slow_database' || cause.kind === 'slow')) {
    const statement = cause.evidence.map((each) => (each.kind === 'statement' ? figureOf(each) : null)).find((each) => each !== null);
    if (statement !== null && statement !== undefined) return statement;
  }
  return figure === undefined || figure === null ? said : `${said} (${figure})`;
}

export function sayNext(kind: CauseKind): string {
  return causeWords[kind].next;
}

/** The same while the cause is unknown: with candidates there is a guess to look into. */
export function sayUnknownNext(candidates: number): string {
  return candidates === 0
    ? 'Open the traces of the symptom, and see that every service on their path sends traces.'
    : 'Compare a failing trace with a normal one under the nearest guess; send logs and resource metrics of the services on the path to let the evidence decide.';
}

/** The evidence in a few words with its numbers; null when it has none that fit into a sentence. */
function figureOf(evidence: Evidence): string | null {
  switch (evidence.kind) {
    case 'statement': return `statement ${sayPlain(evidence.text, 80)} takes ${sayFromTo(evidence.beforeMs, evidence.afterMs, 'ms')}`;
    case 'self_time': return `own time ${sayFromTo(evidence.beforeMs, evidence.afterMs, 'ms')}`;
    case 'error_origin': return `${sayShare(evidence.share)} of failing traces fail here first${evidence.errorType === '' ? '' : `: ${sayPlain(evidence.errorType, 60)}`}`;
    default: return null;
  }
}

function fill(words: string, detail: string): string {
  const plain = sayPlain(detail, detailCharsMax);
  // Replaced by functions: a detail may contain `$`.
  return words.replace(/\[([^\]]*)\]/g, (_, inner: string) => (plain === '' ? '' : inner.replace('%', () => plain)));
}
