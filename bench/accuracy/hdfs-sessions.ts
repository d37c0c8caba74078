// Block sessions of the first 100,000 lines of the HDFS log (Xu et al. 2009), as deep-loglizer cuts them.
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { openSequenceWatch, sequenceMembers } from '@clew/engine';
import type { Report, Row } from './report.ts';

interface Labelled { readonly session: string; readonly events: readonly string[]; readonly anomalous: boolean }

/** What a method makes of a session after it was fitted on others: the larger the score the more unusual; p where it gives one. */
type Judge = (events: readonly string[]) => { readonly score: number; readonly p: number };

interface Judged { readonly anomalous: boolean; readonly score: number; readonly p: number }

/** Promised shares of ordinary sessions that are called unusual. */
const promises = [0.01, 0.001] as const;
const folds = 5;

const methods: readonly { readonly method: string; readonly kind: Row['kind']; fit(sessions: readonly Labelled[]): Judge }[] = [
  { method: 'clew', kind: 'ours', fit: (sessions) => watched(sessions) },
  ...sequenceMembers.map((id) => ({ method: `member ${id}`, kind: 'member' as const, fit: (sessions: readonly Labelled[]) => watched(sessions, [id]) })),
  { method: 'rarest event', kind: 'baseline', fit: rarest },
  { method: 'distance from the median length', kind: 'baseline', fit: odd },
  { method: 'everything anomalous', kind: 'baseline', fit: () => () => ({ score: 1, p: 0 }) },
];

export function run(folder: string): Report {
  const begun = performance.now();
  const { fit, score, words } = splitOf(folder);
  const cases: Record<string, Record<string, number>> = {};
  const rows = methods.map((method): Row => {
    const judged = fit === null ? crossValidated(score, method.fit) : judgedBy(method.fit(fit), score);
    const scores = scoresOf(judged);
    for (const [name, value] of Object.entries(scores)) (cases[name] ??= {})[method.method] = value;
    return { method: method.method, kind: method.kind, scores };
  });
  return {
    set: 'hdfs-100k-sessions',
    protocol: `${words} Fitted without labels on sessions of which some are anomalous; a session is called anomalous when its p is below the promised share of false alarms, never at a threshold that knows labels (baselines: the same share of the sessions fitted on). FA: share of the ordinary sessions that were called.`,
    rows,
    cases,
    notes: notesOf(score),
    seconds: (performance.now() - begun) / 1000,
  };
}

/** Fitted on the folder `dev` or the file `train…`, scored on all others; one file, or nothing to tell them apart: cross-validated. */
function splitOf(folder: string): { readonly fit: readonly Labelled[] | null; readonly score: readonly Labelled[]; readonly words: string } {
  const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter(({ name }) => name.endsWith('.jsonl.gz')).map(({ parentPath, name }) => join(parentPath, name)).sort();
  if (files.length === 0) throw new Error(`No *.jsonl.gz below ${folder}`);
  for (const isFit of [(file: string) => basename(dirname(file)) === 'dev', (file: string) => basename(file).startsWith('train')]) {
    const fit = files.filter(isFit);
    if (fit.length === 0 || fit.length === files.length) continue;
    const score = files.filter((file) => !isFit(file)).flatMap(readSessions);
    return { fit: fit.flatMap(readSessions), score, words: `Fitted on ${fit.map((file) => basename(dirname(file))).join(', ')}, ${score.length} other sessions scored.` };
  }
  const score = files.flatMap(readSessions);
  return { fit: null, score, words: `${score.length} sessions, ${folds}-fold cross-validation by the hash of the session's name.` };
}

function readSessions(file: string): Labelled[] {
  return gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n').map((line) => {
    const { session, events, label }: { session: string; events: readonly (string | number)[]; label: number } = JSON.parse(line);
    return { session, events: events.map(String), anomalous: label !== 0 };
  });
}

function crossValidated(sessions: readonly Labelled[], fit: (sessions: readonly Labelled[]) => Judge): Judged[] {
  const foldOf = sessions.map(({ session }) => hash(session) % folds);
  return Array.from({ length: folds }, (_, fold) => judgedBy(fit(sessions.filter((__, i) => foldOf[i] !== fold)), sessions.filter((__, i) => foldOf[i] === fold))).flat();
}

