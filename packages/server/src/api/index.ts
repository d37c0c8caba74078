export { openApi } from './api.ts';
export type * from './context.ts';
export type * from './types.ts';
