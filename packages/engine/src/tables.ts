/** The engine's tables and how it names things, for those who do not run it: a thread that loads all of it takes eight megabytes more. */
export { defaultSettings } from './model/index.ts';
export { namesOf, presentAttributes } from './intake/conventions.ts';
export type { ConventionContext } from './intake/conventions.ts';
export { severityOf } from './intake/severity.ts';
export { serviceId, serviceIds } from './intake/service-id.ts';
export { features } from './features/catalogue.ts';
export { wordsOf } from './features/expression.ts';
export { detectors } from './detect/catalogue.ts';
