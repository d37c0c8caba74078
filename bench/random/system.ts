/** Random systems: layered call graphs that look nothing like the demo shop, drawn from a seed. */

export interface Call { readonly to: number; readonly operation: number; readonly probability: number }
export interface Operation {
  readonly name: string;
  readonly selfMs: number;
  readonly calls: readonly Call[];
  /** Calls to databases and third parties: index into `System.backends`. */
  readonly backends: readonly { readonly backend: number; readonly ms: number; readonly statement: string }[];
  readonly parallel: boolean;
}
export interface Service {
  readonly name: string;
  readonly operations: readonly Operation[];
  readonly hosts: readonly number[];
  /** Old semantic conventions in about a third of the services. */
  readonly old: boolean;
  readonly version: string;
}
export interface Backend { readonly kind: 'database' | 'external'; readonly system: string; readonly name: string }
export interface System { readonly services: readonly Service[]; readonly backends: readonly Backend[]; readonly entries: readonly { readonly service: number; readonly operation: number; readonly weight: number }[] }

export type Random = () => number;

export function makeSystem(random: Random, size: number): System {
  const pick = (n: number): number => Math.floor(random() * n);
  const word = (): string => Array.from({ length: 2 + pick(2) }, () => ['ka', 'lo', 'mi', 'ter', 'vo', 'san', 'ru', 'pel', 'dex', 'no'][pick(10)]).join('');
  const backends = Array.from({ length: Math.max(2, Math.floor(size / 4)) }, (): Backend => {
    const database = random() < 0.7;
    return { kind: database ? 'database' : 'external', system: database ? ['postgresql', 'mysql', 'redis', 'mongodb'][pick(4)] : '', name: database ? `${word()}_db` : `api.${word()}.example` };
  });
  const layers = 3 + pick(3);
  const layerOf = Array.from({ length: size }, (_, i) => (i === 0 ? 0 : Math.min(layers - 1, 1 + Math.floor(((i - 1) / Math.max(1, size - 1)) * (layers - 1)))));
  const names = new Set<string>();
  const services: Service[] = layerOf.map((layer, index) => {
    let name = word();
    while (names.has(name)) name += word();
    names.add(name);
    const below = layerOf.map((other, i) => ({ other, i })).filter(({ other }) => other > layer).map(({ i }) => i);
    const operations = Array.from({ length: 1 + pick(3) }, (_, op): Operation => ({
      name: `/${word()}/${op}`,
      selfMs: 1 + random() * 20,
      calls: below.length === 0 ? [] : Array.from({ length: index === 0 ? 3 : pick(4) }, () => ({ to: below[pick(below.length)], operation: 0, probability: 0.5 + random() / 2 })),
      backends: random() < 0.5 ? [{ backend: pick(backends.length), ms: 1 + random() * 15, statement: `SELECT ${word()} FROM ${word()} WHERE ${word()} = ?` }] : [],
      parallel: random() < 0.3,
    }));
    return { name, operations, hosts: Array.from({ length: 1 + pick(3) }, () => pick(Math.max(2, Math.floor(size / 5)))), old: random() < 0.33, version: `1.${pick(9)}.0` };
  });
  const linked = services.map((service): Service => ({
    ...service,
    operations: service.operations.map((operation) => ({ ...operation, calls: operation.calls.map((call) => ({ ...call, operation: pick(services[call.to].operations.length) })) })),
  }));
  return { services: linked, backends, entries: linked[0].operations.map((_, operation) => ({ service: 0, operation, weight: 0.3 + random() })) };
}

/** Operations (`service:operation`) and backends (`b:index`) that requests can reach, with their expected visits a request. */
export function reach(system: System): ReadonlyMap<string, number> {
  const visits = new Map<string, number>();
  const total = system.entries.reduce((sum, entry) => sum + entry.weight, 0);
  const walk = (service: number, operation: number, share: number, depth: number): void => {
    const key = `${service}:${operation}`;
    visits.set(key, (visits.get(key) ?? 0) + share);
    const it = system.services[service].operations[operation];
    for (const { backend } of it.backends) visits.set(`b:${backend}`, (visits.get(`b:${backend}`) ?? 0) + share);
    if (depth < 8) for (const call of it.calls) walk(call.to, call.operation, share * call.probability, depth + 1);
  };
  for (const entry of system.entries) walk(entry.service, entry.operation, entry.weight / total, 0);
  return visits;
}
