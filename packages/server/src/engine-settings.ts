import { defaultSettings } from '@clew/engine/tables';
import type { EngineSettings } from '@clew/engine';
import { readCalendar } from './config/calendar.ts';
import type { Settings } from './config/table.ts';

/** What people set, as the engine knows it. */
export function engineSettings(settings: Settings): EngineSettings {
  const { latenessMs, skewMs, servicesMax, metricSeriesMax, falseAlarmsPerDay } = settings;
  return {
    ...defaultSettings, latenessMs, skewMs, calendar: readCalendar(settings), detection: { ...defaultSettings.detection, falseAlarmsPerDay },
    limits: { ...defaultSettings.limits, services: servicesMax, metricSeries: metricSeriesMax },
  };
}
