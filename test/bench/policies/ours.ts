import { AdaptiveMap } from '../../../src/implements/foundation/eviction/adaptive/adaptive-map.js';
import type { Trace } from '../../foundation/eviction/generated-traces.js';

/** Hits of the map that the package uses. */
export function ours({ requests, items }: Trace, capacity: number): number {
  const map = new AdaptiveMap<number>({ maxEntries: capacity, maxWeight: Number.POSITIVE_INFINITY }, 1);
  const keys = Array.from({ length: items }, (_, item) => `item:${item}`);
  for (const item of requests) {
    const key = keys[item] as string;
    if (map.get(key, 0) === undefined) map.set(key, item, 1, Number.POSITIVE_INFINITY, 0);
  }
  return map.stats().hits;
}
