import type { EngineSettings, EntityId, Finding, Pane, TrainedModel, Vote } from '../model/index.ts';
import { openAutoencoder } from './autoencoder/autoencoder.ts';
import type { Autoencoder } from './autoencoder/autoencoder.ts';
import { slotCount, slots, transformSlot } from './autoencoder/slots.ts';
import { readPane } from './autoencoder/windows.ts';
import { addEvidence, logEvidence } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { jointMembers, openJointWatch } from './joint/watch.ts';
import type { JointState, JointWatch } from './joint/watch.ts';
import { detectLimits as limits } from './limits.ts';
import { findingId } from './track.ts';

/** One service, all its features together. Plain data. */
interface Whole {
  readonly joint: JointState;
  readonly evidence: Evidence;
  finding: Finding | null;
  calmPanes: number;
  panes: number;
  /** Panes judged, to count only every so many of them: what the members look at overlaps. */
  judged: number;
  lastMs: number;
}

interface State { readonly wholes: Map<EntityId, Whole>; readonly autoencoder: unknown; refused: number }

/**
 * Each feature possible, all together not: every service's features go to the joint members and to the autoencoder, and what
 * they say gathers against the budget like the evidence of any series. It wakes nobody: it says where to look.
 */
export interface Together {
  step(pane: Pane, ask: Ask): Finding[];
  readonly version: string;
  counters(): Readonly<Record<string, number>>;
  save(): unknown;
}

export interface Ask {
  readonly bar: (entity: EntityId) => number;
  readonly isTroubled: (entity: EntityId) => boolean;
  readonly trust: (detector: string, entity: EntityId) => number;
}

const autoencoderId = 'autoencoder';
/** Seeds are data: every installation draws the same trees. */
const seed = 20_261_122;

export function openTogether(settings: EngineSettings, version: string, saved?: unknown, model?: TrainedModel): Together {
  const from = saved as State | undefined;
  const asked = (id: string): boolean => settings.detection.detectors === null || settings.detection.detectors.includes(id);
  const autoencoder: Autoencoder | null = asked(autoencoderId) ? openAutoencoder({ paneMs: settings.paneMs, services: limits.wholes, model }, from?.autoencoder) : null;
  const state: State = from ?? { wholes: new Map(), autoencoder: autoencoder?.save(), refused: 0 };
  const members = jointMembers.filter(asked);
  const watches = new Map<EntityId, JointWatch>();
  const told = autoencoder === null ? version : `${version}, ${autoencoder.version}`;
  const watchOf = (entity: EntityId, joint?: JointState): JointWatch => {
    const watch = openJointWatch({ seed, features: slotCount, members, outside: autoencoder === null ? [] : [autoencoderId] }, joint);
    watches.set(entity, watch);
    return watch;
  };
  return {
    version: told,
    step(pane, ask) {
      if (members.length === 0 && autoencoder === null) return [];
      const scores = new Map((autoencoder?.step(pane, ask.isTroubled) ?? []).map((each) => [each.entity, each.score]));
      const changed: Finding[] = [];
      const readings = readPane(pane);
      for (const [entity, reading] of readings) {
        let whole = state.wholes.get(entity);
        if (whole === undefined) {
          if (state.wholes.size >= limits.wholes) {
            state.refused++;
            continue;
          }
          whole = { joint: watchOf(entity).save(), evidence: { log: 0 }, finding: null, calmPanes: 0, panes: 0, judged: 0, lastMs: 0 };
          state.wholes.set(entity, whole);
        }
        whole.lastMs = pane.endMs;
        const watch = watches.get(entity) ?? watchOf(entity, whole.joint);
        const values = new Float64Array(slotCount);
        const present = new Uint8Array(slotCount);
        for (let slot = 0; slot < slotCount; slot++) {
          if (reading.ranks[slot] < 0) continue;
          values[slot] = transformSlot(slots[slot], reading.values[slot], settings.paneMs / 1000);
          present[slot] = 1;
        }
        if (present.reduce((sum, each) => sum + each, 0) < limits.jointLeast) continue;
        const isCalm = !ask.isTroubled(entity);
        const step = watch.step(values, present, { outside: autoencoder === null ? [] : [scores.get(entity) ?? Number.NaN], learn: isCalm ? 'guarded' : 'none' });
        const contributors = step.contributors.map(({ feature, share }) => ({ feature: slots[feature].features[Math.max(0, reading.ranks[feature])], subject: '', share }));
        const finding = judge(whole, entity, pane, step.p, step.votes, contributors, isCalm, ask, told);
        if (finding !== null) changed.push(finding);
      }
      for (const [entity, whole] of state.wholes) {
        if (readings.has(entity)) continue;
        if (whole.finding !== null && pane.endMs - whole.lastMs > limits.lostPanes * settings.paneMs) {
          changed.push({ ...whole.finding, active: false });
          whole.finding = null;
        }
        if (pane.endMs - whole.lastMs <= limits.forgetMs) continue;
        state.wholes.delete(entity);
        watches.delete(entity);
      }
      return changed;
    },
    counters: () => ({ detect_joint_services: state.wholes.size, detect_joint_refused: state.refused, ...autoencoder?.counters() }),
    save: () => ({ ...state, autoencoder: autoencoder?.save() }),
  };
}

