// `node bench/ingest/flame.ts [--signal traces] [--seconds 10] [--out docs/performance/flame-traces.svg]`
// Runs Clew under load with V8's sampling profiler on every thread and draws one SVG: each thread a flame graph, idle time left out.
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { drive } from './drive.ts';
import type { Load } from './generator.ts';
import { receivers } from './receivers.ts';

interface Profile {
  readonly nodes: readonly { readonly id: number; readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }; readonly children?: readonly number[] }[];
  readonly samples: readonly number[];
  readonly timeDeltas: readonly number[];
}
interface Frame { readonly name: string; readonly room: string; us: number; readonly children: Map<string, Frame> }

/** Rooms of ARCHITECTURE.md, and what is not ours. */
const colours: Readonly<Record<string, string>> = { thread: '#d8d8d8', otlp: '#f2b134', engine: '#7aa6da', server: '#8bc28c', dependency: '#d7a0c8', node: '#cfcfcf', 'garbage collection': '#e06c5a' };

const { values } = parseArgs({ options: { signal: { type: 'string', default: 'traces' }, seconds: { type: 'string', default: '10' }, out: { type: 'string' } } });
const load = values.signal as Load;
const out = values.out ?? `docs/performance/flame-${load}.svg`;
const folder = mkdtempSync(join(tmpdir(), 'clew-flame-'));
const clew = receivers.find(({ name }) => name === 'clew');
if (clew === undefined) throw new Error('BUG: Clew is no receiver');

process.env.CLEW_BENCH_FLAGS = `--cpu-prof --cpu-prof-dir=${folder} --cpu-prof-interval=500`;
const place = { folder, port: 20_000 + Math.floor(Math.random() * 10_000) };
const server = clew.start(place);
try {
  while (!(await fetch(clew.readyUrl(place)).then((answer) => answer.ok, () => false))) await sleep(200);
  const job = { load, port: place.port, path: clew.path(load), headers: {}, connections: 8, rate: null };
  await drive({ ...job, seconds: 3, firstSerial: 1 });
  const sent = await drive({ ...job, seconds: Number(values.seconds), firstSerial: 10_000_000 });
  server.kill('SIGTERM');
  await once(server, 'exit');
  const threads = readdirSync(folder).filter((name) => name.endsWith('.cpuprofile')).map((name) => toTree(JSON.parse(readFileSync(join(folder, name), 'utf8')) as Profile));
  writeFileSync(out, draw(threads.sort((a, b) => b.us - a.us), `Clew, ${load}: ${Math.round(sent.items / sent.seconds).toLocaleString('en')} items/s under the profiler`));
  console.log(`${out}: ${threads.map(({ name, us }) => `${name} ${(us / 1e6).toFixed(1)} s`).join(', ')}`);
} finally {
  if (server.exitCode === null) server.kill('SIGKILL');
  rmSync(folder, { recursive: true, force: true });
}

/** Samples by call path. What a thread is, is told by the functions that only it has. */
function toTree({ nodes, samples, timeDeltas }: Profile): Frame {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parentOf = new Map(nodes.flatMap(({ id, children }) => (children ?? []).map((child) => [child, id] as const)));
  const has = (file: string): boolean => nodes.some(({ callFrame }) => callFrame.url.endsWith(file) && callFrame.functionName === 'feed');
  const root: Frame = { name: has('engine-worker.ts') ? 'engine' : has('duckdb/writer.ts') ? 'row store' : 'main: receivers, log', room: 'thread', us: 0, children: new Map() };
  for (const [i, id] of samples.entries()) {
    const path = [];
    for (let at: number | undefined = id; at !== undefined; at = parentOf.get(at)) path.push(byId.get(at));
    const leaf = path[0]?.callFrame.functionName;
    if (leaf === '(idle)' || leaf === '(program)') continue;
    root.us += timeDeltas[i];
    let frame = root;
    for (const node of path.reverse().slice(1)) {
      if (node === undefined) continue;
      const { functionName, url } = node.callFrame;
      const name = functionName === '' ? `(${url.split('/').at(-1) ?? ''})` : functionName;
      const key = `${name} ${url}`;
      let child = frame.children.get(key);
      if (child === undefined) frame.children.set(key, child = { name, room: roomOf(url, name), us: 0, children: new Map() });
      child.us += timeDeltas[i];
      frame = child;
    }
  }
  return root;
}

function roomOf(url: string, name: string): string {
  if (name === '(garbage collector)') return 'garbage collection';
  return /packages\/(\w+)\//.exec(url)?.[1] ?? (url.includes('node_modules') ? 'dependency' : 'node');
}


function draw(threads: readonly Frame[], title: string): string {
  const [width, row] = [1200, 15];
  const total = threads.reduce((sum, { us }) => sum + us, 0);
  const rects: string[] = [];
  let top = 46;
  for (const thread of threads) {
    let deepest = 0;
    const put = (frame: Frame, x: number, w: number, depth: number): void => {
      deepest = Math.max(deepest, depth);
      const share = ((frame.us / thread.us) * 100).toFixed(1);
      const label = w > 40 ? `<text x="${(x + 2).toFixed(1)}" y="${top + depth * row + 11}">${escaped(frame.name.slice(0, Math.floor(w / 6)))}</text>` : '';
      rects.push(`<g><title>${escaped(frame.name)} (${frame.room}): ${share} % of the thread</title><rect x="${x.toFixed(1)}" y="${top + depth * row}" width="${Math.max(0.4, w - 0.4).toFixed(1)}" height="${row - 1}" fill="${colours[frame.room] ?? '#dddddd'}"/>${label}</g>`);
      let at = x;
      for (const child of [...frame.children.values()].sort((a, b) => b.us - a.us)) {
        const own = (child.us / frame.us) * w;
        if (own >= 1 && depth < 34) put(child, at, own, depth + 1);
        at += own;
      }
    };
    put({ ...thread, name: `${thread.name}: ${((thread.us / total) * 100).toFixed(0)} % of the JavaScript CPU` }, 0, width, 0);
    top += (deepest + 2) * row;
  }
  const legend = Object.entries(colours).slice(1).map(([room, fill], i) => `<rect x="${i * 150}" y="26" width="12" height="12" fill="${fill}"/><text x="${i * 150 + 16}" y="36">${room}</text>`).join('');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${top}" font-family="monospace" font-size="10"><rect width="${width}" height="${top}" fill="#ffffff"/><text x="0" y="16" font-size="13">${escaped(title)}</text>${legend}${rects.join('\n')}</svg>\n`;
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