/** FNV-1a. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value >>> 0;
}

function judgedBy(judge: Judge, sessions: readonly Labelled[]): Judged[] {
  return sessions.map(({ events, anomalous }) => ({ anomalous, ...judge(events) }));
}

function watched(sessions: readonly Labelled[], members?: readonly string[]): Judge {
  const watch = openSequenceWatch(members === undefined ? {} : { members });
  for (const { events } of sessions) watch.step(events);
  return (events) => {
    const { score, p } = watch.judge(events);
    return { score, p: p ?? 1 };
  };
}

function rarest(sessions: readonly Labelled[]): Judge {
  const holders = new Map<string, number>();
  for (const { events } of sessions) for (const event of new Set(events)) holders.set(event, (holders.get(event) ?? 0) + 1);
  return ranked(sessions, (events) => Math.max(...events.map((event) => Math.log(sessions.length / ((holders.get(event) ?? 0) + 1)))));
}

function odd(sessions: readonly Labelled[]): Judge {
  const lengths = sessions.map(({ events }) => events.length).sort((a, b) => a - b);
  return ranked(sessions, (events) => Math.abs(events.length - lengths[lengths.length >> 1]));
}

/** p: the share of the sessions fitted on that score as much. */
function ranked(sessions: readonly Labelled[], scoreOf: (events: readonly string[]) => number): Judge {
  const sorted = Float64Array.from(sessions, ({ events }) => scoreOf(events)).sort();
  return (events) => {
    const score = scoreOf(events);
    const below = sorted.findIndex((each) => each >= score);
    return { score, p: below < 0 ? 0 : (sorted.length - below) / sorted.length };
  };
}

function scoresOf(judged: readonly Judged[]): Record<string, number> {
  const atPromise = promises.flatMap((promise) => {
    const called = judged.filter(({ p }) => p < promise);
    const hits = called.filter(({ anomalous }) => anomalous).length;
    const positives = judged.filter(({ anomalous }) => anomalous).length;
    const percent = `@${promise * 100}%`;
    return Object.entries({
      [`precision${percent}`]: called.length === 0 ? 0 : hits / called.length,
      [`recall${percent}`]: hits / positives,
      [`F1${percent}`]: (2 * hits) / (called.length + positives),
      [`FA${percent}`]: (called.length - hits) / (judged.length - positives),
    });
  });
  return { ...Object.fromEntries(atPromise), ...areas(judged) };
}

/** Average precision and the area under the ROC curve; sessions with the same score are met together. */
function areas(judged: readonly Judged[]): Record<string, number> {
  const sorted = judged.toSorted((a, b) => b.score - a.score);
  const positives = judged.filter(({ anomalous }) => anomalous).length;
  let [precision, roc, hits, misses] = [0, 0, 0, 0];
  for (let from = 0; from < sorted.length;) {
    let to = from;
    while (to < sorted.length && sorted[to].score === sorted[from].score) to++;
    const found = sorted.slice(from, to).filter(({ anomalous }) => anomalous).length;
    hits += found;
    misses += to - from - found;
    precision += (found * hits) / (hits + misses);
    roc += (to - from - found) * (hits - found / 2);
    from = to;
  }
  return { 'average precision': precision / positives, 'ROC AUC': roc / misses / positives };
}

/** What no reader of the events can do better, with the labels before its eyes: sessions with the same events share their fate. */
function notesOf(sessions: readonly Labelled[]): string[] {
  const kinds = new Map<string, { hits: number; all: number }>();
  for (const { events, anomalous } of sessions) {
    const kind = kinds.get(events.join(' ')) ?? { hits: 0, all: 0 };
    kinds.set(events.join(' '), kind);
    kind.all++;
    if (anomalous) kind.hits++;
  }
  const positives = sessions.filter(({ anomalous }) => anomalous).length;
  let best = 0;
  let [hits, called] = [0, 0];
  for (const kind of [...kinds.values()].sort((a, b) => b.hits / b.all - a.hits / a.all)) {
    hits += kind.hits;
    called += kind.all;
    best = Math.max(best, (2 * hits) / (called + positives));
  }
  const hidden = [...kinds.values()].filter((kind) => kind.hits < kind.all).reduce((sum, kind) => sum + kind.hits, 0);
  return [
    `${positives} of ${sessions.length} sessions are anomalous; ${hidden} of them wrote exactly the same lines in the same order as ordinary ones (their fault came after the cut). Best F1 that any rule on these events could have, knowing the labels: ${best.toFixed(3)}.`,
    'No published table exists for these sessions.',
  ];
}