/** The new or ended finding, or null. While a symptom tells of the service, the joint view adds nothing. */
function judge(whole: Whole, entity: EntityId, pane: Pane, p: number | null, votes: readonly Vote[], contributors: Finding['contributors'], isCalm: boolean, ask: Ask, version: string): Finding | null {
  const trust = Math.max(0, ...votes.filter((vote) => vote.agrees).map((vote) => ask.trust(vote.detector, entity)));
  const bar = ask.bar(entity);
  const strong = p !== null && p < jointStrong && votes.filter((vote) => vote.agrees).length >= limits.jointAgree;
  if (p !== null && isCalm && ++whole.judged % limits.jointStep === 0) addEvidence(whole.evidence, strong ? logEvidence(p) * trust : Math.min(0, logEvidence(p)), bar / 2, bar + limits.evidenceRoom);
  if (whole.finding === null) {
    if (!strong || !isCalm || whole.evidence.log < bar || contributors.length === 0) return null;
    const [{ feature }] = contributors;
    whole.finding = {
      id: findingId(pane.endMs, `${entity} joint`, 'joint'), series: `${entity} ${feature} `, entity, node: entity, feature, subject: '', direction: 'joint', unit: '1',
      observed: -Math.log10(p), expected: { low: 0, mid: 0, high: -Math.log10(jointStrong) }, score: Math.min(99, -Math.log10(p) * 2), p, votes, contributors, version, verdict: null, text: '', maintenance: null, calendar: null,
      onsetMs: pane.startMs, detectedMs: pane.endMs, lastMs: pane.endMs, active: true, detectors: votes.filter((vote) => vote.agrees).map((vote) => vote.detector), exemplars: [], symptom: false,
    };
    whole.panes = 0;
    whole.calmPanes = 0;
    return whole.finding;
  }
  whole.panes++;
  whole.calmPanes = strong ? 0 : whole.calmPanes + 1;
  if (whole.calmPanes >= limits.clearPanes || whole.panes >= limits.adoptOtherPanes) {
    const ended = { ...whole.finding, active: false };
    whole.finding = null;
    whole.evidence.log = 0;
    return ended;
  }
  if (!strong) return null;
  const isWorse = p < (whole.finding.p ?? 1);
  whole.finding = { ...whole.finding, lastMs: pane.endMs, ...(isWorse ? { p, votes, contributors, observed: -Math.log10(p) } : {}) };
  return whole.finding;
}

/** Joint probabilities above this are ordinary. */
const jointStrong = 0.003;
