import type { ICache } from '../../../interfaces/cache.js';
import type { AdapterOptions } from '../adapter-options.js';
import type { ForeignEntries } from '../foreign-entries.js';
import { foreignLifeMs, MILLISECONDS_OR_NONE } from '../foreign-life.js';
import { foreignText } from '../foreign-text.js';
import type { ForeignPlace } from '../foreign-value.js';
import { KeyvSpace } from './keyv-space.js';

/** An entry of `setMany`, with its life in milliseconds. */
export interface KeyvStoreEntry {
  readonly key: string;
  // biome-ignore lint/suspicious/noExplicitAny: Keyv has it so.
  readonly value: any;
  readonly ttl?: number | undefined;
}

/** A storage adapter of Keyv 5: lives are milliseconds from now. */
export interface KeyvStore {
  /** Keyv writes its options into this object. */
  // biome-ignore lint/suspicious/noExplicitAny: Keyv has it so.
  opts: any;
  /** Assigned by Keyv, once. */
  namespace?: string | undefined;
  get<T>(key: string): Promise<T | undefined>;
  getMany<T>(keys: string[]): Promise<(T | undefined)[]>;
  set(key: string, value: unknown, ttl?: number): Promise<boolean>;
  setMany(entries: KeyvStoreEntry[]): Promise<void>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: string[]): Promise<boolean>;
  has(key: string): Promise<boolean>;
  hasMany(keys: string[]): Promise<boolean[]>;
  clear(): Promise<void>;
  iterator<T>(namespace?: string): AsyncGenerator<(string | Awaited<T> | undefined)[], void>;
  disconnect(): Promise<void>;
  on(event: string, listener: (...values: unknown[]) => void): this;
}

/**
 * A store of Keyv 5 over a cache. One object serves one Keyv, whose namespace is one part of its keys; `clear` and
 * `iterator` see that namespace only. `disconnect` does nothing: the cache belongs to whoever made it.
 *
 * Failures follow the cache: with `failureMode: degrade` a read is a miss and a write `false`, within the deadline.
 */
export function keyvStore(cache: ICache, options?: AdapterOptions): KeyvStore {
  const space = new KeyvSpace(cache, options);
  // Keys of a Keyv with `useKeyPrefix: false`, which could be equal to the rest of a prefixed one.
  let bare: ForeignEntries | undefined;
  const place = (key: string): ForeignPlace => {
    const { namespace, entries } = space;
    if (namespace === undefined || namespace === '') return entries.place(key);
    const prefix = `${namespace}:`;
    if (typeof key === 'string' && key.startsWith(prefix)) return entries.place(key.slice(prefix.length));
    bare ??= entries.within('');
    return bare.place(key);
  };
  const write = ({ key, value, ttl }: KeyvStoreEntry) => ({
    place: place(key),
    text: value as unknown,
    lifeMs: foreignLifeMs(ttl, MILLISECONDS_OR_NONE, space.expireMs),
  });

  const store = {
    // Keyv offers its iterator for dialects that it knows, only.
    opts: { dialect: 'redis', url: '' },
    get namespace() {
      return space.namespace;
    },
    set namespace(namespace: string | undefined) {
      space.setNamespace(namespace);
    },
    get: async (key: string) => space.read(place(key)),
    getMany: async (keys: string[]) => space.readMany(keys.map(place)),
    set: async (key: string, value: unknown, ttl?: number) => space.write(write({ key, value, ttl })),
    setMany: async (entries: KeyvStoreEntry[]) => space.writeMany(entries.map(write)),
    delete: async (key: string) => space.entries.remove(place(key)),
    deleteMany: async (keys: string[]) => (await space.removeMany(keys.map(place))).some(Boolean),
    has: async (key: string) => space.entries.has(place(key)),
    hasMany: async (keys: string[]) => Promise.all(keys.map((key) => space.entries.has(place(key)))),
    clear: async () => {
      await space.entries.clear();
      if (space.namespace) await space.entries.within('').clear();
    },
    async *iterator() {
      const { namespace, entries } = space;
      const prefix = namespace ? `${namespace}:` : '';
      for await (const [key, bytes] of entries.entries()) yield [`${prefix}${key}`, foreignText(bytes)];
      if (!namespace) return;
      for await (const [key, bytes] of entries.within('').entries()) yield [key, foreignText(bytes)];
    },
    disconnect: async () => undefined,
    on: () => store,
  };
  return store as unknown as KeyvStore;
}
