import { existsSync, readFileSync, writeFileSync } from 'node:fs';

/** Inputs that earlier campaigns found worth keeping: a line for each target, its name, then the inputs in base64. */
const path = new URL('corpus.tsv', import.meta.url);
const inputsOfTargetMax = 60;
const inputBytesMax = 300;

export function readCorpus(): Map<string, Uint8Array[]> {
  if (!existsSync(path)) return new Map();
  return new Map(readFileSync(path, 'utf8').split('\n').filter((line) => line !== '').map((line) => {
    const [name, ...inputs] = line.split('\t');
    return [name, inputs.map((text) => new Uint8Array(Buffer.from(text, 'base64')))];
  }));
}

/** The small ones, spread over the campaign: the file is for people to carry, not for completeness. */
export function writeCorpus(kept: ReadonlyMap<string, readonly Uint8Array[]>): void {
  const lines = [...kept].map(([name, inputs]) => {
    const small = inputs.filter(({ length }) => length > 0 && length <= inputBytesMax);
    const step = Math.max(1, small.length / inputsOfTargetMax);
    const chosen = Array.from({ length: Math.min(small.length, inputsOfTargetMax) }, (_, i) => small[Math.floor(i * step)]);
    return [name, ...chosen.map((bytes) => Buffer.from(bytes).toString('base64'))].join('\t');
  });
  writeFileSync(path, `${lines.join('\n')}\n`);
}
