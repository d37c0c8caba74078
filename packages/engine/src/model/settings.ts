/** Everything about the engine that can be set, and every limit by name. Server config maps onto this; tests take the defaults. */
export interface EngineSettings {
  /** Length of a pane. Windows and detectors count in panes. */
  readonly paneMs: number;
  /** How long after its end a pane waits for late data (exporters batch for 5 s by default). */
  readonly latenessMs: number;
  /** Event time may run ahead of arrival by this much before it is capped (clock skew). */
  readonly skewMs: number;
  readonly detection: DetectionSettings;
  readonly calendar: Calendar;
  readonly limits: EngineLimits;
}

export interface DetectionSettings {
  /** At most so many false alarms a day for the whole installation: the one number that a user sets. */
  readonly falseAlarmsPerDay: number;
  /** Catalogue ids of the detectors that vote; null: all. For backtests and comparisons. */
  readonly detectors: readonly string[] | null;
}

/** Local time and what the days are for. A context that detectors learn apart, never a threshold. */
export interface Calendar {
  /** Somebody set which hours and days are which. While nobody has, they name features, and no expectation rests on business and peak hours. */
  readonly hoursSet: boolean;
  /** Local time minus UTC. */
  readonly utcOffsetMinutes: number;
  /** Local hours, [from, to). */
  readonly businessHours: readonly [number, number];
  readonly peakHours: readonly (readonly [number, number])[];
  /** 1 Monday … 7 Sunday. */
  readonly workdays: readonly number[];
  /** Local dates, `2026-12-25`: judged like days that are not workdays. */
  readonly holidays: readonly string[];
  /** Weekly local windows in which deploys are expected. */
  readonly deployWindows: readonly { readonly day: number; readonly fromHour: number; readonly toHour: number }[];
  /** A deployment that is seen outside of those windows may unsettle its own service for so long; 0: only what is announced is expected. */
  readonly deploySettleMs: number;
}

export interface EngineLimits {
  readonly services: number;
  readonly operationsPerService: number;
  readonly edges: number;
  readonly instances: number;
  readonly metricSeries: number;
  readonly templatesPerService: number;
  readonly versionsPerService: number;
  /** Spans a pane holds for trace assembly; beyond it traces are kept by a hash of their id. RED counts every span regardless. */
  readonly assembledSpansPerPane: number;
  readonly historyPanes: number;
  readonly incidentsKept: number;
  readonly findingsKept: number;
  readonly changesKept: number;
}

export const defaultSettings: EngineSettings = {
  paneMs: 10_000,
  latenessMs: 6_000,
  skewMs: 2_000,
  detection: { falseAlarmsPerDay: 1, detectors: null },
  calendar: { hoursSet: false, utcOffsetMinutes: 0, businessHours: [9, 18], peakHours: [[10, 12], [14, 16]], workdays: [1, 2, 3, 4, 5], holidays: [], deployWindows: [], deploySettleMs: 0 },
  limits: {
    services: 2_000,
    operationsPerService: 100,
    edges: 10_000,
    instances: 10_000,
    metricSeries: 50_000,
    templatesPerService: 200,
    versionsPerService: 8,
    assembledSpansPerPane: 200_000,
    historyPanes: 360,
    incidentsKept: 200,
    findingsKept: 2_000,
    changesKept: 500,
  },
};
