// `node bench/random/random.ts [--cases 40] [--seed 1] [--minutes 12] [--quiet] [--verbose] [--only 14]`
// Root cause on random systems of 5 to 40 services, one planted fault each (a misleading deploy elsewhere in a third),
// through the whole engine as bytes. Prints hit rates by kind of fault beside a trivial baseline.
import { parseArgs } from 'node:util';
import { readRequest, writeRequest } from '@clew/otlp';
import { defaultSettings, openEngine, type Incident, type World } from '@clew/engine';
import { makeSystem, reach, type System } from './system.ts';
import { Traffic, type Decoy, type Fault, type FaultKind } from './traffic.ts';

const { values } = parseArgs({ options: { cases: { type: 'string', default: '40' }, seed: { type: 'string', default: '1' }, minutes: { type: 'string', default: '12' }, quiet: { type: 'boolean', default: false }, verbose: { type: 'boolean', default: false }, only: { type: 'string' } } });
const kinds: readonly FaultKind[] = ['slow_service', 'errors_service', 'bad_deploy', 'slow_backend', 'backend_errors', 'cpu', 'down', 'bad_instance', 'pool'];
const startMs = Date.UTC(2026, 4, 12, 8);
const stepMs = 5_000;

interface Row { readonly kind: string; readonly services: number; readonly top1: boolean; readonly top3: boolean; readonly kindRight: boolean; readonly incidents: number; readonly detectS: number | null; readonly baseline: boolean; readonly said: string; readonly truth: string }

const rows: Row[] = [];
for (let index = 0; index < Number(values.cases); index++) {
  if (values.only !== undefined && Number(values.only) !== index) continue;
  const row = runCase(Number(values.seed) * 1000 + index, kinds[index % kinds.length]);
  rows.push(row);
  if (values.verbose) console.error(`${index} ${row.kind} (${row.services} services) truth ${row.truth}: ${row.top1 ? 'right' : 'WRONG'}, incidents ${row.incidents}, ${row.said}`);
}
const groups = Map.groupBy(rows, (row) => row.kind);
const line = (name: string, of: readonly Row[]): Record<string, string | number> => {
  const times = of.flatMap((row) => (row.detectS === null ? [] : [row.detectS])).toSorted((a, b) => a - b);
  return { fault: name, cases: of.length, 'top-1': share(of, (row) => row.top1), 'top-3': share(of, (row) => row.top3), 'kind': share(of, (row) => row.kindRight), 'one incident': share(of, (row) => row.incidents === 1), 'none': share(of, (row) => row.incidents === 0), 'detect median s': times[times.length >> 1] ?? '-', 'baseline top-1': share(of, (row) => row.baseline) };
};
console.table([...[...groups].map(([name, of]) => line(name, of)), line('all', rows)]);

function runCase(seed: number, kind: FaultKind): Row {
  const random = mulberry(seed);
  const system = makeSystem(random, 5 + Math.floor(random() * 36));
  const visits = reach(system);
  const services = system.services.map((_, i) => i).filter((i) => i > 0 && system.services[i].operations.some((_op, op) => (visits.get(`${i}:${op}`) ?? 0) > 0.15));
  const backends = system.backends.map((_, i) => i).filter((i) => (visits.get(`b:${i}`) ?? 0) > 0.15);
  // Only what has a pool can run out of connections.
  const targets = kind === 'pool' ? services.filter((i) => system.services[i].operations.some((op) => op.backends.length > 0)) : services;
  const service = targets[Math.floor(random() * targets.length)] ?? 0;
  const faultMs = startMs + 6 * 60_000 + Math.floor(random() * 60_000);
  const backendKind = kind === 'slow_backend' || kind === 'backend_errors';
  const fault: Fault = { kind: values.quiet ? 'slow_service' : kind, service: backendKind || values.quiet ? -1 : service, backend: backendKind && !values.quiet ? backends[Math.floor(random() * backends.length)] ?? 0 : -1, startMs: faultMs, endMs: faultMs + 4 * 60_000, strength: 2 + random() * 4 };
  const decoys: Decoy[] = random() < 0.33 ? [{ service: services[Math.floor(random() * services.length)] ?? 0, atMs: faultMs - 45_000 }] : [];
  const truth = truthOf(system, fault);
  const said = simulate(system, fault, decoys.filter((decoy) => decoy.service !== fault.service), random);
  const best = said.incidents.filter((incident) => incident.openedMs >= faultMs).toSorted((a, b) => a.openedMs - b.openedMs)[0];
  const causes = best?.explanation.causes ?? [];
  if (values.only !== undefined) console.error(JSON.stringify(best, null, 1));
  return {
    kind, services: system.services.length, truth,
    top1: causes[0]?.entity === truth && causes[0].confidence >= best.explanation.unknown,
    top3: causes.slice(0, 3).some((cause) => cause.entity === truth),
    kindRight: causes[0]?.entity === truth && kindsOf(kind, system, fault).includes(causes[0].kind),
    incidents: said.incidents.length, detectS: best === undefined ? null : Math.round((best.openedMs - faultMs) / 1000),
    baseline: loudest(said.world, faultMs) === truth,
    said: best === undefined ? 'nothing' : causes.slice(0, 3).map((cause) => `${cause.entity} ${cause.kind} ${cause.confidence.toFixed(2)}`).join(' | ') + ` | unknown ${best.explanation.unknown.toFixed(2)}`,
  };
}

