import type { Change, EntityId, EngineSettings, Explanation, Finding, Graph, Pane, TrainedModel } from '../model/index.ts';
import { byAttribute } from './by-attribute.ts';
import { byChange } from './by-change.ts';
import { byErrorOrigin, contrastOfErrors } from './by-error-origin.ts';
import { byFallback } from './by-fallback.ts';
import { byGraphNet, pointsAt } from './by-graph-net.ts';
import { byHost } from './by-host.ts';
import { byLead } from './by-lead.ts';
import { byLoad } from './by-load.ts';
import { byLog } from './by-log.ts';
import { byMachine } from './by-machine.ts';
import { byMechanism } from './by-mechanism.ts';
import { byPool } from './by-pool.ts';
import { byQueue } from './by-queue.ts';
import { byResource } from './by-resource.ts';
import { bySelfTime, contrastOfLatency } from './by-self-time.ts';
import { bySilence, goneNodes } from './by-silence.ts';
import { touchedNodes } from './contrast.ts';
import type { Contrast } from './contrast.ts';
import type { Contrasts, EvidenceTable } from './evidence.ts';
import { claim } from './facts.ts';
import type { Claim, Facts } from './facts.ts';
import { fuse } from './fuse.ts';
import type { Fused } from './fuse.ts';
import { openGraphArrays } from './graph-net/graph-net.ts';
import { isMissed, tallyRequests, weighWorst } from './hurt.ts';
import type { Weighed } from './hurt.ts';
import { explainLimits as limits } from './limits.ts';
import { keepPane, makeMemory, tally, tallyTemplates, tallyTraffic } from './memory.ts';
import type { Memory, Tally, TemplateTally, Traffic } from './memory.ts';
import { calleesOf } from './path.ts';
import { ruleOut } from './ruled-out.ts';
import { standingOf } from './standing.ts';
import { tallyUnits } from './units.ts';
import type { UnitStretch } from './units.ts';
import { withSettling } from './would-settle.ts';

