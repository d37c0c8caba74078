import type { Verb } from './verb.ts';

/** All commands, in the order in which `clew --help` shows them. Adding one is a file, its test and a line here. */
export const verbs: readonly Verb[] = [];