function simulate(system: System, fault: Fault, decoys: readonly Decoy[], random: () => number): { incidents: readonly Incident[]; world: World } {
  const traffic = new Traffic(system, random, [fault], decoys);
  const engine = openEngine(defaultSettings);
  let atFault = engine.world();
  for (let atMs = startMs; atMs < startMs + Number(values.minutes) * 60_000; atMs += stepMs) {
    const { traces, logs, metrics } = traffic.step(atMs, atMs + stepMs, 12);
    const receivedMs = atMs + stepMs;
    engine.feed(readRequest('traces', writeRequest('traces', traces)), receivedMs);
    if (receivedMs % 10_000 === 0) engine.feed(readRequest('metrics', writeRequest('metrics', metrics)), receivedMs);
    engine.feed(readRequest('logs', writeRequest('logs', logs)), receivedMs);
    if (atMs < fault.startMs + 60_000) atFault = engine.world();
  }
  return { incidents: engine.world().incidents, world: atFault };
}

/** The baseline: the node whose error share plus relative p95 grew most in the minute after the fault, names unseen. */
function loudest(world: World, faultMs: number): string {
  const scores = world.nodes.filter((view) => view.node.kind !== 'user').map((view) => {
    const before = view.red.filter((red) => red.paneMs < faultMs - 10_000);
    const after = view.red.filter((red) => red.paneMs >= faultMs);
    const mean = (of: readonly { errorShare: number; p95Ms: number }[], get: (red: { errorShare: number; p95Ms: number }) => number): number => (of.length === 0 ? 0 : of.reduce((sum, red) => sum + get(red), 0) / of.length);
    return { id: view.node.id, score: mean(after, (red) => red.errorShare) - mean(before, (red) => red.errorShare) + Math.log1p(mean(after, (red) => red.p95Ms)) - Math.log1p(mean(before, (red) => red.p95Ms)) };
  });
  return scores.toSorted((a, b) => b.score - a.score)[0]?.id ?? '';
}

function truthOf(system: System, fault: Fault): string {
  if (fault.backend >= 0) {
    const backend = system.backends[fault.backend];
    return backend.kind === 'database' ? `database:${backend.system}/${backend.name}` : `external:${backend.name}`;
  }
  return fault.service < 0 ? 'none' : `service:${system.services[fault.service].name}`;
}

function kindsOf(kind: FaultKind, system: System, fault: Fault): readonly string[] {
  const external = fault.backend >= 0 && system.backends[fault.backend].kind === 'external';
  switch (kind) {
    case 'slow_service': return ['slow', 'overload'];
    case 'errors_service': return ['errors'];
    case 'bad_deploy': return ['bad_deploy'];
    case 'slow_backend': return [external ? 'third_party_slow' : 'slow_database'];
    case 'backend_errors': return [external ? 'third_party_errors' : 'database_errors'];
    case 'cpu': return ['cpu_saturated'];
    case 'down': return ['down'];
    case 'bad_instance': return ['errors'];
    case 'pool': return ['pool_exhausted'];
  }
}

function share(of: readonly Row[], holds: (row: Row) => boolean): string {
  return (of.filter(holds).length / of.length).toFixed(2);
}

function mulberry(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
