import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

/** The tests that need Docker: `npm run test:containers`. */
export default defineConfig({
  root: fileURLToPath(new URL('../..', import.meta.url)),
  test: {
    include: ['test/containers/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 30_000,
    hookTimeout: 120_000,
  },
});
