import type { CountingCache } from '../../contract/statistics/subject.js';

/** A cache that counts wrong in one way. */
export interface StatisticsMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  change(cache: CountingCache): Partial<CountingCache>;
}

type Stats = ReturnType<CountingCache['stats']>;

function mutant(breaks: string, flaw: string, change: StatisticsMutant['change']): StatisticsMutant {
  return { breaks, flaw, change };
}

/** The same counts, some of them wrong. */
function counting(wrong: (stats: Stats) => Partial<Stats>): StatisticsMutant['change'] {
  return (cache) => ({
    stats: () => {
      const stats = cache.stats();
      return { ...stats, ...wrong(stats) };
    },
  });
}

export const countMutants: readonly StatisticsMutant[] = [
  mutant('a read that finds a value is a hit, even of an empty one', 'misses empty values', (cache) => {
    let empty = 0;
    return {
      getValue: async (key) => {
        const value = await cache.getValue(key);
        if (value?.length === 0) empty++;
        return value;
      },
      stats: () => {
        const stats = cache.stats();
        return { ...stats, hits: stats.hits - empty, misses: stats.misses + empty };
      },
    };
  }),
  mutant(
    'a read that finds no value is a miss',
    'counts no misses',
    counting(() => ({ misses: 0 })),
  ),
  mutant('a batch of reads is a hit or a miss for each of its keys', 'counts a batch once', (cache) => ({
    getValues: async (keys) => {
      await cache.getValue(keys[0] ?? 'none');
      return keys.map(() => null);
    },
  })),
  mutant(
    'overlapping reads of one key are counted one by one',
    'counts reads that it shares once',
    (cache) => {
      let shared: Promise<Uint8Array | null> | undefined;
      return {
        getValue: (key) => {
          shared ??= cache.getValue(key).finally(() => {
            shared = undefined;
          });
          return shared;
        },
      };
    },
  ),
  mutant(
    'the hit rate is 0 before the first read',
    'divides by 0',
    counting(({ hits, misses }) => ({ hitRate: hits / (hits + misses) })),
  ),
  mutant('every value that is stored counts as a set', 'counts calls', (cache) => {
    let sets = 0;
    return {
      setValue: (...args) => {
        sets++;
        return cache.setValue(...args);
      },
      setValues: (...args) => {
        sets++;
        return cache.setValues(...args);
      },
      stats: () => ({ ...cache.stats(), sets }),
    };
  }),
  mutant('a value that is refused is no set and no error', 'counts a refusal as an error', (cache) => {
    let errors = 0;
    return {
      getValue: (key) =>
        cache.getValue(key).catch((error: unknown) => {
          errors++;
          throw error;
        }),
      stats: () => ({ ...cache.stats(), errors }),
    };
  }),
  mutant('only entries that a call removed count as deletes', 'counts deletes of absent keys', (cache) => {
    let deletes = 0;
    return {
      deleteValue: (key) => {
        deletes++;
        return cache.deleteValue(key);
      },
      stats: () => {
        const stats = cache.stats();
        return { ...stats, deletes: Math.max(deletes, stats.deletes) };
      },
    };
  }),
  mutant('counts that were returned do not change later', 'returns the counts themselves', (cache) => ({
    stats: () =>
      new Proxy(cache.stats(), { get: (_target, name) => Reflect.get(cache.stats(), name) as unknown }),
  })),
  mutant('resetStats sets the counts to 0, and entries stay', 'resets nothing', () => ({
    resetStats: () => undefined,
  })),
  mutant('resetStats sets the counts to 0, and entries stay', 'drops entries with the counts', (cache) => {
    let isReset = false;
    return {
      getValue: (key) => cache.getValue(isReset ? 'none' : key),
      resetStats: () => {
        isReset = true;
        cache.resetStats();
      },
    };
  }),
  mutant(
    'the latency agrees with its calls',
    'adds durations without a call',
    counting(() => ({ latency: { calls: 0, totalMs: 3, meanMs: 0, maxMs: 3 } })),
  ),
];
