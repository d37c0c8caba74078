import type { FaultKind } from './fault.ts';
import { outsideFaults } from './outside.ts';
import { platformFaults } from './platform.ts';
import { serviceFaults } from './service.ts';

/** All kinds of faults. docs/guides/simulator.md shows the same rows. */
export const faultKinds: readonly FaultKind[] = [...serviceFaults, ...platformFaults, ...outsideFaults];
