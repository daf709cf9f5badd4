/**
 * Number of runs of a property: few in `npm test`, many in `npm run test:campaign`. A failure shows the seed and
 * the path of its case, with which `fc.assert` repeats that case.
 */
export function runs(few: number, many: number): { readonly numRuns: number } {
  return { numRuns: process.env.TEST_CAMPAIGN === undefined ? few : many };
}

/** Timeout of such a test, in milliseconds. */
export const CAMPAIGN_TIMEOUT_MS = process.env.TEST_CAMPAIGN === undefined ? 30_000 : 30 * 60_000;

/** Number of provoked faults: as in {@link runs}. */
export function times(few: number, many: number): number {
  return process.env.TEST_CAMPAIGN === undefined ? few : many;
}
