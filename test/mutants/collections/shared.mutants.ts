import { MemoryCollectionSite } from '../../../src/implements/data/collections/memory-collection-site.js';
import { type CollectionMutant, mutant, mutantOfSite } from './flaws.js';

const ARGUMENTS = 'invalid arguments are refused before anything is done';

/** Flaws that collections of any kind may have. */
export const sharedMutants: readonly CollectionMutant[] = [
  mutant(
    'a collection of another kind is refused by every call, and never taken for absence',
    'takes another kind for absence',
    'getHash',
    (hash) => ({
      field: (field: unknown) => hash.field(field).catch(() => undefined),
    }),
  ),
  mutantOfSite(
    'a collection of another kind is refused by every call, and never taken for absence',
    'keeps each kind in a space of its own',
    (site) => ({
      getList: (name: string) => site.getList(`list ${name}`),
    }),
  ),
  mutant(
    'every collection tells its life, takes another one and is deleted',
    'keeps the first life',
    'getSet',
    (set) => ({
      expire: async (duration: unknown) =>
        (await set.lifeOf()).state === 'expiring' ? true : set.expire(duration),
    }),
  ),
  mutant(
    'every collection tells its life, takes another one and is deleted',
    'deletes what is absent',
    'getCounter',
    (counter) => ({
      delete: async () => {
        await counter.delete();
        return true;
      },
    }),
  ),
  mutantOfSite('items are bytes of any kind, whole and apart', 'keeps items as text', (site) => {
    const asText = (item: unknown): unknown =>
      item instanceof Uint8Array
        ? Buffer.from(item).toString()
        : Array.isArray(item)
          ? item.map(asText)
          : item;
    return {
      getSet: (name: string) => {
        const set = site.getSet(name);
        return {
          add: (members: unknown) => set.add(asText(members) as never),
          has: set.has,
          size: () => set.size(),
        };
      },
    };
  }),
  mutantOfSite(
    'bytes that a caller changes after its call are stored as they were',
    'reads its bytes later',
    (site) => ({
      getList: (name: string) => {
        const list = site.getList(name);
        return {
          pushLast: async (item: Uint8Array) => {
            await Promise.resolve();
            return list.pushLast(item);
          },
          range: (start: number, stop: number) => list.range(start, stop),
          at: (index: number) => list.at(index),
        };
      },
    }),
  ),
  mutant(
    'a call that would return more items than its limit is refused as a whole',
    'returns as many as it may',
    'getList',
    (list) => ({
      range: async (start: number, stop: number, { limit = 4 } = {}) =>
        (await list.range(start, stop, { limit: 100 })).slice(0, limit),
    }),
  ),
  mutantOfSite(
    'every name is a collection of its own, whatever its characters',
    'takes braces away',
    (site) => ({
      getCounter: (name: string) => site.getCounter(name.replaceAll(/[{}]/g, '') || name),
    }),
  ),
  mutantOfSite(
    ARGUMENTS,
    'has no bounds',
    () => ({}),
    ({ maxItems: _, ...options }) => options,
  ),
  mutant(ARGUMENTS, 'ignores options that are none', 'getList', (list) => ({
    pushLast: (items: unknown, options: unknown) =>
      list.pushLast(items, typeof options === 'object' ? options : undefined),
  })),
  mutant(
    'a call whose signal has aborted is refused, and changes nothing',
    'ignores signals',
    'getHash',
    (hash) => ({
      setField: (field: unknown, value: unknown) => hash.setField(field, value),
    }),
  ),
  mutantOfSite('every call of a site that is closed rejects', 'stays open', () => ({
    close: async () => undefined,
  })),
];

/** A flaw of sites whose collections others can share. */
export const unshared = {
  breaks: 'two sites of one space have the same collections',
  flaw: 'has a space of its own',
  twin: async (): Promise<MemoryCollectionSite> => new MemoryCollectionSite({ codec: 'text' }),
};
