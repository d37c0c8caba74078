export type * from './model/index.ts';
export { defaultSettings } from './model/index.ts';
export { openEngine } from './engine.ts';
export { serviceId, serviceIds } from './intake/service-id.ts';
export type { Engine, Step } from './engine.ts';
