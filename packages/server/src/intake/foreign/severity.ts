/** Severity numbers of OTLP by the names that loggers use (specification, logs/data-model-appendix; ours where it is silent). */
const byName: Readonly<Record<string, number>> = {
  trace: 1, finest: 1, silly: 1, verbose: 1, finer: 3,
  debug: 5, fine: 5, config: 8,
  info: 9, information: 9, informational: 9, http: 9, notice: 10, success: 10,
  warn: 13, warning: 13,
  error: 17, err: 17, eror: 17, severe: 17, critical: 18, crit: 18, alert: 19,
  fatal: 21, panic: 21, dpanic: 21, emergency: 21, emerg: 21,
};

/** Syslog's severities 0..7 (RFC 5424 §6.2.1) in OTLP. */
const bySyslog = [21, 19, 18, 17, 13, 10, 9, 5] as const;
export const syslogNames = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

/** 0 where it is none. */
export const severityOfSyslog = (severity: number): number => bySyslog[severity] ?? 0;

/** Number of a level as a logger writes it: a name, a number of bunyan and pino (10..60), or one of syslog (0..7). 0 where it is unknown. */
export function severityOf(level: unknown): number {
  if (typeof level === 'string') {
    const name = level.trim().toLowerCase();
    return Object.hasOwn(byName, name) ? byName[name] : /^\d{1,2}$/.test(name) ? severityOf(Number(name)) : 0;
  }
  if (typeof level !== 'number' || !Number.isInteger(level) || level < 0) return 0;
  if (level <= 7) return severityOfSyslog(level);
  // 10 is trace, 20 debug … 60 fatal; levels between are those of the step below.
  return level < 10 || level >= 70 ? 0 : 4 * Math.floor(level / 10) - 3;
}
