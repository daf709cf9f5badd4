import { type CollectionMutant, mutant } from './flaws.js';

const EXACT = 'a counter is exact to 64 bits, and a result beyond them is refused and changes nothing';
const LIFE = 'the life of a counter begins with its first increment, and no later one moves it';

/** Flaws of counters. */
export const counterMutants: readonly CollectionMutant[] = [
  mutant(
    'a counter that is absent is 0, and starts with what is added',
    'counts calls',
    'getCounter',
    (counter) => ({
      increment: (_by: unknown, options: unknown) => counter.increment(1, options),
    }),
  ),
  mutant(
    'a thousand overlapping increments add up to a thousand',
    'reads, then writes',
    'getCounter',
    (counter) => ({
      increment: async (by = 1, options: unknown) => {
        const value = await counter.value();
        const written = [counter.reset(), counter.increment(value + BigInt(by), options)];
        return (await Promise.all(written))[1];
      },
    }),
  ),
  mutant(LIFE, 'moves the life with each increment', 'getCounter', (counter) => ({
    increment: async (by: unknown, options?: { expire?: unknown }) => {
      const value = await counter.increment(by, options);
      if (options?.expire !== undefined) await counter.expire(options.expire);
      return value;
    },
  })),
  mutant(LIFE, 'forgets the life', 'getCounter', (counter) => ({
    increment: (by: unknown) => counter.increment(by),
  })),
  mutant(
    'an increment with a life repairs a counter that has none',
    'leaves it immortal',
    'getCounter',
    (counter) => ({
      increment: async (by: unknown, options?: object) => {
        const { state } = await counter.lifeOf();
        return counter.increment(by, state === 'absent' ? options : undefined);
      },
    }),
  ),
  mutant(EXACT, 'counts in numbers', 'getCounter', (counter) => ({
    increment: async (by: unknown, options: unknown) => BigInt(Number(await counter.increment(by, options))),
  })),
  mutant(EXACT, 'wraps around', 'getCounter', (counter) => ({
    increment: (by = 1, options: unknown) =>
      counter.increment(by, options).catch(async (error: { code?: string }) => {
        if (error.code !== 'E_OPERATION_REFUSED') throw error;
        return -((await counter.reset()) as bigint);
      }),
  })),
  mutant(
    'a value that is no integer is refused, and stays as it was',
    'rounds it',
    'getCounter',
    (counter) => ({
      value: async () => BigInt(Math.round(await counter.floatValue())),
    }),
  ),
  mutant(
    'a counter adds fractions, and refuses a sum that is no finite number',
    'rounds them',
    'getCounter',
    (counter) => ({
      incrementFloat: (by: number, options: unknown) => counter.incrementFloat(Math.round(by), options),
    }),
  ),
  mutant(
    'a reset returns the value that it deletes, so that no increment is lost',
    'reads, then deletes',
    'getCounter',
    (counter) => ({
      reset: async () => {
        const value = await counter.value();
        await Promise.resolve();
        await counter.delete();
        return value;
      },
    }),
  ),
];
