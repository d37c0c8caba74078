import type { Plugin } from 'vite';

/** Script of the first page, compressed; see the console's guide. The build fails above it. */
const firstPageScriptBytesMax = 150_000;

/** Adds up, gzipped, every script that the entry loads before anything is asked for, and refuses to build too much. */
export function firstPageBudget(): Plugin {
  return {
    name: 'clew:first-page-budget',
    apply: 'build',
    async writeBundle(_options, bundle) {
      const wanted = Object.values(bundle).flatMap((file) => (file.type === 'chunk' && file.isEntry ? [file.fileName] : []));
      const seen = new Set<string>();
      let bytes = 0;
      while (wanted.length > 0) {
        const name = wanted.pop();
        if (name === undefined || seen.has(name)) continue;
        seen.add(name);
        const chunk = bundle[name];
        if (chunk?.type !== 'chunk') throw new Error(`BUG: ${name} is loaded on the first page but was not built`);
        bytes += await gzippedBytes(chunk.code);
        wanted.push(...chunk.imports);
      }
      if (seen.size === 0) throw new Error('BUG: no entry was built');
      this.info(`first page: ${(bytes / 1000).toFixed(1)} kB of script, gzipped (${seen.size} files; at most ${firstPageScriptBytesMax / 1000} kB)`);
      if (bytes > firstPageScriptBytesMax) this.error(`the first page loads ${bytes} bytes of script, ${firstPageScriptBytesMax} are allowed: load it later, or do without`);
    },
  };
}

async function gzippedBytes(code: string): Promise<number> {
  const packed = new Blob([code]).stream().pipeThrough(new CompressionStream('gzip'));
  return (await new Response(packed).arrayBuffer()).byteLength;
}
