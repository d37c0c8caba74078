import { defineConfig } from 'vitest/config';
import { ClosingLine } from './scripts/closing-line.ts';
import { LongestFirst } from './scripts/longest-first.ts';

export default defineConfig({
  test: {
    include: ['*.test.ts', 'packages/*/src/**/*.test.ts', 'packages/*/src/**/*.test.tsx', 'scenarios/**/*.test.ts', 'bench/**/*.test.ts', 'trainer/**/*.test.ts'],
    isolate: false,
    // Not threads: the servers that tests start are threads themselves, and V8 has aborted (`jit_page.has_value()`) with so many isolates in one process.
    pool: 'forks',
    maxWorkers: 2,
    sequence: { sequencer: LongestFirst },
    testTimeout: 60_000,
    hookTimeout: 60_000,
    reporters: ['default', new ClosingLine()],
  },
});
