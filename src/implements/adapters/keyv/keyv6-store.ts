import { EventEmitter } from 'node:events';
import type { ICache } from '../../../interfaces/cache.js';
import { timeOfDayMs } from '../../foundation/clock/wall-time.js';
import type { AdapterOptions } from '../adapter-options.js';
import { foreignLifeMs, MILLISECONDS } from '../foreign-life.js';
import { foreignText } from '../foreign-text.js';
import { KeyvSpace } from './keyv-space.js';

const METHODS = [
  ...(['get', 'getMany', 'has', 'hasMany', 'set', 'setMany', 'delete', 'deleteMany'] as const),
  ...(['clear', 'disconnect', 'iterator'] as const),
];

/** An entry of `setMany`, and the milliseconds since 1970 at which it ends. */
export interface Keyv6StoreEntry {
  readonly key: string;
  // biome-ignore lint/suspicious/noExplicitAny: Keyv has it so.
  readonly value: any;
  readonly expires?: number | undefined;
}

/** The declaration by which Keyv 6 knows that a store understands the end of a life, and not its length. */
export interface Keyv6Capabilities {
  readonly compatible: true;
  readonly store: 'keyvStorage';
  readonly expires: true;
  readonly methods: Record<(typeof METHODS)[number], { exists: true; methodType: 'async' }>;
}

// biome-ignore lint/suspicious/noExplicitAny: Node has it so.
type Listener = (...values: any[]) => void;

/** Calls of an emitter that Keyv 6 requires of a store. */
export interface Keyv6Events {
  on(event: string | symbol, listener: Listener): this;
  addListener(event: string | symbol, listener: Listener): this;
  once(event: string | symbol, listener: Listener): this;
  off(event: string | symbol, listener: Listener): this;
  removeListener(event: string | symbol, listener: Listener): this;
  removeAllListeners(event?: string | symbol): this;
  prependListener(event: string | symbol, listener: Listener): this;
  prependOnceListener(event: string | symbol, listener: Listener): this;
  emit(event: string | symbol, ...values: unknown[]): boolean;
  eventNames(): (string | symbol)[];
  listenerCount(event: string | symbol): number;
  listeners(event: string | symbol): Listener[];
  rawListeners(event: string | symbol): Listener[];
}

/**
 * A storage adapter of Keyv 6: the end of a life is stated in milliseconds since 1970. It emits no event: a failure is
 * the result or the rejection of its call.
 */
export interface Keyv6Store extends Keyv6Events {
  /** Assigned by Keyv, once. */
  namespace?: string | undefined;
  readonly capabilities: Keyv6Capabilities;
  get<T>(key: string): Promise<T | undefined>;
  getMany<T>(keys: string[]): Promise<(T | undefined)[]>;
  set(key: string, value: unknown, expires?: number): Promise<boolean>;
  setMany(entries: Keyv6StoreEntry[]): Promise<boolean[]>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: string[]): Promise<boolean[]>;
  has(key: string): Promise<boolean>;
  hasMany(keys: string[]): Promise<boolean[]>;
  clear(): Promise<void>;
  iterator<T>(): AsyncGenerator<(string | Awaited<T> | undefined)[], void>;
  disconnect(): Promise<void>;
}

/**
 * A store of Keyv 6 over a cache, as `keyvStore` for Keyv 5; the two differ in the third argument of `set`, which is the
 * time of day at which the entry ends. An end that has passed is accepted, and leaves nothing.
 */
export function keyv6Store(cache: ICache, options?: AdapterOptions): Keyv6Store {
  const space = new KeyvSpace(cache, options);
  const place = (key: string) => space.entries.place(key);
  const write = ({ key, value, expires }: Keyv6StoreEntry) => ({
    place: place(key),
    text: value as unknown,
    lifeMs: foreignLifeMs(
      typeof expires === 'number' ? expires - timeOfDayMs() : expires,
      MILLISECONDS,
      space.expireMs,
    ),
  });

  const store = {
    capabilities: {
      compatible: true,
      store: 'keyvStorage',
      expires: true,
      methods: Object.fromEntries(METHODS.map((name) => [name, { exists: true, methodType: 'async' }])),
    },
    get namespace() {
      return space.namespace;
    },
    set namespace(namespace: string | undefined) {
      space.setNamespace(namespace);
    },
    get: async (key: string) => space.read(place(key)),
    getMany: async (keys: string[]) => space.readMany(keys.map(place)),
    set: async (key: string, value: unknown, expires?: number) => space.write(write({ key, value, expires })),
    setMany: async (entries: Keyv6StoreEntry[]) => space.writeMany(entries.map(write)),
    delete: async (key: string) => space.entries.remove(place(key)),
    deleteMany: async (keys: string[]) => space.removeMany(keys.map(place)),
    has: async (key: string) => space.entries.has(place(key)),
    hasMany: async (keys: string[]) => Promise.all(keys.map((key) => space.entries.has(place(key)))),
    clear: async () => space.entries.clear(),
    async *iterator() {
      for await (const [key, bytes] of space.entries.entries()) yield [key, foreignText(bytes)];
    },
    disconnect: async () => undefined,
  };
  // Assigned, the accessor would become a value.
  return Object.defineProperties(
    new EventEmitter(),
    Object.getOwnPropertyDescriptors(store),
  ) as unknown as Keyv6Store;
}
