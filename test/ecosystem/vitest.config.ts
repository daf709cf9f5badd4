import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** Adapters in the hands of their other side, its own suites and its real programs: `npm run test:ecosystem`. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/ecosystem/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    maxWorkers: 2,
    testTimeout: 30_000,
    hookTimeout: 180_000,
  },
});
