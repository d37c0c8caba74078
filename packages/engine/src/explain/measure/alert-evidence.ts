/**
 * What the alerts of one incident say about each instance, as numbers that know no names: which kinds of alert it has and
 * whether it is alone with them, its part in the calls that alarm, and the ways between callers and callees: a call that
 * is slow for its caller and not for whoever serves it speaks of the way, not of the work.
 */
export interface InstanceAlert {
  readonly instance: string;
  /** What is said, without the instance: a metric and its direction, a log template. Numbers within it do not count. */
  readonly kind: string;
  readonly of: 'metric' | 'log';
}

export interface CallAlert {
  /** The same instance twice when the alert is of the caller's own span of the call. */
  readonly caller: string;
  readonly callee: string;
  readonly operation: string;
  /** Slow, failed, a status. */
  readonly kind: string;
}

export interface AlertCase {
  readonly instances: readonly string[];
  readonly alerts: readonly InstanceAlert[];
  readonly calls: readonly CallAlert[];
}

/** Which instances have been seen to serve an operation, and how often. */
export type Servers = ReadonlyMap<string, ReadonlyMap<string, number>>;
/** Feature → value; what is not there is 0. */
export type Evidence = Map<string, number>;

export function serversOf(cases: readonly AlertCase[]): Servers {
  const servers = new Map<string, Map<string, number>>();
  for (const { instances, calls } of cases) {
    for (const { caller, callee, operation } of calls) {
      if (caller === callee || !instances.includes(callee)) continue;
      const serving = servers.get(operation) ?? new Map<string, number>();
      servers.set(operation, serving.set(callee, (serving.get(callee) ?? 0) + 1));
    }
  }
  return servers;
}

export type AlertSource = 'alerts' | 'calls' | 'ways';
export const alertSources: readonly AlertSource[] = ['alerts', 'calls', 'ways'];

/** By instance, every instance of the case. */
export function evidenceOf(given: AlertCase, servers: Servers, sources: readonly AlertSource[] = alertSources): Map<string, Evidence> {
  const evidence = new Map(given.instances.map((instance): [string, Evidence] => [instance, new Map([['instance', 1]])]));
  if (sources.includes('alerts')) ofAlerts(given, evidence);
  if (sources.includes('calls')) ofCalls(given, evidence);
  if (sources.includes('ways')) ofWays(given, servers, evidence);
  return evidence;
}

const raise = (map: Map<string, number>, key: string, by: number): Map<string, number> => map.set(key, (map.get(key) ?? 0) + by);

function ofAlerts({ alerts }: AlertCase, evidence: ReadonlyMap<string, Evidence>): void {
  const withKind = new Map<string, Set<string>>();
  const metrics = new Map<string, number>();
  for (const { instance, kind, of } of alerts) {
    const own = evidence.get(instance);
    if (own === undefined) continue;
    const name = `${of} ${of === 'metric' ? kind.replaceAll(/\d+/g, '#') : withoutInstance(kind, instance)}`;
    raise(own, name, 1);
    if (of !== 'metric') continue;
    raise(metrics, instance, 1);
    withKind.set(name, (withKind.get(name) ?? new Set()).add(instance));
  }
  const most = Math.max(1, ...metrics.values());
  for (const [instance, own] of evidence) {
    for (const [name, count] of own) if (name.startsWith('metric ') || name.startsWith('log ')) own.set(name, name.startsWith('metric ') ? 1 : Math.log1p(count));
    for (const [name, who] of withKind) if (who.has(instance)) own.set(`alone with ${name}`, who.size === 1 ? 1 : 0.5 / who.size);
    const count = metrics.get(instance) ?? 0;
    own.set('share of metrics', count / most).set('metrics', Math.log1p(count)).set('most metrics', count === most ? 1 : 0).set('no metrics', count === 0 ? 1 : 0);
  }
}

/** Some senders begin the template's name with the instance's. */
function withoutInstance(kind: string, instance: string): string {
  return kind.startsWith(`${instance}-`) ? kind.slice(instance.length + 1) : kind;
}

function ofCalls({ calls }: AlertCase, evidence: ReadonlyMap<string, Evidence>): void {
  const all = calls.length || 1;
  const byKind = Map.groupBy(calls, ({ kind }) => kind);
  for (const [instance, own] of evidence) {
    const out = calls.filter(({ caller, callee }) => caller === instance && callee !== instance);
    const into = calls.filter(({ caller, callee }) => callee === instance && caller !== instance);
    const touching = calls.filter(({ caller, callee }) => caller === instance || callee === instance);
    for (const [role, of] of [['calls', out], ['is called', into], ['itself', touching.filter(({ caller, callee }) => caller === callee)]] as const) {
      for (const [kind, some] of Map.groupBy(of, (call) => call.kind)) own.set(`${role} ${kind}`, Math.log1p(some.length));
    }
    for (const [kind, some] of byKind) {
      const share = (of: readonly CallAlert[]): number => of.filter((call) => call.kind === kind).length / some.length;
      own.set(`touches ${kind}`, share(touching)).set(`is called share ${kind}`, share(into));
      own.set(`calls share ${kind}`, share(calls.filter(({ caller }) => caller === instance)));
    }
    const others = new Set(touching.flatMap(({ caller, callee }) => [caller, callee]).filter((each) => each !== instance));
    own.set('is called', into.length / all).set('calls', out.length / all).set('touches', touching.length / all).set('partners', Math.log1p(others.size));
    own.set('touches all', calls.length > 0 && touching.length === calls.length ? 1 : 0);
    own.set('leaf', into.length > 0 && out.length === 0 ? 1 : 0).set('root', out.length > 0 && into.length === 0 ? 1 : 0).set('no calls', into.length + out.length === 0 ? 1 : 0);
  }
}

function ofWays({ calls }: AlertCase, servers: Servers, evidence: ReadonlyMap<string, Evidence>): void {
  const slowFor = Map.groupBy(calls.filter(({ caller, callee }) => caller === callee), ({ operation }) => operation);
  const slowAt = Map.groupBy(calls.filter(({ caller, callee }) => caller !== callee), ({ operation }) => operation);
  const [into, outOf, made, served] = [new Map<string, number>(), new Map<string, number>(), new Map<string, number>(), new Map<string, number>()];
  for (const [operation, own] of slowFor) {
    const serving = servers.get(operation);
    if (serving === undefined) continue;
    for (const caller of new Set(own.map((call) => call.caller))) {
      raise(made, caller, 1);
      const others = [...serving].filter(([callee]) => callee !== caller);
      const total = others.reduce((sum, [, count]) => sum + count, 0);
      const at = slowAt.get(operation);
      if (total === 0) continue;
      if (at !== undefined) for (const callee of new Set(at.map((call) => call.callee))) raise(served, callee, 1);
      else {
        raise(outOf, caller, 1);
        for (const [callee, count] of others) raise(into, callee, count / total);
      }
    }
  }
  const all = [...into.values()].reduce((sum, each) => sum + each, 0) || 1;
  for (const [instance, own] of evidence) {
    const [way, away] = [into.get(instance) ?? 0, outOf.get(instance) ?? 0];
    if (way > 0) own.set('way in', Math.min(1, way)).set('way in share', way / all);
    if (away > 0) own.set('way out', Math.log1p(away)).set('way out share', away / all).set('way out of own', away / (made.get(instance) ?? 1));
    if (way > 0 && away > 0) own.set('ways both', 1);
    const slow = served.get(instance) ?? 0;
    if (slow > 0) own.set('slow itself', Math.log1p(slow));
  }
}
