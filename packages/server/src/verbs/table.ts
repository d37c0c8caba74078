import { backtest } from './backtest.ts';
import { config } from './config.ts';
import { demo } from './demo.ts';
import { detectors } from './detectors.ts';
import { explain } from './explain.ts';
import { findings } from './findings.ts';
import { incident } from './incident.ts';
import { incidents } from './incidents.ts';
import { ingest } from './ingest.ts';
import { keys } from './keys.ts';
import { lookBack } from './look-back.ts';
import { maintenance } from './maintenance.ts';
import { query } from './query.ts';
import { replay } from './replay.ts';
import { send } from './send.ts';
import { serve } from './serve.ts';
import { services } from './services.ts';
import { simulate } from './simulate.ts';
import { verdict } from './verdict.ts';
import type { Verb } from './verb.ts';

/** All commands, in the order in which `clew --help` shows them. Adding one is a file, its test and a line here. */
export const verbs: readonly Verb[] = [serve, send, ingest, incidents, incident, explain, findings, verdict, maintenance, detectors, services, query, lookBack, replay, backtest, simulate, demo, keys, config];
