export type * from './model/index.ts';
export { defaultSettings } from './model/index.ts';
export { openEngine } from './engine.ts';
export type { Engine, Step } from './engine.ts';
