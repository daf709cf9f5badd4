import { type CollectionMutant, mutant } from './flaws.js';

/** Flaws of lists. */
export const listMutants: readonly CollectionMutant[] = [
  mutant(
    'items are pushed, counted and popped at both ends',
    'keeps the order of a push at the beginning',
    'getList',
    (list) => ({
      pushFirst: (items: unknown, options: unknown) =>
        list.pushFirst(Array.isArray(items) ? [...items].reverse() : items, options),
    }),
  ),
  mutant('positions of a list count from either end', 'leaves the last position out', 'getList', (list) => ({
    range: (start: number, stop: number, options: unknown) => list.range(start, stop - 1, options),
  })),
  mutant('`remove` takes equal items away from either end', 'ignores the direction', 'getList', (list) => ({
    remove: (item: unknown, count = 0) => list.remove(item, Math.abs(count)),
  })),
  mutant(
    '`trim` keeps a range, and an empty one deletes the list',
    'keeps what an empty range is',
    'getList',
    (list) => ({
      trim: (start: number, stop: number) => (start > stop && stop >= 0 ? undefined : list.trim(start, stop)),
    }),
  ),
  mutant(
    'a capped list is never longer than its cap, and keeps the newest items',
    'pushes, then trims',
    'getList',
    (list) => ({
      pushCapped: async (items: unknown, cap: number, { end = 'first' } = {}) => {
        const size = await (end === 'first' ? list.pushFirst(items) : list.pushLast(items));
        await (end === 'first' ? list.trim(0, cap - 1) : list.trim(-cap, -1));
        return size;
      },
    }),
  ),
  mutant(
    'a capped list is never longer than its cap, and keeps the newest items',
    'keeps the oldest items',
    'getList',
    (list) => ({
      pushCapped: async (items: unknown, cap: number, options: object) =>
        (await list.size()) >= cap ? cap : list.pushCapped(items, cap, options),
    }),
  ),
  mutant(
    'a list has its life from the step that creates it',
    'forgets the life of a capped list',
    'getList',
    (list) => ({
      pushCapped: (items: unknown, cap: number) => list.pushCapped(items, cap),
    }),
  ),
  mutant('overlapping pops hand out every item once', 'reads, then removes', 'getList', (list) => ({
    popFirst: async () => {
      const item = await list.at(0);
      await Promise.resolve();
      await list.trim(1, -1);
      return item;
    },
  })),
  mutant('`items` reports a large list in its order', 'ends with the first page', 'getList', (list) => ({
    items: async function* () {
      yield* await list.range(0, 511);
    },
  })),
  mutant(
    'a blocking pop takes an item that is there at once',
    'takes it from the other end',
    'getList',
    (list) => ({
      blockingPopFirst: (options: unknown) => list.blockingPopLast(options),
    }),
  ),
  mutant(
    'a blocking pop waits for an item, and holds up no other call',
    'does not wait',
    'getList',
    (list) => ({
      blockingPopFirst: () => list.popFirst(),
    }),
  ),
  mutant(
    'items go to the blocking pops in the order of their arrival, each to one',
    'hands out the newest item first',
    'getList',
    (list) => ({
      pushLast: async (items: unknown, options: unknown) =>
        list.pushLast(Array.isArray(items) ? [...items].reverse() : items, options),
    }),
  ),
  mutant('a blocking pop ends without an item when its wait is over', 'waits on', 'getList', (list) => ({
    blockingPopFirst: (options: object) => list.blockingPopFirst({ ...options, wait: '1h' }),
  })),
  mutant(
    'a blocking pop that is aborted rejects, and takes no item',
    'ignores signals',
    'getList',
    (list) => ({
      blockingPopFirst: ({ wait }: { wait: unknown }) => list.blockingPopFirst({ wait }),
    }),
  ),
  mutant('a close ends every blocking pop, and takes no item', 'answers instead', 'getList', (list) => ({
    blockingPopFirst: (options: unknown) => list.blockingPopFirst(options).catch(() => undefined),
  })),
];