/** What is to be explained, and what else is known at that moment. */
export interface Question {
  readonly atMs: number;
  /** The incident's findings, symptoms among them. */
  readonly findings: readonly Finding[];
  /** Every finding that is or was lately active, anywhere. */
  readonly around: readonly Finding[];
  readonly changes: readonly Change[];
  readonly graph: Graph;
  /**
   * Another fault lasts since then, whose cause is known: what it brought is taken for normal. Asked is what came on top of it: of all
   * findings only those count that began with these, and where it had lasted long enough nothing before that time is compared with.
   */
  readonly besideMs?: number | null;
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

/** Sums over a stretch of memory, held while the stretch cannot change. Not state: it can be made again at any time. */
interface Ledger {
  tally(nodes: ReadonlySet<EntityId>, fromMs: number, toMs: number): Map<EntityId, Tally>;
  templates(fromMs: number, toMs: number): Map<string, TemplateTally>;
  traffic(fromMs: number, toMs: number): Map<EntityId, Traffic>;
  hurt(fromMs: number, untilMs: number, onsetMs: number, toMs: number): Weighed;
  units(fromMs: number, toMs: number): UnitStretch;
  /** Pane by pane, the newest first; made anew each time, so that single panes do not crowd out what is held. */
  latestUnits(fromMs: number, toMs: number): UnitStretch[];
}

/** What one ranking was made from, and what came of it; for whoever learns to rank. */
export interface Considered {
  readonly question: Question;
  readonly atMs: number;
  readonly onsetMs: number;
  readonly affected: readonly EntityId[];
  readonly entities: readonly EntityId[];
  readonly evidence: EvidenceTable;
  readonly explanation: Explanation;
  readonly facts: Facts;
  readonly latency: Contrast;
  readonly errors: Contrast;
}

/** Sees what is remembered and every ranking, and changes nothing. */
export interface Observer {
  kept?(pane: Pane): void;
  considered?(considered: Considered): void;
}

/** `graphNet` computes the graph network in place of the engine's own typed arrays. */
export function openExplain(settings: EngineSettings, saved?: unknown, observer?: Observer, graphNet: TrainedModel = openGraphArrays()): Explain {
  const memory = (saved ?? makeMemory()) as Memory;
  const { paneMs } = settings;
  const ledger = openLedger(memory);
  return {
    keep(pane) {
      observer?.kept?.(pane);
      keepPane(memory, pane);
    },
    explain: (question) => {
      const facts = factsOf(question, ledger, paneMs);
      const { fused, contrasts, explanation } = answer(facts, memory, graphNet);
      observer?.considered?.({ question, atMs: facts.atMs, onsetMs: facts.onsetMs, affected: facts.affected, entities: fused.entities, evidence: fused.evidence, explanation, facts, ...contrasts });
      return withSettling(explanation, facts, memory);
    },
    remembers: (onsetMs) => (memory.panes[0]?.startMs ?? Infinity) <= onsetMs - (limits.baselinePanes / 2) * paneMs || memory.panes.length < limits.memoryPanes,
    counters: () => ({ explain_rows: memory.rows, explain_panes_shed: memory.shed, explain_mechanism_rows_shed: memory.panel?.shed ?? 0, explain_graph_dropped: memory.graphDropped ?? 0, explain_graph_unanswered: memory.graphUnanswered ?? 0 }),
    save: () => memory,
  };
}

function openLedger(memory: Memory): Ledger {
  const held = new Map<string, unknown>();
  const hold = <T>(what: string, fromMs: number, toMs: number, make: () => T): T => {
    // The bounds of what is remembered are part of the name: a stretch that lost or gained panes is another one.
    const key = `${what} ${fromMs} ${toMs} ${Math.max(fromMs, memory.panes[0]?.startMs ?? 0)} ${Math.min(toMs, memory.panes.at(-1)?.startMs ?? 0)}`;
    const known = held.get(key);
    if (known !== undefined) return known as T;
    const made = make();
    held.set(key, made);
    for (const oldest of held.keys()) {
      if (held.size <= limits.heldTallies) break;
      held.delete(oldest);
    }
    return made;
  };
  return {
    tally: (nodes, fromMs, toMs) => hold([...nodes].join(' '), fromMs, toMs, () => tally(memory, nodes, fromMs, toMs)),
    templates: (fromMs, toMs) => hold('templates', fromMs, toMs, () => tallyTemplates(memory, fromMs, toMs)),
    traffic: (fromMs, toMs) => hold('traffic', fromMs, toMs, () => tallyTraffic(memory, fromMs, toMs)),
    hurt: (fromMs, untilMs, onsetMs, toMs) => weighWorst(memory, hold('requests', fromMs, untilMs, () => tallyRequests(memory, fromMs, untilMs)), onsetMs, toMs),
    units: (fromMs, toMs) => hold('units', fromMs, toMs, () => tallyUnits(memory, fromMs, toMs)),
    latestUnits: (fromMs, toMs) => memory.panes.filter(({ startMs }) => startMs >= fromMs && startMs < toMs).slice(-limits.latestPanes).toReversed().map(({ startMs }) => tallyUnits(memory, startMs, startMs + 1)),
  };
}

/** Symptoms first; those that came much later, at other nodes, are left out. */
function askedOf(question: Question): readonly Finding[] {
  const symptoms = question.findings.filter((finding) => finding.symptom);
  const asked = symptoms.length > 0 ? symptoms : question.findings;
  const onsetMs = Math.min(...asked.map((finding) => finding.onsetMs));
  const early = new Set(asked.filter((finding) => finding.onsetMs <= onsetMs + limits.lateMs).map((finding) => finding.node));
  return asked.filter((finding) => early.has(finding.node));
}

function factsOf(question: Question, ledger: Ledger, paneMs: number): Facts {
  const { graph, atMs } = question;
  const asked = askedOf(question);
  const onsetMs = Math.min(...asked.map((finding) => finding.onsetMs));
  const toMs = Math.min(atMs, Math.max(...asked.map((finding) => finding.lastMs), onsetMs + paneMs));
  const besideMs = question.besideMs ?? null;
  const usualMs = onsetMs - (limits.baselinePanes + limits.guardPanes) * paneMs;
  const untilMs = onsetMs - limits.guardPanes * paneMs;
  const isLong = besideMs !== null && untilMs - besideMs >= limits.besideLeastPanes * paneMs;
  const fromMs = isLong ? Math.max(besideMs, usualMs) : usualMs;
  const isOfThese = besideMs === null
    ? (finding: Finding) => finding.direction === 'trend' || finding.onsetMs >= onsetMs - limits.beforeMs
    : (finding: Finding) => finding.onsetMs >= onsetMs - limits.besidePanes * paneMs;
  const findings = question.around.filter((finding) => (finding.active || finding.lastMs >= onsetMs) && isOfThese(finding));
  const byNode = new Map<EntityId, Finding[]>();
  for (const finding of findings) {
    const known = byNode.get(nodeIdOf(finding));
    if (known === undefined) byNode.set(nodeIdOf(finding), [finding]);
    else known.push(finding);
  }
  const nodes = new Set(asked.map((finding) => finding.node).sort());
  const below = new Map<EntityId, ReadonlySet<EntityId>>();
  const fed = new Map<EntityId, ReadonlySet<EntityId>>();
  const closure = (node: EntityId, held: Map<EntityId, ReadonlySet<EntityId>>, goesOn: (each: EntityId) => boolean): ReadonlySet<EntityId> => {
    const known = held.get(node);
    if (known !== undefined) return known;
    const seen = new Set<EntityId>([node]);
    for (const each of seen) if (goesOn(each)) for (const callee of calleesOf(each, facts)) seen.add(callee);
    held.set(node, seen);
    return seen;
  };
  const weighed = once(() => ledger.hurt(fromMs, untilMs, onsetMs, toMs));
  const facts: Facts = {
    atMs, onsetMs, fromMs, paneMs, graph, symptoms: asked, findings, byNode,
    before: ledger.tally(nodes, fromMs, untilMs), after: ledger.tally(nodes, onsetMs, toMs),
    templatesBefore: () => ledger.templates(fromMs, untilMs), templatesAfter: () => ledger.templates(untilMs, toMs),
    trafficBefore: () => ledger.traffic(fromMs, untilMs), trafficAfter: () => ledger.traffic(onsetMs, toMs),
    changes: question.changes.filter((change) => change.atMs <= atMs && change.atMs >= (besideMs ?? -Infinity)), affected: [...nodes].filter((node) => node !== 'user'),
    touched: once(() => touchedNodes(facts)),
    standing: once(() => standingOf(ledger.units(fromMs, untilMs), ledger.units(onsetMs, toMs), {
      eve: ledger.units(onsetMs - limits.evePanes * paneMs, onsetMs), latest: ledger.latestUnits(onsetMs, toMs),
    })),
    hurt: (node) => {
      const { missing, felt } = weighed().hurt.get(node) ?? { missing: 0, felt: 0 };
      const isSeen = missing === 0 || isMissed(node, calleesOf(node, facts), weighed());
      return Math.max(isSeen ? missing : 0, felt, nodes.has(node) || !isSeen ? barelyHurt : 0);
    },
    load: (node) => ({ usual: weighed().usual.get(node) ?? 0, now: weighed().now.get(node) ?? 0 }),
    hostsOf: (entity) => {
      if (entity.startsWith('zone:')) return [...facts.standing().zones].filter(([, zone]) => zone === entity).map(([host]) => host).sort();
      return entity.startsWith('host:') ? [entity] : graph.nodes.get(entity)?.hosts ?? [];
    },
    dependsOn: (node) => closure(node, below, (each) => each === node || !each.startsWith('queue:')),
    feeds: (node) => closure(node, fed, () => true),
  };
  return facts;
}

/** Of a node whose requests nobody traced or traces any more. */
const barelyHurt = 1e-3;

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null;
  return () => (made ??= { value: make() }).value;
}

