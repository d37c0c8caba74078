import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';

/** The caretaker: what STYLE.md and ARCHITECTURE.md promise about the shape of the tree is held here. */

const root = dirname(fileURLToPath(import.meta.url));
const fileLinesMax = 400;
const functionLinesMax = 70;

function filesUnder(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder).flatMap((name) => {
    if (name === 'node_modules' || name === 'dist' || name.startsWith('.')) return [];
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesUnder(path) : [path];
  });
}

const isTest = (file: string): boolean => /\.(test|bench|contract|e2e)\.tsx?$|\/fixture\/|\/e2e\//.test(file);
const sources = ['packages', 'scenarios', 'bench', 'scripts', 'trainer']
  .flatMap((folder) => filesUnder(join(root, folder)))
  .concat(filesUnder(root).filter((file) => dirname(file) === root))
  .filter((file) => /\.(ts|tsx|mjs)$/.test(file));
const shipped = sources.filter((file) => !isTest(file) && relative(root, file).startsWith('packages/'));

interface Import { readonly from: string; readonly typeOnly: boolean }

function importsOf(file: string): Import[] {
  const text = readFileSync(file, 'utf8');
  const found: Import[] = [];
  for (const match of text.matchAll(/^\s*(?:import|export)\s+(type\s+)?(?:[\w*{}\s,$]+?\s+from\s+)?['"]([^'"]+)['"]/gm)) {
    found.push({ from: match[2], typeOnly: match[1] !== undefined });
  }
  for (const match of text.matchAll(/\bimport\(\s*['"]([^'"]+)['"]\s*\)/g)) found.push({ from: match[1], typeOnly: false });
  return found;
}

/** `packages/engine/src/detect/x.ts` → `engine/detect`; other packages are one room each. */
function roomOf(file: string): string {
  const [, packageName, , stage, rest] = relative(root, file).split('/');
  if (packageName !== 'engine') return packageName;
  return rest === undefined ? 'engine' : `engine/${stage}`;
}

const stages = ['intake', 'features', 'detect', 'foresee', 'explain', 'decide', 'remember', 'act', 'learn'];
const mayImport: Record<string, readonly string[]> = {
  otlp: [],
  'engine/base': [],
  'engine/model': ['engine/base', '@clew/otlp'],
  'engine/intake': ['engine/base', 'engine/model', '@clew/otlp'],
  ...Object.fromEntries(stages.slice(1).map((stage) => [`engine/${stage}`, ['engine/base', 'engine/model']])),
  engine: ['engine/base', 'engine/model', '@clew/otlp', ...stages.map((stage) => `engine/${stage}`)],
  words: ['@clew/engine type'],
  server: ['@clew/engine', '@clew/engine/tables', '@clew/otlp', '@clew/simulator', '@clew/words', 'node:', 'dependency'],
  shop: ['@clew/otlp', 'node:', 'dependency'],
  simulator: ['@clew/otlp'],
  // A client of its own: it shares nothing with the receiver that it judges.
  conform: ['node:', 'dependency'],
  console: ['@clew/engine type', '@clew/server/api type', '@clew/words', 'dependency'],
};

/** What the import is, in the words of `mayImport`. */
function targetOf(file: string, { from, typeOnly }: Import): string {
  if (from.startsWith('.')) return roomOf(resolve(dirname(file), from));
  if (from.startsWith('node:')) return 'node:';
  if (!from.startsWith('@clew/')) return 'dependency';
  return typeOnly && (mayImport[roomOf(file)] ?? []).includes(`${from} type`) ? `${from} type` : from;
}

describe('walls', () => {
  test('every import stays within what its room may import', () => {
    const trespasses = shipped.flatMap((file) =>
      importsOf(file)
        .map((each) => ({ each, target: targetOf(file, each) }))
        .filter(({ target }) => target !== roomOf(file) && !(mayImport[roomOf(file)] ?? []).includes(target))
        .map(({ each }) => `${relative(root, file)} imports ${each.from}`),
    );
    expect(trespasses).toEqual([]);
  });

  test('the model knows the wire by its types alone', () => {
    const values = shipped
      .filter((file) => roomOf(file) === 'engine/model')
      .flatMap((file) => importsOf(file).filter((each) => each.from.startsWith('@clew/') && !each.typeOnly).map(() => relative(root, file)));
    expect(values).toEqual([]);
  });

  test('a file in base has users in two rooms', () => {
    const lonely = shipped.filter((file) => roomOf(file) === 'engine/base').filter((file) => {
      const rooms = new Set(shipped.filter((user) => importsOf(user).some((each) => each.from.startsWith('.') && resolve(dirname(user), each.from) === file)).map(roomOf));
      return rooms.size < 2 && !rooms.has('engine/base');
    });
    expect(lonely.map((file) => relative(root, file))).toEqual([]);
  });
});

