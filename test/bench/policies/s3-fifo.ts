import type { Trace } from '../../foundation/eviction/generated-traces.js';
import { ItemQueues } from './queues.js';

const SMALL = 0;
const MAIN = 1;
const ABSENT = 2;

/**
 * Hits of S3-FIFO (Yang et al., SOSP 2023): a tenth is the small queue, ghosts as many as main holds, two uses lead from
 * small to main, three are counted at most.
 */
export function s3Fifo({ requests, items }: Trace, capacity: number): number {
  const queues = new ItemQueues(items, 2);
  const place = new Uint8Array(items).fill(ABSENT);
  const uses = new Uint8Array(items);
  const leftAt = new Float64Array(items).fill(Number.NEGATIVE_INFINITY);
  const small = Math.max(1, Math.round(capacity / 10));
  const main = capacity - small;
  let left = 0;
  let hits = 0;

  const move = (item: number, to: number): void => {
    queues.remove(place[item] as number, item);
    place[item] = to;
    if (to !== ABSENT) queues.push(to, item);
  };
  const evictFromMain = (): void => {
    for (let item = queues.oldest(MAIN); ; item = queues.oldest(MAIN)) {
      if (uses[item] === 0) {
        move(item, ABSENT);
        return;
      }
      uses[item] = (uses[item] as number) - 1;
      move(item, MAIN);
    }
  };
  const evictFromSmall = (): void => {
    for (let item = queues.oldest(SMALL); item >= 0; item = queues.oldest(SMALL)) {
      if ((uses[item] as number) <= 1) {
        leftAt[item] = left++;
        move(item, ABSENT);
        return;
      }
      uses[item] = 0;
      move(item, MAIN);
      if ((queues.counts[MAIN] as number) > main) break;
    }
    evictFromMain();
  };

  for (const item of requests) {
    if (place[item] !== ABSENT) {
      hits++;
      uses[item] = Math.min(3, (uses[item] as number) + 1);
      continue;
    }
    while ((queues.counts[SMALL] as number) + (queues.counts[MAIN] as number) >= capacity) {
      if ((queues.counts[SMALL] as number) >= small || queues.counts[MAIN] === 0) evictFromSmall();
      else evictFromMain();
    }
    uses[item] = 0;
    const to = left - (leftAt[item] as number) <= main ? MAIN : SMALL;
    leftAt[item] = Number.NEGATIVE_INFINITY;
    place[item] = to;
    queues.push(to, item);
  }
  return hits;
}
