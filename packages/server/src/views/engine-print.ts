import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * Tells one engine from another by its code: a state that was saved by other code is not read, for it may lack what this one
 * expects. Whoever runs from a working copy changes the code without changing the version.
 */
export function enginePrint(): string {
  const hash = createHash('sha256');
  for (const name of ['@clew/engine', '@clew/otlp']) {
    const folder = dirname(fileURLToPath(import.meta.resolve(name)));
    const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !/\.(test|bench)\.ts$/.test(file)).sort();
    for (const file of files) hash.update(file).update('\0').update(readFileSync(join(folder, file)));
  }
  return hash.digest('hex').slice(0, 16);
}
