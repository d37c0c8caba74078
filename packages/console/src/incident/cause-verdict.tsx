import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react';
import { entityName, kindOf, type Tongue } from '@clew/words';
import { announceCause, judge } from '../api/cause-verdicts.ts';
import type { Cause, EntityId, Incident, NodeSummary } from '../model.ts';
import { sayKind } from '../words/strings.ts';
import { Rich, Time, useSay } from '../words/speak.tsx';

/** What a person says of the cause: `y` for the candidate on screen, `n` for another one; each can be taken back. */
export function CauseVerdictBox({ incident, cause, nodes, tongue }: { readonly incident: Incident; readonly cause: Cause | undefined; readonly nodes: readonly NodeSummary[]; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  const [picking, setPicking] = useState(false);
  const [busy, setBusy] = useState(false);
  const { verdict } = incident;
  const shown = cause?.entity ?? null;
  const tellCause = (entity: EntityId | null): void => {
    if (busy) return;
    setBusy(true);
    setPicking(false);
    void judge(incident, entity).finally(() => setBusy(false));
  };
  const confirm = (): void => { if (shown !== null) tellCause(verdict?.cause === shown ? null : shown); };
  useEffect(() => announceCause({ confirm, deny: () => setPicking((was) => !was) }));
  return (
    <div className="cause-verdict">
      <h2>{say('causeVerdict.ask')}</h2>
      <p aria-live="polite">{verdict === null ? <span className="soft">{say('causeVerdict.none')}</span> : <Said incident={incident} tongue={tongue} />}</p>
      <p className="verdict-buttons">
        {shown === null ? null : <button type="button" disabled={busy} aria-pressed={verdict?.cause === shown} onClick={confirm}>{say('causeVerdict.this', { name: entityName(shown, tongue.names) })} <kbd>y</kbd></button>}
        <button type="button" disabled={busy} aria-expanded={picking} onClick={() => setPicking(!picking)}>{say('causeVerdict.that')} <kbd>n</kbd></button>
        {verdict === null ? null : <button type="button" className="plain" disabled={busy} onClick={() => tellCause(null)}>{say('verdict.undo')}</button>}
      </p>
      {picking ? <Pick incident={incident} shown={shown} nodes={nodes} tongue={tongue} onPick={tellCause} /> : null}
    </div>
  );
}

function Said({ incident: { verdict }, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  return verdict === null ? null : <Rich name={verdict.by === '' ? 'causeVerdict.said' : 'causeVerdict.saidBy'} values={{ by: verdict.by, name: <b>{entityName(verdict.cause, tongue.names)}</b>, time: <Time at={verdict.atMs} /> }} />;
}

/** Candidates first, then what was looked at, then everything on the map and the machines beneath. */
function Pick({ incident, shown, nodes, tongue, onPick }: { readonly incident: Incident; readonly shown: EntityId | null; readonly nodes: readonly NodeSummary[]; readonly tongue: Tongue; onPick(entity: EntityId): void }): ReactNode {
  const say = useSay();
  const select = useRef<HTMLSelectElement>(null);
  useEffect(() => select.current?.focus(), []);
  const groups = useMemo(() => groupsOf(incident, shown, nodes), [incident, shown, nodes]);
  const name = (id: EntityId): string => `${entityName(id, tongue.names)}${kindOf(id) === 'service' ? '' : ` · ${sayKind(tongue.language, 'kind', kindOf(id))}`}`;
  const choose = (): void => { if (select.current !== null && select.current.value !== '') onPick(select.current.value); };
  if (groups.every(([, entities]) => entities.length === 0)) return <p className="quiet" role="status">{say('causeVerdict.noneElse')}</p>;
  return (
    <form className="cause-pick" onSubmit={(event) => { event.preventDefault(); choose(); }}>
      <label>{say('causeVerdict.pick')} <select ref={select} onKeyDown={(event) => { if (event.key === 'Enter') { event.preventDefault(); choose(); } }}>
        {groups.map(([title, entities]) => (entities.length === 0 ? null : <optgroup key={title} label={say(title)}>{entities.map((id) => <option key={id} value={id}>{name(id)}</option>)}</optgroup>))}
      </select></label> <button type="submit">{say('causeVerdict.pickDone')}</button>
    </form>
  );
}

function groupsOf({ explanation }: Incident, shown: EntityId | null, nodes: readonly NodeSummary[]) {
  const taken = new Set<EntityId>(shown === null ? ['user'] : [shown, 'user']);
  const fresh = (ids: readonly EntityId[]): EntityId[] => ids.filter((id) => !taken.has(id) && taken.add(id) !== undefined);
  return [
    ['incident.sure', fresh(explanation.causes.map(({ entity }) => entity))],
    ['incident.ruledOut', fresh(explanation.ruledOut.map(({ entity }) => entity))],
    ['now.map', fresh(nodes.map(({ node }) => node.id).toSorted())],
    ['causeVerdict.hosts', fresh([...new Set(nodes.flatMap(({ node }) => node.hosts))].toSorted())],
  ] as const;
}

/** Beside an incident in a list. */
export function CauseVerdictWord({ incident: { verdict }, tongue }: { readonly incident: Incident; readonly tongue: Tongue }): ReactNode {
  const say = useSay();
  return verdict === null ? null : <span className="verdict-word">{say('causeVerdict.mark', { name: entityName(verdict.cause, tongue.names) })}</span>;
}
