import { readConfig } from '../config/config.ts';
import { replay as runReplay, toCanonicalJson } from '../replay/replay.ts';
import type { ReplayResult } from '../replay/replay.ts';
import { openSource } from '../replay/source.ts';
import { CodedError } from '../errors.ts';
import { engineSettings } from '../engine-settings.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { openProgress } from './progress.ts';
import { listIncidents } from './incidents.ts';
import { noPaint, toStamp } from './show.ts';
import type { Verb } from './verb.ts';

const checkpointRecordsDefault = 2_000;

export const replay: Verb = {
  name: 'replay',
  about: 'feed a recorded log or OTLP JSON lines through the engine, and tell the incidents',
  help: `Usage: clew replay <data folder | log folder | file.jsonl> [-o table|json] [--checkpoint <file>]

Needs no server. Time is that of the records, so it runs as fast as the machine can. The same input gives
the same bytes with -o json. A file holds OTLP JSON lines as the Collector's file exporter writes them,
traces, metrics and logs in any mix; a name that ends in .gz is inflated.

  --checkpoint          go on from this file if it is there, and save to it on the way
  --checkpoint-records  save after so many records (2000)
  --lateness-ms, --skew-ms, --services-max, --metric-series-max, --false-alarms-per-day as in clew config

Example: clew replay .clew -o json
`,
  async run(args, terminal) {
    const flags = { config: { type: 'string' }, 'lateness-ms': { type: 'string' }, 'skew-ms': { type: 'string' }, 'services-max': { type: 'string' }, 'metric-series-max': { type: 'string' }, 'false-alarms-per-day': { type: 'string' } } as const;
    const { values: { output: given, checkpoint, 'checkpoint-records': every, ...rest }, positionals: [path] } = readArgs(args, { ...flags, ...outputOption, checkpoint: { type: 'string' }, 'checkpoint-records': { type: 'string' } }, { min: 1, max: 1 });
    const output = readOutput(given);
    const checkpointRecords = Number(every ?? checkpointRecordsDefault);
    if (!Number.isSafeInteger(checkpointRecords) || checkpointRecords < 1) throw new CodedError('bad_usage', `--checkpoint-records ${every}`);
    const { settings } = readConfig({ flags: rest, environment: terminal.environment, folder: terminal.folder });
    const source = await openSource(path, settings);
    const progress = openProgress(terminal);
    const startedMs = performance.now();
    let result: ReplayResult;
    try {
      result = await runReplay(source, {
        settings: engineSettings(settings), checkpointPath: checkpoint ?? null, checkpointRecords,
        onRecord: (records) => progress.show(`${Math.floor(100 * source.progress())} %, ${records} records`),
      });
    } finally {
      progress.end();
    }
    if (output === 'json') {
      const { world: _, ...told } = result;
      terminal.out(toCanonicalJson(told));
      return 0;
    }
    terminal.out(toWords(result, performance.now() - startedMs));
    return 0;
  },
};

function toWords({ records, panesClosed, firstMs, lastMs, incidents, world }: ReplayResult, tookMs: number): string {
  if (records === 0) return 'The input has no records.\n';
  const nodes = world.nodes.map(({ node }) => node);
  const list = incidents.length === 0 ? 'No incidents.\n' : listIncidents(incidents, nodes, noPaint);
  const dataMs = lastMs - firstMs;
  return `${list}\n${records} records, ${panesClosed} panes, ${toStamp(firstMs)} to ${toStamp(lastMs)}: ${(dataMs / 1_000).toFixed(0)} s of data in ${(tookMs / 1_000).toFixed(1)} s, ${Math.round(dataMs / Math.max(1, tookMs))} times as fast as it happened.\n`;
}
