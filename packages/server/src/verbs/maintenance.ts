import type { Maintenance } from '@clew/engine';
import type { MaintenanceResponse, ServicesResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { makeNames, type Names } from '../words/name.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { readTime } from './flags.ts';
import { exitCode, openRemote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { toJson, toStamp, toTable } from './show.ts';
import type { Verb } from './verb.ts';

const flags = { on: { type: 'string' }, from: { type: 'string' }, to: { type: 'string' }, for: { type: 'string' }, reason: { type: 'string' } } as const;

export const maintenance: Verb = {
  name: 'maintenance',
  about: 'announce work, so that what it disturbs opens no incident',
  help: `Usage: clew maintenance [list]
       clew maintenance add (--for <length> | --to <time>) [--from <time>] [--on <service>] [--reason <words>]
       clew maintenance end <id>

What leaves its range during announced work is shown and marked as such, and opens no incident.

    --on <service>       what is worked on: a service's name or an entity's id; everything when absent
    --from <time>        2026-11-22T10:15:00Z or epoch milliseconds; default now
    --to <time>          when it ends
    --for <length>       how long it takes, instead of --to: 30m, 2h, 1d
    --reason <words>     for those who look at it
  -o, --output <table|json>
${remoteHelp}

Example: clew maintenance add --on payment-db --for 2h --reason "new disks"
`,
  run: (args, terminal) => {
    const { values, positionals: [what = 'list', id, ...rest] } = readArgs(args, { ...flags, ...outputOption, ...remoteOptions }, { min: 0, max: 2 });
    const output = readOutput(values.output);
    if (!['list', 'add', 'end'].includes(what)) throw new CodedError('bad_usage', what, { detail: 'It is list, add or end.' });
    if ((what === 'end') !== (id !== undefined) || rest.length > 0) throw new CodedError('bad_usage', what, { detail: 'end takes an id of the list, the others take none.' });
    return reportMissing(terminal, async () => {
      const remote = openRemote(values, terminal);
      const say = (answer: unknown, words: string): number => {
        terminal.out(output === 'json' ? toJson(answer) : words);
        return exitCode.ok;
      };
      if (what === 'end') return say(await remote.send('DELETE', `/maintenance/${encodeURIComponent(id)}`), `${id} has ended.\n`);
      if (what === 'add') {
        const made = await remote.send<Maintenance>('POST', '/maintenance', readAnnouncement(values, Date.now()));
        return say(made, `${made.id}: announced from ${toStamp(made.fromMs)} to ${toStamp(made.toMs)}.\n`);
      }
      const answer = await remote.get<MaintenanceResponse>('/maintenance');
      const { services } = await remote.get<ServicesResponse>('/services');
      return say(answer, list(answer.maintenance, makeNames(services.map(({ node }) => node))));
    });
  },
};

function readAnnouncement(values: { readonly [Name in keyof typeof flags]?: string | undefined }, nowMs: number): object {
  const { on = null, from, to, reason = '' } = values;
  if ((to === undefined) === (values.for === undefined)) throw new CodedError('bad_usage', 'add', { detail: 'Say when it ends, with --for or with --to.' });
  const fromMs = from === undefined ? undefined : readTime(from, nowMs);
  const lengthMs = values.for === undefined ? null : nowMs - readLength(values.for, nowMs);
  return { entity: on, from: fromMs, to: lengthMs === null ? readTime(to ?? '', nowMs) : (fromMs ?? nowMs) + lengthMs, reason };
}

/** `2h` is read as a time that is past. */
function readLength(text: string, nowMs: number): number {
  if (!/^(\d+[smhdw])+$/.test(text)) throw new CodedError('bad_usage', text, { detail: 'A length is 30m, 2h or 1d.' });
  return readTime(text, nowMs);
}

function list(all: readonly Maintenance[], names: Names): string {
  if (all.length === 0) return 'No maintenance is announced.\n';
  return toTable<Maintenance>([
    { title: 'ID', of: ({ id }) => id },
    { title: 'ON', of: ({ entity }) => (entity === null ? 'everything' : names.of(entity)) },
    { title: 'FROM', of: ({ fromMs }) => toStamp(fromMs) },
    { title: 'TO', of: ({ toMs }) => toStamp(toMs) },
    { title: 'REASON', of: ({ reason }) => (reason === '' ? '-' : reason) },
  ], all);
}
