import { setTimeout as sleep } from 'node:timers/promises';
import type { RefinedResponse, ServicesResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { makeNames } from '../words/name.ts';
import { sayRefined } from '../words/refined.ts';
import { openProgress } from './progress.ts';
import { exitCode, type Remote } from './remote.ts';
import { toJson } from './show.ts';
import type { Terminal } from './verb.ts';

const pollMs = 250;

/** `clew incident refine`: asks the server until stored spans have been looked at. `path` is the incident's. */
export async function refineIncident(remote: Remote, path: string, asJson: boolean, terminal: Terminal): Promise<number> {
  const progress = openProgress(terminal);
  let at = await remote.get<RefinedResponse>(`${path}/refined`);
  try {
    while (at.state === 'running') {
      progress.show(`${Math.floor(100 * at.progress)} %`);
      await sleep(pollMs);
      at = await remote.get<RefinedResponse>(`${path}/refined`);
    }
  } finally {
    progress.end();
  }
  if (at.refined === null) throw new CodedError('refused', path, { detail: at.reason });
  if (asJson) terminal.out(toJson(at));
  else {
    const { services } = await remote.get<ServicesResponse>('/services');
    terminal.out(`${sayRefined(at.refined, makeNames(services.map(({ node }) => node))).join('\n')}\n`);
  }
  return exitCode.ok;
}
