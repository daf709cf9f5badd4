import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Runs first what takes longest, contract suites and bundles: the last one would run alone. */
class ContractsFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files);
    const isContract = ({ moduleId }: TestSpecification): boolean =>
      /contract|failure|mutants|topolog|tiered|bundles|examples/.test(moduleId.split('/test/').at(-1) ?? '');
    return [...sorted.filter(isContract), ...sorted.filter((file) => !isContract(file))];
  }
}

/** Configuration of `npm test`: all but containers (Docker), adapters beside their other side, and benchmarks. */
export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['**/node_modules/**', 'test/containers/**', 'test/ecosystem/adapters/**', 'test/bench/**'],
    globalSetup: ['test/support/global-setup.ts'],
    pool: 'forks',
    sequence: { sequencer: ContractsFirst },
    // More workers than cores: tests spend three quarters of their time waiting for servers that do not answer.
    maxWorkers: 4,
    // A law that fails on a mutant, as it must, leaves calls in flight whose rejections are no longer handled.
    onUnhandledError: (error) => !/\/test\/mutants\//.test(String(Reflect.get(error, 'VITEST_TEST_PATH'))),
    // Far above what a test needs: what must be quick has a bound of its own, and a busy machine is no failure.
    testTimeout: 30_000,
    hookTimeout: 60_000,
    typecheck: {
      enabled: true,
      include: ['test/types/**/*.test-d.ts'],
      // Only the type tests and their imports: `npm run typecheck` covers the other sources.
      tsconfig: 'test/types/tsconfig.json',
      ignoreSourceErrors: true,
    },
  },
});
