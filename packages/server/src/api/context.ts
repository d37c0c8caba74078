import type { IncomingMessage, ServerResponse } from 'node:http';
import type { EntityId, FeatureValue, Incident, Notice, Rows, SeriesBand, World } from '@clew/engine';
import type { Backtests } from '../replay/backtests.ts';
import type { ViewRecord } from '../views/view.ts';
import type { SourceFilter } from '../intake/ledger.ts';
import type { AccessResponse } from './access.ts';
import type { ConfigResponse, DemoResponse, IngestResponse, Refusal, SelfResponse, SignalName } from './types.ts';

/** The demo shop, as the API drives it. State is known at once; what a call brings about is told by the `demo` event. */
export interface DemoControl {
  state(): DemoResponse;
  /** Nothing happens when it runs already. Rejects when the child process cannot be started. */
  start(): Promise<void>;
  /** Resolves when the child is gone. Telemetry that was sent stays. */
  stop(): Promise<void>;
  /** Throws a coded error: `demo_off` when it does not run, `unknown_fault` when the shop has no such fault. */
  plant(name: string): void;
  /** Ends all planted faults. Throws `demo_off` when it does not run. */
  clear(): void;
}

/** What happens while the server runs. `world`: after a closed pane · `incident`: one that is new or differs · `demo`: its state changed · `refused`: a request, or items of one. */
export interface ServerEvents {
  readonly world: World;
  readonly incident: Incident;
  readonly demo: DemoResponse;
  readonly refused: Refusal;
  /** Every record that was acknowledged, decoded, in log order, ticks left out: what a live tail is cut from. Do not hold on to it. */
  readonly record: ViewRecord;
}

/** Credentials of their own for each client. The calls with a secret throw `unauthenticated` or `forbidden` when it is no good here. */
export interface Access {
  /** False: only the token is asked for, if there is one. */
  isNeeded(): boolean;
  /** Name of the key that was shown, empty for the token. */
  check(secret: string): string;
  /** This server speaks TLS itself. */
  readonly isSecure: boolean;
  /** Value of the console's cookie for a key that was shown. */
  sessionOf(secret: string): string;
  sessionName(value: string): string | null;
  state(): AccessResponse;
}

export interface Problem { readonly what: string; readonly next: string }

/** All that the API may know and do. serve.ts makes it; nothing in api/ reaches around it. */
export interface ApiContext {
  readonly version: string;
  readonly startedMs: number;
  /** The server's clock. */
  nowMs(): number;
  readonly rows: Rows;
  /** State of the world at the last closed pane; an empty world with atMs 0 before the first. */
  world(): World;
  /** Resolves once the notice is durable and `world` knows of it, or a while has passed. Rejects when it could not be kept. */
  tellEngine(notice: Notice): Promise<void>;
  /** Of the engine's thread; null when it is not judged (any more). */
  series(key: string): Promise<SeriesBand | null>;
  /** Of the engine's thread, at the last closed pane; none of an entity that is not known. */
  features(entity: EntityId): Promise<readonly FeatureValue[]>;
  readonly backtests: Pick<Backtests, 'start' | 'list' | 'cancel'>;
  /** False alarms a day, as set. */
  readonly budgetPerDay: number;
  ingest(filter: SourceFilter): IngestResponse;
  /** Accepted items by signal: cheap enough for every second. */
  accepted(): Readonly<Record<SignalName, number>>;
  /** True once anything was ever accepted into this data folder. */
  hasData(): boolean;
  self(): SelfResponse;
  config(): ConfigResponse;
  /** Empty when all is well. */
  problems(): readonly Problem[];
  readonly demo: DemoControl;
  /** Bearer token that every /api request must carry (compare with intake/token.ts); null when none is asked for. */
  readonly token: string | null;
  /** Keys beside the token, and what is told of them. */
  readonly access: Access;
  /** Values of the Host header that are served; null = any. Anything else is answered 421, which keeps rebound names out of a loopback server. */
  readonly allowedHosts: ReadonlySet<string> | null;
  /** Folder of the built console, or null when it has not been built. */
  readonly consoleFolder: string | null;
  /** Calls `listener` until the returned function is called. A listener must not throw and must not block. */
  on<Name extends keyof ServerEvents>(name: Name, listener: (event: ServerEvents[Name]) => void): () => void;
}

/** What api/index.ts exports as `openApi(context: ApiContext): Api`. */
export interface Api {
  /** Takes every request of the console port. Never throws. */
  handle(request: IncomingMessage, response: ServerResponse): void;
  /** Ends all event streams; resolves when none is left. */
  close(): Promise<void>;
}
