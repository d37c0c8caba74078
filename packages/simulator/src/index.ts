export { faultKinds } from './faults/catalogue.ts';
export type { FaultKind } from './faults/fault.ts';
export { openSimulation, simulationDefaults, tickMs } from './simulation.ts';
export type { Simulation, SimulationOptions, Tick } from './simulation.ts';
export { servicesMax, servicesMin } from './system/topology.ts';
export { twists } from './truth.ts';
export type { FaultTruth, HarmlessTruth, Truth, Twist } from './truth.ts';
