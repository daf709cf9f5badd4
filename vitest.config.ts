import { defineConfig } from 'vitest/config';

/** Configuration of `npm test`: all tests except containers (Docker) and benchmarks, which have their own. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/containers/**', 'test/bench/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    // One worker more than there are cores: tests spend much of their time waiting for servers that do not answer.
    maxWorkers: 3,
    // A law that fails on a mutant, as it must, leaves calls in flight whose rejections are no longer handled.
    onUnhandledError: (error) => !/\/test\/mutants\//.test(String(Reflect.get(error, 'VITEST_TEST_PATH'))),
    testTimeout: 10_000,
    hookTimeout: 20_000,
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      tsconfig: 'tsconfig.json',
      // `npm run typecheck` covers the other sources.
      ignoreSourceErrors: true,
    },
  },
});
