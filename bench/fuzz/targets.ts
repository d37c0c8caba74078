import { foreignTargets } from './foreign-targets.ts';
import { otlpTargets } from './otlp-targets.ts';
import { serverTargets } from './server-targets.ts';
import type { Target } from './target.ts';

/** Every decoder that reads what somebody else wrote. */
export const allTargets = async (seed: number): Promise<Target[]> => [...otlpTargets(seed), ...foreignTargets(), ...await serverTargets(seed)];
