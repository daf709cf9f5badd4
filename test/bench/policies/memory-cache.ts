import { MemoryCache } from '../../../src/implements/cache/memory/memory-cache.js';
import type { Trace } from '../../foundation/eviction/generated-traces.js';

/** Hits of the cache itself, by its public calls. */
export async function memoryCache({ requests, items }: Trace, capacity: number): Promise<number> {
  const cache = new MemoryCache({ maxEntries: capacity, maxBytes: '64GiB' });
  const keys = Array.from({ length: items }, (_, item) => `item:${item}`);
  for (const item of requests) {
    const key = keys[item] as string;
    if ((await cache.getValue(key)) === null) await cache.setValue(key, null, '1h');
  }
  const { hits } = cache.stats();
  await cache.close();
  return hits;
}
