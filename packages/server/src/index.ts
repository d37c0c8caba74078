/** The server's front door, for programs that run it or replay through it. */
export { readConfig } from './config/config.ts';
export type { Config, ConfigSources } from './config/config.ts';
export { CodedError } from './errors.ts';
export type { ErrorCode } from './errors.ts';
export { replay, toCanonicalJson } from './replay/replay.ts';
export type { ReplayOptions, ReplayResult } from './replay/replay.ts';
export { openSource } from './replay/source.ts';
export type { ReplayRecord, ReplaySource } from './replay/source.ts';
export { openServer, version } from './serve.ts';
export type { Running, ServeOptions } from './serve.ts';
