import type { z } from 'zod';
import type { ErrorCode } from '../errors.ts';
import type { ApiContext } from './context.ts';
import type { EventStream } from './stream.ts';

export type Method = 'GET' | 'POST' | 'DELETE';

/** What a handler is given: everything has passed its schema. */
export interface Asked<Q, B> {
  /** Path parameters by name, URL-decoded. */
  readonly path: Readonly<Record<string, string>>;
  readonly query: Q;
  readonly body: B;
  /** Name of the key that was shown; empty without one. */
  readonly by: string;
}

interface RouteCommon {
  readonly method: Method;
  /** Under /api/v1, `:name` for a parameter: `/services/:id`. */
  readonly path: string;
  readonly summary: string;
  readonly query: z.ZodObject;
  /** null when the request has none. */
  readonly body: z.ZodObject | null;
  /** Codes of the error table that it may answer beside those of every route. */
  readonly errors: readonly ErrorCode[];
  /** True for what may be asked without the token, because it is how one shows it. */
  readonly isOpen: boolean;
}

export interface AnswerRoute extends RouteCommon {
  readonly kind: 'answer';
  readonly answer: z.ZodType;
  handle(context: ApiContext, asked: Asked<never, never>): unknown;
  /** Headers of an answer beside those of every answer; asked for once the handler is done. */
  headers(context: ApiContext, asked: Asked<never, never>): Readonly<Record<string, string>>;
}

export interface StreamRoute extends RouteCommon {
  readonly kind: 'stream';
  readonly events: Readonly<Record<string, z.ZodType>>;
  open(context: ApiContext, asked: Asked<never, never>, stream: EventStream): void;
}

export type Route = AnswerRoute | StreamRoute;

interface Given<Q extends z.ZodObject> {
  readonly path: string;
  readonly summary: string;
  readonly query: Q;
  readonly errors?: readonly ErrorCode[];
}

const plain = { isOpen: false, headers: () => ({}) } as const;

/** A row of the table of routes that reads. The handler's types follow from the schemas. */
export function read<Q extends z.ZodObject, T>(
  row: Given<Q> & { readonly answer: z.ZodType<T>; readonly handle: (context: ApiContext, asked: Asked<z.output<Q>, null>) => NoInfer<T> | Promise<NoInfer<T>> },
): Route {
  return { kind: 'answer', method: 'GET', body: null, ...plain, ...row, errors: row.errors ?? [] } as unknown as AnswerRoute;
}

/** A row that changes something. */
export function change<Q extends z.ZodObject, T, B extends z.ZodObject>(
  row: Given<Q> & {
    readonly method: 'POST' | 'DELETE';
    readonly body: B | null;
    readonly answer: z.ZodType<T>;
    readonly handle: (context: ApiContext, asked: Asked<z.output<Q>, z.output<B>>) => NoInfer<T> | Promise<NoInfer<T>>;
    readonly isOpen?: boolean;
    readonly headers?: (context: ApiContext, asked: Asked<z.output<Q>, z.output<B>>) => Readonly<Record<string, string>>;
  },
): Route {
  return { kind: 'answer', ...plain, ...row, errors: row.errors ?? [] } as unknown as AnswerRoute;
}

/** A row that stays open and sends events. */
export function stream<Q extends z.ZodObject>(
  row: Given<Q> & {
    readonly events: Readonly<Record<string, z.ZodType>>;
    readonly open: (context: ApiContext, asked: Asked<z.output<Q>, null>, stream: EventStream) => void;
  },
): Route {
  return { kind: 'stream', method: 'GET', body: null, isOpen: false, ...row, errors: row.errors ?? [] } as unknown as StreamRoute;
}
