/** Everything about the engine that can be set, and every limit by name. Server config maps onto this; tests take the defaults. */
export interface EngineSettings {
  /** Length of a pane. Windows and detectors count in panes. */
  readonly paneMs: number;
  /** How long after its end a pane waits for late data (exporters batch for 5 s by default). */
  readonly latenessMs: number;
  /** Event time may run ahead of arrival by this much before it is capped (clock skew). */
  readonly skewMs: number;
  readonly limits: EngineLimits;
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
