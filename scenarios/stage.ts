import { defaultSettings, openEngine, type Finding, type Incident } from '@clew/engine';
import { readRequest, writeRequest, type Signal } from '@clew/otlp';
import { openShop, toRequests, type Requests, type Telemetry } from '@clew/shop';
import { minuteMs, shopOptions, usualBatchSeconds, type Scenario } from './scenario.ts';

/** Plays a scenario through the engine, by bytes, with a virtual clock. */

export interface Performance {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly startMs: number;
  readonly endMs: number;
  readonly incidents: readonly Observed[];
  readonly findings: ReadonlyMap<string, Finding>;
  readonly spans: number;
  /** Wall time that reading and analysing took; making the telemetry is not in it. */
  readonly engineMs: number;
}

export interface Observed {
  /** As it was last said. */
  readonly incident: Incident;
  /** As it was first said. */
  readonly first: Incident;
  /** Event time at which it was first said. */
  readonly saidMs: number;
}

export interface Audience {
  /** Sees what the shop has sent in a step, before the engine does. */
  telemetry?(telemetry: Telemetry): void;
}


export function play(scenario: Scenario, seed: number, audience: Audience = {}): Performance {
  const options = shopOptions(scenario, seed);
  const shop = openShop(options);
  const engine = openEngine(defaultSettings);
  const incidents = new Map<string, Observed>();
  const findings = new Map<string, Finding>();
  const endMs = options.startMs + scenario.minutes * minuteMs;
  let newestMs = options.startMs;
  let engineMs = 0;
  let spans = 0;
  const feed = (batch: Parameters<typeof engine.feed>[0]): void => {
    const step = engine.feed(batch, newestMs);
    for (const finding of step.findings) findings.set(finding.id, finding);
    for (const incident of step.incidents) {
      const known = incidents.get(incident.id);
      incidents.set(incident.id, { incident, first: known?.first ?? incident, saidMs: known?.saidMs ?? newestMs });
    }
  };
  const stepMs = (scenario.batchSeconds ?? usualBatchSeconds) * 1000;
  for (let untilMs = options.startMs + stepMs; untilMs <= endMs; untilMs += stepMs) {
    const telemetry = shop.step(untilMs);
    audience.telemetry?.(telemetry);
    spans += telemetry.spans.length;
    newestMs = Math.max(newestMs, newest(telemetry));
    const bodies = toBodies(toRequests(telemetry));
    const beganMs = performance.now();
    for (const [signal, body] of bodies) feed(readRequest(signal, body));
    engineMs += performance.now() - beganMs;
  }
  // The last full panes close. No further: the end of a story is not the end of the shop.
  newestMs += defaultSettings.latenessMs;
  feed(null);
  return { scenario, seed, startMs: options.startMs, endMs, incidents: [...incidents.values()], findings, spans, engineMs };
}

function newest({ spans, points, logs }: Telemetry): number {
  return Math.max(spans.at(-1)?.endMs ?? 0, points.at(-1)?.atMs ?? 0, logs.at(-1)?.atMs ?? 0);
}

function toBodies({ traces, metrics, logs }: Requests): [Signal, Uint8Array][] {
  const bodies: [Signal, Uint8Array][] = [];
  if (traces !== null) bodies.push(['traces', writeRequest('traces', traces)]);
  if (metrics !== null) bodies.push(['metrics', writeRequest('metrics', metrics)]);
  if (logs !== null) bodies.push(['logs', writeRequest('logs', logs)]);
  return bodies;
}
