/** What a table of a protobuf message is made of (the tables: schema.ts, schema-profiles.ts, schema-requests.ts). */
export type Scalar =
  | 'string' | 'bytes' | 'traceId' | 'spanId' | 'profileId' | 'bool' | 'double'
  | 'uint32' | 'int32' | 'sint32' | 'fixed32' | 'int64' | 'uint64' | 'fixed64' | 'sfixed64' | 'time';

export interface Field {
  readonly number: number;
  /** lowerCamelCase, as in JSON and in message.ts. */
  readonly name: string;
  readonly snake: string;
  readonly type: Scalar | 'enum' | 'message';
  readonly repeated: boolean;
  /** Written even when it is the default: `optional` fields and members of a oneof. */
  readonly explicit: boolean;
  /** Members of one oneof: reading one clears the others. */
  readonly oneof: readonly string[] | null;
  readonly names: Readonly<Record<string, number>> | null;
  /** A thunk, because AnyValue holds itself. */
  readonly message: (() => Message) | null;
}

export interface Message {
  readonly name: string;
  readonly fields: readonly Field[];
  readonly byNumber: ReadonlyMap<number, Field>;
}

interface Spec {
  readonly type: Field['type'];
  readonly repeated?: boolean;
  readonly explicit?: boolean;
  readonly oneof?: boolean;
  readonly names?: Readonly<Record<string, number>>;
  readonly message?: () => Message;
}

export const one = (type: Scalar): Spec => ({ type });
export const optional = (type: Scalar): Spec => ({ type, explicit: true });
export const many = (type: Scalar): Spec => ({ type, repeated: true });
export const member = (type: Scalar): Spec => ({ type, explicit: true, oneof: true });
export const memberOf = (message: () => Message): Spec => ({ type: 'message', message, oneof: true, explicit: true });
export const nested = (message: () => Message): Spec => ({ type: 'message', message, explicit: true });
export const list = (message: () => Message): Spec => ({ type: 'message', message, repeated: true });
export const oneOf = (names: Readonly<Record<string, number>>): Spec => ({ type: 'enum', names });

/** Fields in the order of their numbers: [number, lowerCamelCase name, what it is]. */
export function message(name: string, specs: readonly (readonly [number, string, Spec])[]): Message {
  const oneof = specs.filter(([, , spec]) => spec.oneof).map(([, fieldName]) => fieldName);
  const fields = specs.map(([number, fieldName, spec]): Field => ({
    number,
    name: fieldName,
    snake: fieldName.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`),
    type: spec.type,
    repeated: spec.repeated ?? false,
    explicit: spec.explicit ?? false,
    oneof: spec.oneof ? oneof : null,
    names: spec.names ?? null,
    message: spec.message ?? null,
  }));
  return { name, fields, byNumber: new Map(fields.map((field) => [field.number, field])) };
}
