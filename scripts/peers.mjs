// `npm run peers [-- names]`: builds the programs that Clew is tested and measured beside, from their Go modules in pinned
// versions, into $CLEW_PEERS/bin (default ~/.cache/clew/peers/bin). What is there in the pinned version is left alone.
// $CLEW_PEERS/peers.json says for each: version and build seconds, or why it is missing.
import { spawnSync } from 'node:child_process';
import { chmodSync, copyFileSync, existsSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const home = process.env.CLEW_PEERS || join(homedir(), '.cache', 'clew', 'peers');
const bin = join(home, 'bin');
const manifest = join(dirname(fileURLToPath(import.meta.url)), 'peers', 'collector.yaml');

/** A peer is one main package of one Go module, or (`builder`) what the Collector's builder makes of the manifest. */
const peers = [
  { name: 'telemetrygen', module: 'github.com/open-telemetry/opentelemetry-collector-contrib/cmd/telemetrygen', version: 'v0.161.0' },
  { name: 'otelcol', module: 'go.opentelemetry.io/collector/cmd/builder', version: 'v0.161.0', builder: true },
  // The newest tag that victoria-metrics has as a Go module.
  { name: 'victoria-metrics', module: 'github.com/VictoriaMetrics/VictoriaMetrics', version: 'v1.150.0', main: 'app/victoria-metrics' },
  // VictoriaLogs left this repository in July 2025; its own one is not served by the Go module proxy, so this is a tag of the spring before.
  { name: 'victoria-logs', module: 'github.com/VictoriaMetrics/VictoriaMetrics', version: 'v1.117.0', main: 'app/victoria-logs' },
  // Jaeger v2's tags are no Go module versions (no /v2 in its path); v1.76.0 is the same commit as v2.13.0, and cmd/jaeger in it is v2.
  { name: 'jaeger', module: 'github.com/jaegertracing/jaeger', version: 'v1.76.0', main: 'cmd/jaeger' },
  // Writes remote write 2.0, which Debian's does not; without service discovery it builds in minutes.
  { name: 'prometheus', module: 'github.com/prometheus/prometheus', version: 'v0.316.0', main: 'cmd/prometheus', tags: 'remove_all_sd,netgo' },
  { name: 'victoria-traces', module: 'github.com/VictoriaMetrics/VictoriaTraces', unavailable: 'the Go module proxy does not serve this module (403 for its version list), and no other registry packages it' },
];

/** Runs a Go command at low priority on what it is given; throws with the end of what it said. */
function go(where, args) {
  const { status, stderr, stdout, error } = spawnSync('nice', ['-n', '10', 'go', ...args], { cwd: where, encoding: 'utf8', maxBuffer: 1 << 28, env: { ...process.env, GOFLAGS: '-p=2 -buildvcs=false', GOTOOLCHAIN: 'local', GOWORK: 'off' } });
  if (error) throw error;
  if (status !== 0) throw new Error(`${stdout}${stderr}`.trim().split('\n').filter((line) => !line.startsWith('go: downloading')).slice(-12).join('\n'));
  return stdout;
}

/** A module of our own that requires the peer's: builds also what `go install` refuses because of its replace lines. */
function buildMain(peer, out) {
  const where = join(home, 'src', peer.name);
  mkdirSync(where, { recursive: true });
  // The peer's own checksums, since the public checksum database does not answer for all that it requires.
  const { Dir: published } = JSON.parse(go(where, ['mod', 'download', '-json', `${peer.module}@${peer.version}`]));
  copyFileSync(join(published, 'go.sum'), join(where, 'go.sum'));
  chmodSync(join(where, 'go.sum'), 0o644);
  writeFileSync(join(where, 'go.mod'), `module clew.local/${peer.name}\n\ngo 1.26\n\nrequire ${peer.module} ${peer.version}\n`);
  go(where, ['build', '-mod=mod', '-trimpath', '-ldflags=-s -w', ...(peer.tags ? ['-tags', peer.tags] : []), '-o', out, [peer.module, peer.main].filter(Boolean).join('/')]);
}

function build(peer) {
  const out = join(bin, peer.name);
  if (!peer.builder) return buildMain(peer, out);
  const builder = join(home, 'src', 'ocb');
  buildMain(peer, builder);
  const folder = join(home, 'src', 'otelcol-build');
  const placed = join(home, 'src', 'collector.yaml');
  writeFileSync(placed, readFileSync(manifest, 'utf8').replace('dist:\n', `dist:\n  output_path: ${folder}\n`));
  const { status, stdout, stderr } = spawnSync('nice', ['-n', '10', builder, `--config=${placed}`, '--skip-compilation'], { encoding: 'utf8', env: { ...process.env, GOTOOLCHAIN: 'local' } });
  if (status !== 0) throw new Error(`${stdout}${stderr}`.trim().split('\n').slice(-12).join('\n'));
  go(folder, ['build', '-trimpath', '-ldflags=-s -w', '-o', out, '.']);
}

function main(names) {
  const unknown = names.find((name) => !peers.some((peer) => peer.name === name));
  if (unknown) throw new Error(`No peer ${unknown}. Known: ${peers.map((peer) => peer.name).join(', ')}.`);
  mkdirSync(bin, { recursive: true });
  const ledger = join(home, 'peers.json');
  const known = existsSync(ledger) ? JSON.parse(readFileSync(ledger, 'utf8')) : {};
  let failed = 0;
  for (const peer of peers.filter(({ name }) => names.length === 0 || names.includes(name))) {
    const out = join(bin, peer.name);
    if (!peer.unavailable && known[peer.name]?.version === peer.version && existsSync(out)) { console.log(`${peer.name} ${peer.version}: there`); continue; }
    const start = process.hrtime.bigint();
    try {
      if (peer.unavailable) throw new Error(peer.unavailable);
      rmSync(out, { force: true });
      build(peer);
      known[peer.name] = { version: peer.version, seconds: Number((process.hrtime.bigint() - start) / 1_000_000_000n), bytes: statSync(out).size };
      console.log(`${peer.name} ${peer.version}: built in ${known[peer.name].seconds} s`);
    } catch (error) {
      known[peer.name] = { missing: error.message };
      console.error(`${peer.name}: not to be had: ${error.message}`);
      if (!peer.unavailable) failed++;
    }
    writeFileSync(ledger, `${JSON.stringify(known, null, 2)}\n`);
  }
  console.log(`peers: ${bin}`);
  return failed === 0 ? 0 : 1;
}

process.exitCode = main(process.argv.slice(2));
