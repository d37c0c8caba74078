/** Node id of a resource's service from its attributes: the engine's own rule, under the name that readers of rows use. */
export { serviceId as serviceOf } from '@clew/engine/tables';
