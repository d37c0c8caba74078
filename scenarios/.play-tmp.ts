import { complaints, story, judge } from './judge.ts';
import { readScenario, scenarioNames, isQuietDay } from './scenario.ts';
import { play } from './stage.ts';
const [,, which, off = '0', verbose] = process.argv;
const names = which === 'all' ? scenarioNames().filter((n) => !isQuietDay(readScenario(n))) : which.split(',');
for (const name of names) {
  const s = readScenario(name);
  const t0 = Date.now();
  const p = play(s, s.seed + 101 * Number(off));
  const lines = complaints(p);
  const v = judge(p).verdicts.map((x) => `${x.fault} ${x.rightEntity && x.rightKind ? 'ok' : 'WRONG'} ${x.detectSeconds}s`).join('; ');
  console.log(`== ${name} ${lines.length === 0 ? 'PASS' : 'FAIL'} [${v}] (${Date.now() - t0} ms, engine ${Math.round(p.engineMs)} ms, ${p.spans} spans)`);
  for (const l of lines) console.log('   ' + l);
  if (verbose) {
    for (const l of story(p)) console.log(l);
    console.log('-- all findings');
    for (const f of p.findings.values()) console.log(`  ${((f.onsetMs-p.startMs)/60000).toFixed(1)} det ${((f.detectedMs-p.startMs)/60000).toFixed(1)} ${f.entity} ${f.feature} ${f.subject} ${f.direction} ${f.symptom?'SYM':''} ${f.expected.mid.toFixed(3)} → ${f.observed.toFixed(3)} z${f.score.toFixed(1)}`);
    for (const { incident: i } of p.incidents) console.log(JSON.stringify({ causes: i.explanation.causes.map((c) => ({ e: c.entity, k: c.kind, c: c.confidence, d: c.detail, p: c.path.map((x) => x.entity).join(' > '), ev: c.evidence.map((e) => JSON.stringify(e).slice(0, 240)), ag: c.against.map((e) => JSON.stringify(e).slice(0, 160)) })), u: i.explanation.unknown, r: i.explanation.ruledOut.map((r) => `${r.entity} ${r.reason} ${r.because}`), t: i.timeline.map((e) => `${((e.atMs-p.startMs)/60000).toFixed(1)} ${e.kind} ${e.subject}`), sev: i.severity, blast: i.blast }, null, 1));
  }
}