/** Findings of machines stand under the machine, all others under their node. */
function nodeIdOf(finding: Finding): EntityId {
  return finding.entity.startsWith('host:') ? finding.entity : finding.node;
}

function answer(facts: Facts, memory: Memory, graphNet: TrainedModel): { readonly fused: Fused; readonly contrasts: Contrasts; readonly explanation: Explanation } {
  const latency = contrastOfLatency(facts);
  const errors = contrastOfErrors(facts);
  const silence = bySilence(facts, errors);
  const neighbours = byHost(facts, latency);
  const seen = balance(facts, [
    ...silence, ...bySelfTime(facts, latency), ...byErrorOrigin(facts, errors, goneNodes(silence)),
    ...neighbours, ...byMachine(facts, latency, errors, neighbours), ...byQueue(facts), ...byResource(facts, latency), ...byPool(facts), ...byFallback(facts), ...byLoad(facts), ...byChange(facts), ...byLog(facts), ...byLead(facts), ...byAttribute(facts),
  ]);
  // Models tell how much of it was whose; candidates are those whom something else has named, and those who do worse by themselves and whom the graph network points at, but no machine whose greedy neighbour is known.
  const named = new Set(seen.map(({ entity }) => entity));
  const modelled = [...(memory.panel === undefined ? [] : byMechanism(facts, memory.panel)), ...byGraphNet(facts, latency, errors, graphNet, memory)];
  const taken = new Set(neighbours.map(({ detail }) => detail));
  for (const each of modelled) if (pointsAt(each) && facts.byNode.has(each.entity) && !taken.has(each.entity)) named.add(each.entity);
  const claims = [...seen, ...modelled.filter(({ entity }) => named.has(entity))];
  const fused = fuse(facts, claims, { latency, errors });
  const explanation: Explanation = {
    causes: fused.causes, ruledOut: ruleOut(facts, fused.causes, fused.candidates), unknown: fused.unknown, outside: fused.outside, onsetMs: facts.onsetMs, explainedAtMs: facts.atMs,
  };
  return { fused, contrasts: { latency, errors }, explanation };
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
