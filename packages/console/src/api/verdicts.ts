import { useSyncExternalStore } from 'react';
import { tell } from '../copy.ts';
import type { Finding, FindingResponse } from '../model.ts';
import { ApiError, sendJson } from './client.ts';
import { refresh } from './live.ts';

export type Verdict = Finding['verdict'];

/** What was said here and may not be in what is shown yet. Dropped once every answer can know of it. */
const said = new Map<string, Verdict>();
const saidForMs = 15_000;
const listeners = new Set<() => void>();
const changed = (): void => { for (const listener of listeners) listener(); };

export function useVerdict({ id, verdict }: Pick<Finding, 'id' | 'verdict'>): Verdict {
  return useSyncExternalStore((listener) => {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }, () => said.get(id) ?? (said.has(id) ? null : verdict));
}

/** The same word again takes it back. Shown at once; taken away again when the server could not keep it. */
export function mark(finding: Pick<Finding, 'id' | 'verdict'>, word: 'real' | 'noise' | null): void {
  const before = said.has(finding.id) ? said.get(finding.id) ?? null : finding.verdict;
  const verdict = word === before ? null : word;
  said.set(finding.id, verdict);
  changed();
  sendJson<FindingResponse>('POST', `/findings/${encodeURIComponent(finding.id)}/verdict`, { verdict }).then(() => {
    tell({ key: verdict === null ? 'verdict.told.none' : `verdict.told.${verdict}` });
    refresh();
    setTimeout(() => {
      said.delete(finding.id);
      changed();
    }, saidForMs);
  }, (error: unknown) => {
    said.delete(finding.id);
    changed();
    tell({ key: 'verdict.failed', values: { why: error instanceof ApiError ? error.message || error.code : String(error) } });
  });
}

/** The finding that the keys `v` and `x` are about: the row in focus, else the one that is open. */
const open: Pick<Finding, 'id' | 'verdict'>[] = [];
const rows = new Map<string, Pick<Finding, 'id' | 'verdict'>>();

export function announceOpen(finding: Pick<Finding, 'id' | 'verdict'>): () => void {
  open.push(finding);
  return () => { open.splice(open.indexOf(finding), 1); };
}

export function announceRow(finding: Pick<Finding, 'id' | 'verdict'>): () => void {
  rows.set(finding.id, finding);
  return () => { if (rows.get(finding.id) === finding) rows.delete(finding.id); };
}

export function markCurrent(word: 'real' | 'noise'): boolean {
  const id = document.activeElement?.closest<HTMLElement>('[data-finding]')?.dataset.finding;
  const finding = (id === undefined ? undefined : rows.get(id)) ?? open.at(-1);
  if (finding === undefined) return false;
  mark(finding, word);
  return true;
}
