import type { Random } from '../random.ts';
import { restOf } from './levers.ts';
import type { Names } from './names.ts';
import type { Backend, Statement } from './system.ts';

export interface Stores {
  readonly databases: Backend[];
  readonly caches: Backend[];
  readonly externals: Backend[];
  /** Third parties that some service calls. */
  readonly used: Set<Backend>;
}

export function makeBackends(random: Random, names: Names, services: number): Stores {
  const many = (share: number, least: number): number => Math.max(least, Math.round(services * share));
  const databases = Array.from({ length: many(0.18, 1) }, (_, index): Backend => {
    const system = random.pick(['postgresql', 'postgresql', 'mysql', 'mongodb']);
    const name = `${names.thing()}_${index}`;
    return { kind: 'database', system, name, address: `${name.replace('_', '-')}.db.internal`, id: `database:${system}/${name}`, statements: makeStatements(random, names, system), levers: restOf.backend() };
  });
  const caches = Array.from({ length: many(0.05, 1) }, (_, index): Backend => {
    const address = `cache-${index}.internal`;
    return { kind: 'cache', system: 'redis', name: address, address, id: `database:redis/${address}`, statements: [], levers: restOf.backend() };
  });
  const externals = Array.from({ length: many(0.06, 1) }, (): Backend => {
    const name = names.external();
    return { kind: 'external', system: '', name, address: name, id: `external:${name}`, statements: [], levers: restOf.backend() };
  });
  return { databases, caches, externals, used: new Set() };
}

function makeStatements(random: Random, names: Names, system: string): Statement[] {
  return Array.from({ length: random.integer(4, 8) }, (_, index): Statement => {
    const table = `${names.thing()}s`;
    const operation = random.pick(['SELECT', 'SELECT', 'SELECT', 'INSERT', 'UPDATE']);
    const ms = operation === 'SELECT' ? random.between(0.8, 12) : random.between(1.5, 8);
    if (system === 'mongodb') {
      const verb = operation === 'SELECT' ? 'find' : operation.toLowerCase();
      return { index, operation: verb, table, text: `{"${verb}":"${table}","filter":{"${names.thing()}Id":"?"}}`, ms };
    }
    const key = `${names.thing()}_id`;
    const text = operation === 'SELECT' ? `SELECT id, ${key}, state FROM ${table} WHERE ${key} = ? ORDER BY id LIMIT ?`
      : operation === 'INSERT' ? `INSERT INTO ${table} (id, ${key}, state) VALUES (?, ?, ?)` : `UPDATE ${table} SET state = ? WHERE ${key} = ?`;
    return { index, operation, table, text, ms };
  });
}
