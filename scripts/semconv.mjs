/**
 * Makes packages/engine/src/intake/deprecated.ts of the deprecated names of the OpenTelemetry semantic conventions:
 *
 *   node scripts/semconv.mjs            writes the file
 *   node scripts/semconv.mjs --check    fails when it would be another
 *
 * scripts/semconv/deprecated-<version>.tsv has one row a deprecated name of the conventions' own model: kind, old name,
 * reason, new name. Only pure renames and what was dropped come into the table; names that need a rule are in conventions.ts.
 */
import { readFileSync, writeFileSync } from 'node:fs';

const version = '1.44.0';
const target = new URL('../packages/engine/src/intake/deprecated.ts', import.meta.url);
const rows = readFileSync(new URL(`semconv/deprecated-${version}.tsv`, import.meta.url), 'utf8').trim().split('\n').slice(1).map((line) => line.split('\t'));

const of = (kind, reason) => rows.filter((row) => row[0] === kind && row[2] === reason).sort(([, a], [, b]) => (a < b ? -1 : a > b ? 1 : 0));
const renames = (kind) => of(kind, 'renamed').map(([, old, , now]) => `  ['${old}', '${now}'],`).join('\n');
const names = (kind) => of(kind, 'obsoleted').map(([, old]) => `  '${old}',`).join('\n');

const text = `/** Made by scripts/semconv.mjs of the semantic conventions ${version}; do not edit. Names that need a rule are in conventions.ts. */
export const conventionsVersion = '${version}';

/** Old attribute name → present one. */
export const renamedAttributes: ReadonlyMap<string, string> = new Map([
${renames('attr')}
]);

/** Old metric name → present one. */
export const renamedMetrics: ReadonlyMap<string, string> = new Map([
${renames('metric')}
]);

/** \`<present attribute>=<old value>\` → present value. */
export const renamedValues: ReadonlyMap<string, string> = new Map([
${renames('enum')}
]);

export const renamedEvents: ReadonlyMap<string, string> = new Map([
${renames('event')}
]);

/** Attributes that were given up, with nothing in their place. */
export const droppedAttributes: ReadonlySet<string> = new Set([
${names('attr')}
]);

/** Metrics that were given up. */
export const droppedMetrics: ReadonlySet<string> = new Set([
${names('metric')}
]);
`;

if (process.argv.includes('--check')) {
  if (readFileSync(target, 'utf8') === text) process.exit(0);
  console.error('packages/engine/src/intake/deprecated.ts is not what scripts/semconv.mjs makes: run node scripts/semconv.mjs');
  process.exit(1);
}
writeFileSync(target, text);
