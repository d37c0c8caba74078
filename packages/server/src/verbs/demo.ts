import type { DemoResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { sayShare } from '../words/quantity.ts';
import { outputOption, readArgs, readOutput } from './args.ts';
import { exitCode, openRemote, type Remote, remoteHelp, remoteOptions, reportMissing } from './remote.ts';
import { choosePaint, type Paint, toAge, toJson, toTable } from './show.ts';
import type { Verb } from './verb.ts';

const actions: Readonly<Record<string, { readonly takesName: boolean; readonly run: (remote: Remote, name: string) => Promise<DemoResponse> }>> = {
  start: { takesName: false, run: (remote) => remote.send('POST', '/demo', { action: 'start' }) },
  stop: { takesName: false, run: (remote) => remote.send('POST', '/demo', { action: 'stop' }) },
  status: { takesName: false, run: (remote) => remote.get('/demo') },
  faults: { takesName: false, run: (remote) => remote.get('/demo') },
  fault: { takesName: true, run: (remote, name) => remote.send('POST', '/demo/faults', { name }) },
  clear: { takesName: false, run: (remote) => remote.send('DELETE', '/demo/faults') },
};

export const demo: Verb = {
  name: 'demo',
  about: 'the demo shop: start, stop, plant a fault and see it found',
  help: `Usage: clew demo start|stop|status|faults|clear [flags]
       clew demo fault <name> [flags]

  start          start the shop; it sends the recent past first, then goes on live
  stop           stop it; what it sent stays
  status         whether it runs
  faults         the faults that can be planted
  fault <name>   plant one; clew incidents --watch shows it being found
  clear          end all planted faults

  -o, --output <table|json>
${remoteHelp}

Example: clew demo start && clew demo fault slow-database
`,
  run: (args, terminal) => {
    const { values, positionals } = readArgs(args, { ...outputOption, ...remoteOptions }, { min: 1, max: 2 });
    const output = readOutput(values.output);
    const [action, name] = positionals;
    if (!Object.hasOwn(actions, action)) throw new CodedError('bad_usage', action, { detail: `It is one of ${Object.keys(actions).join(', ')}.` });
    const { takesName, run } = actions[action];
    if (takesName !== (name !== undefined)) throw new CodedError('bad_usage', args.join(' '), { detail: takesName ? 'Name the fault.' : `clew demo ${action} takes no name.` });
    return reportMissing(terminal, async () => {
      const state = await run(openRemote(values, terminal), name ?? '');
      if (output === 'json') terminal.out(toJson(state));
      else terminal.out(action === 'faults' ? listFaults(state, choosePaint(terminal)) : `${sayState(state)}\n`);
      return exitCode.ok;
    });
  },
};

function sayState({ state, progress, faults }: DemoResponse): string {
  const active = faults.filter((fault) => fault.active).map((fault) => fault.name);
  const planted = active.length === 0 ? 'no fault is planted' : `planted: ${active.join(', ')}`;
  if (state === 'off') return 'The demo shop is not running.';
  return state === 'history' ? `The demo shop is sending its recent past: ${sayShare(progress)} done.` : `The demo shop is running; ${planted}.`;
}

function listFaults({ faults }: DemoResponse, paint: Paint): string {
  if (faults.length === 0) return 'The demo shop knows no faults.\n';
  return toTable([
    { title: 'NAME', of: (fault) => fault.name },
    { title: 'PLANTED', of: (fault) => (fault.active ? `${fault.startedMs === null ? 'yes' : `${toAge(fault.startedMs, Date.now())} ago`}` : '-'), paint: (fault, text) => (fault.active ? paint('red', text) : text) },
    { title: 'WHAT', of: (fault) => `${fault.title}: ${fault.about}` },
  ], faults);
}
