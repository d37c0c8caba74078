import type { Evidence, RuledOut, TraceRef } from '@clew/engine';
import { nameOfFeature } from './feature.ts';
import { type Names, sayList, sayPlain } from './name.ts';
import { sayFromTo, sayNumber, sayRange, sayShare, saySpan, sayTime, sayValue } from './quantity.ts';

const textCharsMax = 160;

/** One piece of evidence as one line, numbers and where to look included. */
export function sayEvidence(evidence: Evidence, names: Names, nearMs: number): string {
  switch (evidence.kind) {
    case 'self_time':
      return `traces spend ${sayShare(evidence.share)} of the added time in its own work${within(evidence.operation)}: ${sayFromTo(evidence.beforeMs, evidence.afterMs, 'ms')}${sayTraces(evidence.traces)}`;
    case 'error_origin':
      return `${sayShare(evidence.share)} of the failing traces fail here first${within(evidence.operation)}: ${sayNumber(evidence.errors)} errors${evidence.errorType === '' ? '' : ` of type ${sayPlain(evidence.errorType)}`}${sayTraces(evidence.traces)}`;
    case 'series':
      return `${nameOfFeature(evidence.feature, evidence.subject)} of ${names.of(evidence.entity)}: ${sayFromTo(evidence.expected, evidence.observed, evidence.unit)} from ${sayTime(evidence.onsetMs, nearMs)}`;
    case 'change':
      return evidence.beforeOnsetMs >= 0
        ? `${saySpan(evidence.beforeOnsetMs)} before it began: ${sayPlain(evidence.what, textCharsMax)}`
        : `${saySpan(evidence.beforeOnsetMs)} after it began: ${sayPlain(evidence.what, textCharsMax)}`;
    case 'log_template':
      return `${evidence.isNew ? 'a new log line' : 'a burst of a log line'} of ${names.of(evidence.service)}: "${sayPlain(evidence.template, textCharsMax)}", ${sayNumber(evidence.count)} times${evidence.isNew ? '' : ` (normally ${sayNumber(evidence.baselineCount)})`}${sayTraces(evidence.traces)}`;
    case 'co_location':
      return `${names.of(evidence.host)} is shared by ${sayList(evidence.services.map((service) => names.of(service)))}`;
    case 'downstream_healthy':
      return evidence.callees.length === 0 ? 'it calls nothing that could be the reason' : `what it calls is well: ${sayList(evidence.callees.map((callee) => names.of(callee)))}`;
    case 'statement':
      return `statement ${sayPlain(evidence.text, textCharsMax)} takes ${sayFromTo(evidence.beforeMs, evidence.afterMs, 'ms')}`;
    case 'silence':
      return `nothing has been heard of it since ${sayTime(evidence.sinceMs, nearMs)}`;
    case 'attribute':
      return sayAttribute(evidence, names);
    case 'mechanism':
      return sayMechanism(evidence, names);
    case 'effect':
      return sayEffect(evidence, names);
    case 'graph_pattern':
      return `the pattern over the graph looks like past simulated incidents whose cause sat here (${evidence.share.toFixed(2)})`;
  }
}

/** `errors of order: 41 % with service.version=1.9.2, 0.3 % without (412 of 1,003 requests)`. */
function sayAttribute({ service, key, value, of, inside, outside, count, requests }: Extract<Evidence, { kind: 'attribute' }>, names: Names): string {
  const having = `${sayPlain(key)}=${sayPlain(value)}`;
  switch (of) {
    case 'errors': return `errors of ${names.of(service)}: ${sayShare(inside)} with ${having}, ${sayShare(outside)} without (${sayNumber(count)} of ${sayNumber(requests)} requests)`;
    case 'latency': return `requests of ${names.of(service)}: ${sayValue(inside, 'ms')} with ${having}, ${sayValue(outside, 'ms')} without (${sayNumber(requests)} requests)`;
    case 'records': return `log records of ${names.of(service)} that tell of an error: ${sayShare(inside)} with ${having}, ${sayShare(outside)} without (${sayNumber(count)} of ${sayNumber(requests)} records)`;
    case 'silence': return `requests of ${names.of(service)}: ${sayNumber(inside)} with ${having}, ${sayNumber(outside)} without`;
  }
}

const unitOf = { latency: 'ms', errors: '1' } as const;

/** `its own mechanism changed: 3,400 ms of the 3,500 ms that checkout gained (90 % interval 3,100 … 3,600 ms); what it calls explains 100 ms`. */
function sayMechanism({ of, target, own, low, high, total, callees, traffic }: Extract<Evidence, { kind: 'mechanism' }>, names: Names): string {
  const say = (value: number): string => sayValue(Math.max(0, value), unitOf[of]);
  const more = traffic > leastTraffic * total ? `, more traffic ${say(traffic)}` : '';
  return `its own mechanism changed: ${say(own)} of the ${of === 'latency' ? `${say(total)} that requests of ${names.of(target)} gained` : `${say(total)} more requests of ${names.of(target)} that fail`} (90 % interval ${sayRange(low, high, unitOf[of])}); what it calls explains ${say(callees)}${more}`;
}

const leastTraffic = 0.05;

function sayEffect({ treatment, what, of, target, effect, low, high, adjustedFor, refutedBy }: Extract<Evidence, { kind: 'effect' }>, names: Names): string {
  const cause = treatment === 'own' ? 'its own doing' : treatment === 'saturation' ? 'its fuller resources' : sayPlain(what, textCharsMax);
  const beside = adjustedFor.length === 0 ? 'its load' : `its load and ${sayList(adjustedFor.map((node) => names.of(node)))}`;
  if (refutedBy !== null) return `the estimated effect of ${cause} on ${names.of(target)} was discarded: ${refutations[refutedBy]} (adjusted for ${beside})`;
  return `${cause} had an effect of ${sayValue(effect, unitOf[of])} on ${of === 'latency' ? 'requests' : 'failures'} of ${names.of(target)} (90 % interval ${sayRange(low, high, unitOf[of])}; adjusted for ${beside}; not refuted)`;
}

const refutations = { placebo: 'the same in shuffled order does as much', common_cause: 'a made-up cause beside it changes it', subset: 'part of the data tells another story' } as const;

/** `gateway: its trouble comes from checkout`, and in brackets what was seen there. */
export function sayRuledOut(ruledOut: RuledOut, names: Names, nearMs: number): string {
  const [seen] = ruledOut.evidence;
  return `${names.of(ruledOut.entity)}: ${sayReason(ruledOut, names)}${seen === undefined ? '' : ` (${sayEvidence(seen, names, nearMs)})`}`;
}

function sayReason({ reason, because }: RuledOut, names: Names): string {
  const other = because === null ? null : names.of(because);
  switch (reason) {
    case 'symptom_of_callee': return `its trouble comes from ${other ?? 'what it calls'}`;
    case 'within_normal': return 'everything measured there is within its normal range';
    case 'after_onset': return 'it changed only after the trouble had begun';
    case 'not_on_path': return 'nothing that is in trouble depends on it';
    case 'no_trace_share': return 'it is on the path, but traces spend no more time and raise no errors there';
    case 'traffic_explains': return `it only carries ${other === null ? 'more or less traffic' : `the traffic of ${other}`}`;
  }
}

function within(operation: string): string {
  return operation === '' ? '' : ` in ${sayPlain(operation)}`;
}

function sayTraces(traces: readonly TraceRef[]): string {
  return traces.length === 0 ? '' : ` (trace ${traces[0].traceId}${traces.length > 1 ? ` and ${traces.length - 1} more` : ''})`;
}
