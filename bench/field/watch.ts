import type { Finding, Incident } from '@clew/engine';

/** One time somebody is called: an incident that opens, or that opens again after it was resolved. */
export interface Alarm {
  readonly id: string;
  /** Arrival of the record with which it was given out. */
  readonly saidMs: number;
  readonly reopened: boolean;
  /** Id of the incident that it was later told to be the same as. */
  readonly mergedInto: string | null;
  /** Nodes that it speaks of, at any time. */
  readonly entities: readonly string[];
  /** Named causes in their order as last said; empty when the answer is *unknown*. */
  readonly causes: readonly { readonly entity: string; readonly kind: string; readonly confidence: number }[];
  /** The whole answer as last said before the incident recovered; null before there is one. */
  readonly answer: Answer | null;
  readonly headline: string;
}

export interface Answer {
  /** Share of *unknown*. */
  readonly unknown: number;
  /** In their order, also when the answer is *unknown*; paths begin at the symptom nearest to people. */
  readonly causes: readonly { readonly entity: string; readonly kind: string; readonly confidence: number; readonly path: readonly string[] }[];
}

interface Draft { readonly id: string; readonly saidMs: number; readonly reopened: boolean; readonly entities: Set<string>; mergedInto: string | null; causes: Alarm['causes']; answer: Answer | null; headline: string; closed: boolean }

export interface Watch {
  see(incidents: readonly Incident[], findings: readonly Finding[], receivedMs: number): void;
  alarms(): Alarm[];
}

export function openWatch(): Watch {
  const drafts: Draft[] = [];
  const newest = new Map<string, Draft>();
  const findingsById = new Map<string, Finding>();
  return {
    see(incidents, findings, receivedMs) {
      for (const finding of findings) findingsById.set(finding.id, finding);
      for (const incident of incidents) {
        let draft = newest.get(incident.id);
        if (draft === undefined || (draft.closed && incident.state !== 'resolved')) {
          draft = { id: incident.id, saidMs: receivedMs, reopened: draft !== undefined, entities: new Set(), mergedInto: null, causes: [], answer: null, headline: '', closed: false };
          drafts.push(draft);
          newest.set(incident.id, draft);
        }
        draft.mergedInto = incident.mergedInto;
        draft.closed = incident.state === 'resolved';
        update(draft, incident, findingsById);
      }
    },
    alarms: () => drafts.map(({ id, saidMs, reopened, mergedInto, entities, causes, answer, headline }) => ({ id, saidMs, reopened, mergedInto, entities: [...entities], causes, answer, headline })),
  };
}

function update(draft: Draft, incident: Incident, findings: ReadonlyMap<string, Finding>): void {
  const { blast, headline, explanation } = incident;
  const told = [...blast.affected, headline.entity, ...incident.findingIds.flatMap((id) => findings.get(id)?.entity ?? [])];
  for (const entity of told) for (const node of nodesOf(entity)) draft.entities.add(node);
  const named = explanation.causes.filter((cause) => cause.kind !== 'unknown');
  draft.causes = named.map(({ entity, kind, confidence }) => ({ entity, kind, confidence }));
  if (incident.state !== 'resolved') draft.answer = { unknown: explanation.unknown, causes: named.map(({ entity, kind, confidence, path }) => ({ entity, kind, confidence, path: path.map((step) => step.entity) })) };
  if (named.length > 0 && named[0].confidence >= explanation.unknown) for (const node of nodesOf(named[0].entity)) draft.entities.add(node);
  else draft.causes = [];
  draft.headline = `${headline.entity} ${headline.feature}`;
}

/** Nodes that an entity belongs to. */
export function nodesOf(entity: string): string[] {
  const at = entity.indexOf(':');
  const rest = entity.slice(at + 1);
  switch (entity.slice(0, at)) {
    case 'operation': return [`service:${rest.split('|', 1)[0]}`];
    case 'instance': return [`service:${rest.slice(0, rest.lastIndexOf('#'))}`];
    case 'edge': return rest.split('→');
    default: return [entity];
  }
}