describe('the engine is pure', () => {
  const forbidden = [/\bDate\.now\b/, /\bnew Date\(\s*\)/, /\bMath\.random\b/, /\bperformance\./, /\bsetTimeout\b/, /\bsetInterval\b/, /\bprocess\./, /\bfetch\(/, /\bcrypto\./, /\bconsole\./, /\bglobalThis\b/];
  test.each(['engine', 'otlp', 'simulator', 'words'])('%s has no clock, no dice and no I/O', (packageName) => {
    const found = shipped
      .filter((file) => relative(root, file).startsWith(`packages/${packageName}/`))
      .flatMap((file) => {
        const code = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$|'[^'\n]*'/gm, '');
        return forbidden.filter((pattern) => pattern.test(code)).map((pattern) => `${relative(root, file)}: ${pattern.source}`);
      });
    expect(found).toEqual([]);
  });
});

describe('sizes', () => {
  test(`no file is longer than ${fileLinesMax} lines`, () => {
    const long = sources.map((file) => ({ file: relative(root, file), lines: readFileSync(file, 'utf8').split('\n').length - 1 })).filter(({ lines }) => lines > fileLinesMax);
    expect(long).toEqual([]);
  });

  test(`no function is longer than ${functionLinesMax} lines`, () => {
    const rule = { categories: { correctness: 'off' }, rules: { 'eslint/max-lines-per-function': ['error', { max: functionLinesMax, skipComments: true, skipBlankLines: true }] } };
    const files = shipped.filter((file) => !file.endsWith('.tsx'));
    const lint = spawnSync(join(root, 'node_modules/.bin/oxlint'), ['-c', writeRule(rule), '-f', 'unix', ...files], { cwd: root, encoding: 'utf8' });
    const complaints = lint.stdout.split('\n').filter((line) => line.includes('max-lines-per-function'));
    expect(complaints).toEqual([]);
    expect(lint.error).toBeUndefined();
  });
});

describe('names', () => {
  test('files are kebab-case, and nothing is a drawer', () => {
    const odd = sources.map((file) => relative(root, file)).filter((file) => !/^[a-z0-9./-]+$/.test(file) || /(^|\/)(utils?|helpers?|common|shared|misc)(\/|\.)/.test(file));
    expect(odd).toEqual([]);
  });
});

describe('dependencies', () => {
  const packages = [root, ...readdirSync(join(root, 'packages')).map((name) => join(root, 'packages', name))]
    .filter((folder) => existsSync(join(folder, 'package.json')))
    .map((folder) => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as { name: string; dependencies?: Record<string, string>; devDependencies?: Record<string, string>; optionalDependencies?: Record<string, string>; peerDependencies?: Record<string, string> });

  test('the wire needs nothing, the engine nothing but the wire', () => {
    const runtime = (name: string): string[] => Object.keys(packages.find((each) => each.name === name)?.dependencies ?? {});
    expect(runtime('@clew/otlp')).toEqual([]);
    expect(runtime('@clew/engine')).toEqual(['@clew/otlp']);
  });

  test('the lockfile is whole: npm ci also wants the optional packages of other platforms in it', () => {
    const lock = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')) as { packages: Record<string, { optionalDependencies?: Record<string, string>; resolved?: string }> };
    const wanted = Object.values(lock.packages).flatMap((each) => Object.keys(each.optionalDependencies ?? {}));
    expect(wanted.filter((name) => !Object.keys(lock.packages).some((path) => path.endsWith(`node_modules/${name}`)))).toEqual([]);
  });

  test('every version is pinned, and every dependency is named with its reason', () => {
    const reasons = readFileSync(join(root, 'docs/decisions/dependencies.md'), 'utf8');
    const all = packages.flatMap((each) => Object.entries({ ...each.dependencies, ...each.devDependencies, ...each.optionalDependencies, ...each.peerDependencies }));
    expect(all.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    expect(all.map(([name]) => name).filter((name) => !name.startsWith('@clew/') && !reasons.includes(`\`${name}\``))).toEqual([]);
  });
});

function writeRule(rule: unknown): string {
  const path = join(root, 'node_modules', '.clew-tidy-oxlint.json');
  writeFileSync(path, JSON.stringify(rule));
  return path;
}
