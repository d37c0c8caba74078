import { SpanKind } from '../model/index.ts';

const grpcCodes = [
  'OK', 'CANCELLED', 'UNKNOWN', 'INVALID_ARGUMENT', 'DEADLINE_EXCEEDED', 'NOT_FOUND', 'ALREADY_EXISTS', 'PERMISSION_DENIED',
  'RESOURCE_EXHAUSTED', 'FAILED_PRECONDITION', 'ABORTED', 'OUT_OF_RANGE', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS', 'UNAUTHENTICATED',
];
const serversFault = new Set(['UNKNOWN', 'DEADLINE_EXCEEDED', 'UNIMPLEMENTED', 'INTERNAL', 'UNAVAILABLE', 'DATA_LOSS']);

/** A gRPC or Connect status by its present name, from a number, a number sent as text, or any spelling of the name. */
export function rpcStatusName(sent: string): string {
  const code = /^\d{1,2}$/.test(sent) ? grpcCodes[Number(sent)] : undefined;
  const name = code ?? sent.replace(/([a-z])([A-Z])/g, '$1_$2').toUpperCase();
  return name === 'CANCELED' ? 'CANCELLED' : name;
}

/** Errors of a side (otlp §4.2): a client's are all that is not OK, a server's only those that are its own doing. */
export function rpcFailed(kind: SpanKind, statusName: string): boolean {
  if (statusName === '' || statusName === 'OK' || statusName === '0') return false;
  return calls(kind) || serversFault.has(statusName);
}

/** Errors of a side (otlp §4.1): servers 5xx, clients 4xx and 5xx. */
export function httpFailed(kind: SpanKind, status: number): boolean {
  return status >= (calls(kind) ? 400 : 500) && status < 600;
}

function calls(kind: SpanKind): boolean {
  return kind === SpanKind.client || kind === SpanKind.producer;
}
