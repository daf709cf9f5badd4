import { defineConfig } from 'vitest/config';

/** The tests of `npm test`: everything but containers (Docker) and benchmarks, which have their own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/containers/**', 'test/bench/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // More than two cores have: three quarters of the time are spent waiting for servers that do not answer.
    maxWorkers: 5,
    // A law that fails on a mutant, as it must, leaves calls behind that nobody waits for any more.
    onUnhandledError: (error) => !/\/test\/mutants\//.test(String(Reflect.get(error, 'VITEST_TEST_PATH'))),
    testTimeout: 10_000,
    hookTimeout: 20_000,
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      // Only these files and what they import: `npm run typecheck` looks at the rest.
      tsconfig: 'test/types/tsconfig.json',
      ignoreSourceErrors: true,
    },
  },
});
