import type { Failure } from '../failures.ts';
import type { Operation, Step, Topic } from '../system/system.ts';
import { encodeAttributes, type Attributes } from './attributes.ts';
import { Bytes } from './bytes.ts';
import { cacheAttributes, clientAttributes, externalAttributes, messageAttributes, queryAttributes, serverAttributes } from './dialect.ts';

/** All of a span that is the same for every request that goes the same way, encoded once: name, kind, attributes, status. */
export type Shape = Uint8Array;

const kinds = { internal: 1, server: 2, client: 3, producer: 4, consumer: 5 } as const;

function shapeOf(name: string, kind: keyof typeof kinds, attributes: Attributes, failed: boolean, message = ''): Shape {
  const out = new Bytes();
  out.text(5, name);
  out.varint(6 * 8);
  out.varint(kinds[kind]);
  out.raw(encodeAttributes(9, attributes));
  if (failed) {
    const status = new Bytes();
    if (message !== '') status.text(2, message);
    status.varint(3 * 8);
    status.varint(2);
    out.field(15, status.taken());
  }
  return out.taken();
}

/** Shapes by what they belong to and how it ended. */
export class Shapes {
  readonly #served = new Map<Operation, Map<Failure | null, Shape>>();
  readonly #called = new Map<Step, Map<Failure | null, Shape>>();
  readonly #second = new Map<Step, Map<Failure | null, Shape>>();
  readonly #processed = new Map<Topic, Map<Failure | null, Shape>>();

  server(operation: Operation, failure: Failure | null): Shape {
    return known(this.#served, operation, failure, () => shapeOf(operation.service.protocol === 'grpc' ? operation.name : `${operation.method} ${operation.route}`, 'server', serverAttributes(operation, failure), failure !== null && failure.status >= 500, failure?.line));
  }

  /** The call that a step makes; of a cached lookup the lookup itself. */
  call(step: Step, caller: Operation, failure: Failure | null): Shape {
    return known(this.#called, step, failure, () => {
      switch (step.kind) {
        case 'call': return shapeOf(step.operation.service.protocol === 'grpc' ? step.operation.name : step.operation.method, 'client', clientAttributes(step.link, step.operation, failure), failure !== null);
        case 'query': return shapeOf(`${step.statement.operation} ${step.statement.table}`, 'client', queryAttributes(caller.service, step.pool.backend, step.statement, failure), failure !== null);
        case 'cached': return shapeOf('GET', 'client', cacheAttributes(caller.service, step.cache, failure), failure !== null);
        case 'external': return shapeOf('POST', 'client', externalAttributes(caller.service, step.backend, step.path, failure), failure !== null);
        case 'publish': return shapeOf(`send ${step.topic.name}`, 'producer', messageAttributes(caller.service, step.topic, 'send', failure), failure !== null);
      }
    });
  }

  /** The query that follows a lookup that found nothing. */
  miss(step: Extract<Step, { kind: 'cached' }>, caller: Operation, failure: Failure | null): Shape {
    return known(this.#second, step, failure, () => {
      if (step.statement === null || step.pool === null) throw new Error('BUG: a lookup without a query behind it');
      return shapeOf(`${step.statement.operation} ${step.statement.table}`, 'client', queryAttributes(caller.service, step.pool.backend, step.statement, failure), failure !== null);
    });
  }

  process(topic: Topic, failure: Failure | null): Shape {
    return known(this.#processed, topic, failure, () => shapeOf(`process ${topic.name}`, 'consumer', messageAttributes(topic.operation.service, topic, 'process', failure), failure !== null, failure?.line));
  }
}

function known<Key>(table: Map<Key, Map<Failure | null, Shape>>, key: Key, failure: Failure | null, make: () => Shape): Shape {
  let shapes = table.get(key);
  if (shapes === undefined) table.set(key, shapes = new Map());
  let shape = shapes.get(failure);
  if (shape === undefined) shapes.set(failure, shape = make());
  return shape;
}
