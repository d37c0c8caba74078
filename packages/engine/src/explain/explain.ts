import type { Change, EntityId, EngineSettings, Explanation, Finding, Graph, Pane } from '../model/index.ts';
import { byChange } from './by-change.ts';
import { byErrorOrigin, contrastOfErrors } from './by-error-origin.ts';
import { byHost } from './by-host.ts';
import { byLead } from './by-lead.ts';
import { byLog } from './by-log.ts';
import { byQueue } from './by-queue.ts';
import { byResource } from './by-resource.ts';
import { bySelfTime, contrastOfLatency } from './by-self-time.ts';
import { bySilence, goneNodes } from './by-silence.ts';
import { claim } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { fuse } from './fuse.ts';
import { explainLimits as limits } from './limits.ts';
import { keepPane, makeMemory, panesBetween, tally, tallyTemplates } from './memory.ts';
import type { Memory, Tally, TemplateTally } from './memory.ts';
import { calleesOf } from './path.ts';
import { ruleOut } from './ruled-out.ts';

/** What is to be explained, and what else is known at that moment. */
export interface Question {
  readonly atMs: number;
  /** The incident's findings, symptoms among them. */
  readonly findings: readonly Finding[];
  /** Every finding that is or was lately active, anywhere. */
  readonly around: readonly Finding[];
  readonly changes: readonly Change[];
  readonly graph: Graph;
}

export interface Explain {
  /** Remembers a closed pane. */
  keep(pane: Pane): void;
  explain(question: Question): Explanation;
  /** Can a fault with this onset still be compared with what was before it? */
  remembers(onsetMs: number): boolean;
  counters(): Readonly<Record<string, number>>;
  save(): unknown;
}

interface Windows { readonly key: string; readonly before: Map<EntityId, Tally>; readonly after: Map<EntityId, Tally>; readonly templatesBefore: Map<string, TemplateTally>; readonly templatesAfter: Map<string, TemplateTally> }

export function openExplain(settings: EngineSettings, saved?: unknown): Explain {
  const memory = (saved ?? makeMemory()) as Memory;
  const { paneMs } = settings;
  // Several incidents asked about in one pane often share their windows. Not state: it can be made again at any time.
  let cached: Windows | null = null;
  const windowsOf = (onsetMs: number, toMs: number): Windows => {
    const key = `${onsetMs} ${toMs} ${memory.panes.at(-1)?.startMs ?? 0}`;
    if (cached?.key === key) return cached;
    const from = onsetMs - (limits.baselinePanes + limits.guardPanes) * paneMs;
    const until = onsetMs - limits.guardPanes * paneMs;
    cached = { key, before: tally(memory, from, until), after: tally(memory, onsetMs, toMs), templatesBefore: tallyTemplates(memory, from, until), templatesAfter: tallyTemplates(memory, until, toMs) };
    return cached;
  };
  return {
    keep(pane) {
      keepPane(memory, pane);
      cached = null;
    },
    explain: (question) => answer(factsOf(question, memory, windowsOf, paneMs)),
    remembers: (onsetMs) => (memory.panes[0]?.startMs ?? Infinity) <= onsetMs - (limits.baselinePanes / 2) * paneMs || memory.panes.length < limits.memoryPanes,
    counters: () => ({ explain_rows: memory.rows, explain_panes_shed: memory.shed }),
    save: () => memory,
  };
}

function factsOf(question: Question, memory: Memory, windowsOf: (onsetMs: number, toMs: number) => Windows, paneMs: number): Facts {
  const { graph, atMs } = question;
  const symptoms = question.findings.filter((finding) => finding.symptom);
  const asked = symptoms.length > 0 ? symptoms : question.findings;
  const onsetMs = Math.min(...asked.map((finding) => finding.onsetMs));
  const toMs = Math.min(atMs, Math.max(...asked.map((finding) => finding.lastMs), onsetMs + paneMs));
  const findings = question.around.filter((finding) => (finding.active || finding.lastMs >= onsetMs) && (finding.direction === 'trend' || finding.onsetMs >= onsetMs - limits.beforeMs));
  const byNode = new Map<EntityId, Finding[]>();
  for (const finding of findings) byNode.set(nodeIdOf(finding), [...(byNode.get(nodeIdOf(finding)) ?? []), finding]);
  const reach = new Map<EntityId, ReadonlySet<EntityId>>();
  const facts: Facts = {
    atMs, onsetMs, paneMs, graph, symptoms: asked, findings, byNode, ...windowsOf(onsetMs, toMs),
    panesBefore: panesBetween(memory, onsetMs - limits.baselinePanes * paneMs, onsetMs), panesAfter: panesBetween(memory, onsetMs, toMs),
    changes: question.changes.filter((change) => change.atMs <= atMs), affected: [...new Set(asked.map((finding) => finding.node))].filter((node) => node !== 'user').sort(),
    dependsOn(node) {
      const known = reach.get(node);
      if (known !== undefined) return known;
      const seen = new Set<EntityId>([node]);
      for (const each of seen) for (const callee of calleesOf(each, facts)) seen.add(callee);
      reach.set(node, seen);
      return seen;
    },
  };
  return facts;
}

/** Findings of machines stand under the machine, all others under their node. */
function nodeIdOf(finding: Finding): EntityId {
  return finding.entity.startsWith('host:') ? finding.entity : finding.node;
}

function answer(facts: Facts): Explanation {
  const latency = contrastOfLatency(facts);
  const errors = contrastOfErrors(facts);
  const silence = bySilence(facts, errors);
  const claims = balance(facts, [
    ...silence, ...bySelfTime(facts, latency), ...byErrorOrigin(facts, errors, goneNodes(silence)),
    ...byHost(facts, latency), ...byQueue(facts), ...byResource(facts, latency), ...byChange(facts), ...byLog(facts), ...byLead(facts),
  ]);
  const fused = fuse(facts, claims, Math.max(latency.requests, errors.requests));
  return {
    causes: fused.causes, ruledOut: ruleOut(facts, fused.causes, fused.candidates), unknown: fused.unknown, onsetMs: facts.onsetMs, explainedAtMs: facts.atMs,
  };
}

/** What shares a machine with a culprit is its victim: its own self time is explained by it. */
function balance(facts: Facts, claims: readonly Claim[]): Claim[] {
  const hosts = new Set(claims.filter((each) => each.source === 'host' && each.strength >= 0.5).map((each) => each.detail));
  if (hosts.size === 0) return [...claims];
  const culprits = new Set(claims.filter((each) => each.source === 'host').map((each) => each.entity));
  return claims.map((each) => {
    const victim = !culprits.has(each.entity) && facts.graph.nodes.get(each.entity)?.hosts.some((host) => hosts.has(host)) === true;
    return victim && each.source !== 'silence' ? claim(each.source, each.entity, each.strength * 0.5, each.evidence, each) : each;
  });
}
