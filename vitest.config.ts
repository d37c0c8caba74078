import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['*.test.ts', 'packages/*/src/**/*.test.ts', 'scenarios/**/*.test.ts', 'bench/**/*.test.ts'],
    isolate: false,
    pool: 'threads',
    testTimeout: 30_000,
  },
});
