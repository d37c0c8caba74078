import { setTimeout as sleep } from 'node:timers/promises';
import type { Incident } from '@clew/engine';
import type { ReplayResponse, ServicesResponse } from '../api/types.ts';
import { CodedError } from '../errors.ts';
import { causeText, formatConfidence, knownCause, listed, named, namesOf, oneLine, plain, type Tongue } from '@clew/words';
import { openProgress } from './progress.ts';
import { exitCode, type Remote } from './remote.ts';
import { toJson, toStamp, toTable } from './show.ts';
import type { Terminal } from './verb.ts';

const pollMs = 500;

/** `clew incident replay`: starts it on the server, waits, and sets what was said beside what is said today. `path` is the incident's. */
export async function replayIncident(remote: Remote, path: string, asJson: boolean, terminal: Terminal): Promise<number> {
  let at = await remote.send<ReplayResponse>('POST', `${path}/replay`);
  const progress = openProgress(terminal);
  try {
    while (at.state === 'running') {
      await sleep(pollMs);
      at = await remote.get<ReplayResponse>(`${path}/replay/${encodeURIComponent(at.id)}`);
      progress.show(`${Math.floor(100 * at.progress)} %`);
    }
  } finally {
    progress.end();
  }
  if (at.state !== 'done') throw new CodedError('refused', at.id, { detail: at.state === 'cancelled' ? 'Somebody cancelled it.' : at.reason });
  const { services } = await remote.get<ServicesResponse>('/services');
  terminal.out(asJson ? toJson(at) : compareTellings(at, { language: 'en', names: namesOf(services), nowMs: at.kept.updatedMs, zone: 'UTC' }));
  return exitCode.ok;
}

export function compareTellings({ kept, today, isWhole }: Pick<ReplayResponse, 'kept' | 'today' | 'isWhole'>, tongue: Tongue): string {
  if (today === null) return `Today's engine opens no incident for it${isWhole === true ? '' : '; the log does not hold all of its time'}.\n`;
  const row = (title: string, of: (incident: Incident) => string) => ({ title, kept: of(kept), today: of(today) });
  const table = toTable([
    { title: '', of: ({ title }: ReturnType<typeof row>) => title }, { title: 'KEPT', of: (each) => each.kept }, { title: 'TODAY', of: (each) => each.today },
    { title: '', of: (each) => (each.kept === each.today ? '' : '← differs') },
  ], [
    row('began', ({ onsetMs }) => toStamp(onsetMs)), row('opened', ({ openedMs }) => toStamp(openedMs)), row('severity', ({ severity }) => severity),
    row('cause', (incident) => sayBest(incident, tongue)), row('sure', ({ explanation }) => formatConfidence(explanation.causes[0]?.confidence ?? 0)), row('unknown', ({ explanation }) => formatConfidence(explanation.unknown)),
    row('next', ({ explanation }) => (explanation.causes[1] === undefined ? '-' : `${plain([named(explanation.causes[1].entity, tongue)])}, ${formatConfidence(explanation.causes[1].confidence)}`)),
    row('affected', ({ blast }) => plain(listed(blast.affected.map((entity) => named(entity, tongue)), tongue))),
  ]);
  return `${table}${isWhole === true ? '' : 'The log does not hold all of the time that was asked for.\n'}`;
}

function sayBest(incident: Incident, tongue: Tongue): string {
  const best = knownCause(incident);
  return best === null ? 'unknown' : oneLine(causeText(best, tongue), causeCharsMax);
}

const causeCharsMax = 200;
