import { describe, expect, it } from 'vitest';
import { lru } from '../../bench/policies/lru.js';
import { ours } from '../../bench/policies/ours.js';
import { s3Fifo } from '../../bench/policies/s3-fifo.js';
import { generatedTraces } from './generated-traces.js';

// Seeds and shapes that nothing was tuned with; capacities from tiny to most of the items.
const SEEDS = [2_718_281, 5_772_156];
const CAPACITIES = [30, 100, 300, 1_000, 3_000];

/** Points below LRU that are allowed. The worst shape is LRU's own: a walk that turns back at its ends. */
const ALLOWED = 4;

const cells = SEEDS.flatMap((seed) =>
  generatedTraces(seed).flatMap((trace) =>
    CAPACITIES.map((capacity) => {
      const points = (hits: number): number => (100 * hits) / trace.requests.length;
      return {
        name: `${trace.name} (seed ${seed}) at ${capacity}`,
        ours: points(ours(trace, capacity)),
        lru: points(lru(trace, capacity)),
        s3Fifo: points(s3Fifo(trace, capacity)),
      };
    }),
  ),
);

describe('hit ratio on generated traces', () => {
  it.each(cells.map((cell) => [cell.name, cell] as const))(
    `the hit ratio is at most ${ALLOWED} points below LRU: %s`,
    (_name, cell) => {
      expect(cell.ours).toBeGreaterThanOrEqual(cell.lru - ALLOWED);
    },
  );

  it('the average hit ratio is at most 1 point below S3-FIFO', () => {
    const mean = (numbers: number[]): number =>
      numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(mean(cells.map((cell) => cell.ours))).toBeGreaterThanOrEqual(
      mean(cells.map((cell) => cell.s3Fifo)) - 1,
    );
  });
});
