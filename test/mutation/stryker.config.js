const folder = process.env.MUTATE_FOLDER ?? '';
const file = folder.replaceAll('/', '-');

/**
 * Configuration of `npm run mutate`: one folder of `src/implements`, and the tests that `folders.js` names for it.
 *
 * @type {import('@stryker-mutator/api/core').PartialStrykerOptions}
 */
export default {
  mutate: [`src/implements/${folder}/**/*.ts`],
  plugins: ['@stryker-mutator/vitest-runner'],
  testRunner: 'vitest',
  vitest: { configFile: 'test/mutation/vitest.config.js', related: false },
  coverageAnalysis: 'perTest',
  // Constants of a module would each run all tests of the folder; laws break when one of them is wrong.
  ignoreStatic: true,
  concurrency: Number(process.env.MUTATE_WORKERS ?? 2),
  timeoutMS: 20_000,
  tempDirName: `build/mutation/${file}`,
  ignorePatterns: ['dist', 'docs', 'examples', 'test/bench', 'test/house', 'test/types', 'test/containers'],
  reporters: ['clear-text', 'json', 'progress-append-only'],
  clearTextReporter: { allowColor: false, allowEmojis: false, logTests: false, reportTests: false },
  jsonReporter: { fileName: `build/mutation/${file}.json` },
};
