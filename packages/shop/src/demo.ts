import { faultByName, faults } from './model/faults/catalogue.ts';
import { openShop, type OpenShop } from './model/shop.ts';
import type { Fleet } from './sdk/fleet.ts';

/** The demo: the recent past as fast as the server takes it, then life at the speed of the clock. */

export interface DemoSettings {
  readonly seed: number;
  readonly requestsPerSecond: number;
  readonly historyMs: number;
  /** Fault that is planted by itself shortly after the shop is live; null for none. */
  readonly firstFault: string | null;
  readonly faultMs: number;
}

export interface DemoState {
  readonly phase: 'history' | 'live';
  /** Share (0..1) of the past that has been sent. */
  readonly progress: number;
  readonly active: readonly { readonly name: string; readonly startedMs: number }[];
}

export interface Demo {
  run(): Promise<void>;
  fault(name: string): void;
  clear(): void;
  stop(): void;
}

/** Shorter than the time for which an analysis waits for stragglers: no service's past runs ahead of another's. */
const PAST_STEP_MS = 5_000;
const LIVE_STEP_MS = 200;
const REPORT_MS = 2_000;
const FIRST_FAULT_AFTER_MS = 4_000;

export function openDemo(settings: DemoSettings, fleet: Fleet, now: () => number, tell: (state: DemoState) => void): Demo {
  const startMs = now() - settings.historyMs;
  const shop = openShop({
    seed: settings.seed, startMs, requestsPerSecond: settings.requestsPerSecond, rhythm: { peakHour: 19, amplitude: 0.35 }, releasesPerDay: 16,
    releases: [{ service: 'notification', atMs: startMs + settings.historyMs * 0.55 }],
    ...(settings.firstFault === null ? {} : faultByName(settings.firstFault).scene),
  });
  const life = { stopped: false };
  const report = (phase: DemoState['phase'], progress: number): void => tell({ phase, progress, active: shop.active() });
  const plant = (name: string, atMs: number): void => shop.plant({ name: faultByName(name).name, startMs: atMs, endMs: atMs + settings.faultMs });
  return {
    async run() {
      const liveMs = await sendHistory(shop, fleet, startMs, now, () => life.stopped, (progress) => report('history', progress));
      report('live', 1);
      if (settings.firstFault !== null) plant(settings.firstFault, liveMs + FIRST_FAULT_AFTER_MS);
      let reportedMs = 0;
      let known = '';
      while (!life.stopped) {
        await new Promise((resolve) => setTimeout(resolve, LIVE_STEP_MS));
        const nowMs = now();
        fleet.sendLive(shop.step(nowMs), nowMs);
        const active = shop.active().map(({ name }) => name).join();
        if (active === known && nowMs - reportedMs < REPORT_MS) continue;
        known = active;
        reportedMs = nowMs;
        report('live', 1);
      }
    },
    fault(name) {
      if (faults.some((fault) => fault.name === name)) plant(name, now());
    },
    clear: () => shop.clear(now()),
    stop() {
      life.stopped = true;
    },
  };
}

async function sendHistory(shop: OpenShop, fleet: Fleet, startMs: number, now: () => number, stopped: () => boolean, tell: (progress: number) => void): Promise<number> {
  const wholeMs = now() - startMs;
  let reached = startMs;
  while (!stopped()) {
    const untilMs = Math.min(reached + PAST_STEP_MS, now());
    await fleet.sendPast(shop.step(untilMs));
    reached = untilMs;
    tell(Math.min(1, (reached - startMs) / wholeMs));
    if (now() - reached < LIVE_STEP_MS * 2) break;
  }
  return reached;
}
