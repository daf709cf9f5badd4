import type { CacheSubject } from '../../contract/cache/subject.js';
import type { CountingCache, OpenCounting, StatisticsSubject } from '../../contract/statistics/subject.js';

/** The subject of another contract as one that counts. */
export function counting(
  { name, open }: CacheSubject,
  flawed: (cache: CountingCache) => CountingCache = (cache) => cache,
): StatisticsSubject {
  return {
    name,
    supports: [],
    skip: {},
    open: async (): Promise<OpenCounting> => {
      const { cache, space, inspect, close } = await open();
      return { cache: flawed(cache as CountingCache), space, inspect, close };
    },
  };
}
