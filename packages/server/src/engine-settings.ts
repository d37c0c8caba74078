import { defaultSettings } from '@clew/engine';
import type { EngineSettings } from '@clew/engine';
import type { Settings } from './config/table.ts';

/** What people set, as the engine knows it. */
export function engineSettings({ latenessMs, skewMs, servicesMax, metricSeriesMax }: Settings): EngineSettings {
  return { ...defaultSettings, latenessMs, skewMs, limits: { ...defaultSettings.limits, services: servicesMax, metricSeries: metricSeriesMax } };
}
