import type { Trace } from '../../foundation/eviction/generated-traces.js';
import { ItemQueues } from './queues.js';

/** Hits of least-recently-used. */
export function lru({ requests, items }: Trace, capacity: number): number {
  const queues = new ItemQueues(items, 1);
  const present = new Uint8Array(items);
  let hits = 0;
  for (const item of requests) {
    if (present[item] === 1) {
      hits++;
      queues.remove(0, item);
    } else if (queues.counts[0] === capacity) {
      const victim = queues.oldest(0);
      queues.remove(0, victim);
      present[victim] = 0;
    }
    present[item] = 1;
    queues.push(0, item);
  }
  return hits;
}
