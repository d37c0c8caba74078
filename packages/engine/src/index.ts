export type * from './model/index.ts';
export { defaultSettings } from './model/index.ts';
export { openEngine } from './engine.ts';
export { serviceId, serviceIds } from './intake/service-id.ts';
export type { Engine, Step } from './engine.ts';
export { flowOfImpact } from './explain/measure/impact-flow.ts';
export type { FlowQuestion, FlowShare, Requests } from './explain/measure/impact-flow.ts';
export { rankShifts } from './explain/measure/metric-shift.ts';
export type { Metric, Shift } from './explain/measure/metric-shift.ts';
