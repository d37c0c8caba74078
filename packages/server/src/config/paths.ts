import type { Signal } from '@clew/otlp';
import type { Settings } from './table.ts';

/** The paths of OTLP over HTTP that are served. They are exact; no two are the same (config.ts sees to that). */
export function readOtlpPaths(settings: Settings): ReadonlyMap<string, Signal> {
  return new Map<string, Signal>([
    [settings.tracesPath, 'traces'], [settings.metricsPath, 'metrics'], [settings.logsPath, 'logs'],
    ...(settings.profiles ? [[settings.profilesPath, 'profiles'] as const] : []),
  ]);
}
