import { isObject } from '../json.ts';
import type { JsonObject } from '../json.ts';

/**
 * Names under which loggers write what OTLP has a place for; the first that is there is taken. Of ECS, pino, bunyan,
 * winston, zap, zerolog, logrus, slog, structlog, python-json-logger, Log4j, Logback, Serilog, GELF, journald, Docker, Google Cloud.
 * A name with a point is a name with a point, or a member of an object.
 */
export const fieldNames = {
  time: ['@timestamp', 'timestamp', 'time', 'ts', '@t', 'datetime', 'instant', 'asctime', 'eventTime', 'date', 't', '__REALTIME_TIMESTAMP'],
  level: ['level', 'severity', 'log.level', 'lvl', 'levelname', 'loglevel', 'log_level', 'severity_text', 'severityText', '@l', 'detected_level', 'PRIORITY'],
  message: ['message', 'msg', '@m', '@mt', 'MESSAGE', 'short_message', 'log', 'body', 'event'],
  traceId: ['trace_id', 'traceId', 'traceID', 'traceid', 'trace.id', '@tr', 'otelTraceID'],
  spanId: ['span_id', 'spanId', 'spanID', 'spanid', 'span.id', '@sp', 'otelSpanID'],
  service: ['service.name', 'service_name', 'serviceName', 'service', 'otelServiceName', 'dd.service', 'app', 'application', 'SYSLOG_IDENTIFIER'],
  serviceVersion: ['service.version', 'service_version'],
  environment: ['service.environment', 'deployment.environment.name', 'deployment.environment', 'environment', 'env'],
  host: ['host.name', 'host.hostname', 'hostname', 'host', '_HOSTNAME'],
  logger: ['log.logger', 'logger', 'logger_name', 'loggerName'],
  exceptionType: ['error.type', 'err.type', 'err.name', 'exception.type', 'error.name'],
  exceptionMessage: ['error.message', 'err.message', 'exception.message', 'error', 'err'],
  exceptionStack: ['error.stack_trace', 'err.stack', 'error.stack', 'exception.stacktrace', 'stack_trace', 'stacktrace', 'exc_info', '@x'],
} as const;
export type FieldRole = keyof typeof fieldNames;

/** A logged object of which parts are taken one by one; what is left are its attributes. */
export interface Fields {
  /** The first of the role's names of which `read` makes something; it is then taken. */
  take<Value>(role: FieldRole, read: (value: unknown) => Value | null): Value | null;
  has(name: string): boolean;
  /** One name more, for what only some loggers mean by it. */
  takeNamed<Value>(name: string, read: (value: unknown) => Value | null): Value | null;
  rest(): JsonObject;
}

export function openFields(logged: JsonObject): Fields {
  const taken = new Set<string>();

  function takeNamed<Value>(name: string, read: (value: unknown) => Value | null): Value | null {
    const value = find(logged, name);
    if (value === undefined || value === null || taken.has(name)) return null;
    const made = read(value);
    if (made !== null) taken.add(name);
    return made;
  }

  return {
    takeNamed,
    has: (name) => find(logged, name) !== undefined,
    take(role, read) {
      for (const name of fieldNames[role]) {
        const made = takeNamed(name, read);
        if (made !== null) return made;
      }
      return null;
    },
    rest() {
      if (taken.size === 0) return logged;
      const left: [string, unknown][] = [];
      for (const [key, value] of Object.entries(logged)) {
        if (taken.has(key)) continue;
        const inner = isObject(value) ? Object.entries(value).filter(([name]) => !taken.has(`${key}.${name}`)) : null;
        if (inner === null) left.push([key, value]);
        else if (inner.length > 0 || Object.keys(value as JsonObject).length === 0) left.push([key, Object.fromEntries(inner)]);
      }
      return Object.fromEntries(left);
    },
  };
}

function find(logged: JsonObject, name: string): unknown {
  if (Object.hasOwn(logged, name)) return logged[name];
  const point = name.indexOf('.');
  if (point < 0) return undefined;
  const outer = Object.hasOwn(logged, name.slice(0, point)) ? logged[name.slice(0, point)] : undefined;
  const inner = name.slice(point + 1);
  return isObject(outer) && Object.hasOwn(outer, inner) ? outer[inner] : undefined;
}
