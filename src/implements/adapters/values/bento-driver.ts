import type { ICache } from '../../../interfaces/cache.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { ForeignEntries } from '../foreign-entries.js';
import { foreignLifeMs, MILLISECONDS_OR_NONE } from '../foreign-life.js';
import { foreignBytes, foreignText } from '../foreign-text.js';

const PREFIX = 'bento';
const REMEDY = 'leave the serializer of bentocache as one that makes text';

/** A driver of the second layer of bentocache; lives are milliseconds. */
export interface BentoDriver {
  readonly type: 'l2';
  namespace(namespace: string): BentoDriver;
  get(key: string): Promise<string | undefined>;
  /** Reads a value and removes it: of several calls at once, one gets it. */
  pull(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttl?: number): Promise<boolean>;
  has(key: string): Promise<boolean>;
  delete(key: string): Promise<boolean>;
  deleteMany(keys: string[]): Promise<boolean>;
  clear(): Promise<void>;
  disconnect(): Promise<void>;
}

/** A driver as `useL2Layer` takes it, which is a driver itself. */
export interface BentoLayer extends BentoDriver {
  readonly options: Record<string, never>;
  // biome-ignore lint/suspicious/noExplicitAny: bentocache has it so.
  factory(config: any): BentoDriver;
}

/**
 * The second layer of bentocache over a cache. `disconnect` does nothing: the cache belongs to whoever made it.
 */
export function bentoDriver(cache: ICache, options: AdapterOptions = {}): BentoLayer {
  const { prefix, expireMs } = adapterOptions(options, PREFIX);
  const entries = new ForeignEntries(cache, prefix);

  /** Driver of the keys that begin with a text. As in bentocache, a key of the root may spell its namespace. */
  const driver = (start: string): BentoDriver => {
    const place = (key: string) => entries.place(typeof key === 'string' ? `${start}${key}` : key);
    const read = async (key: string) => {
      const bytes = await entries.read(place(key));
      return bytes === undefined ? undefined : foreignText(bytes);
    };
    return {
      type: 'l2',
      namespace: (namespace) => driver(`${start}${namespace}:`),
      get: read,
      pull: async (key) => {
        // Sent together, so nothing of this connection comes in between; one of several removals finds the entry.
        const [text, isOurs] = await Promise.all([read(key), entries.remove(place(key))]);
        return isOurs ? text : undefined;
      },
      set: async (key, value, ttl) =>
        entries.write(
          place(key),
          foreignBytes(value, REMEDY),
          foreignLifeMs(ttl, MILLISECONDS_OR_NONE, expireMs),
        ),
      has: async (key) => entries.has(place(key)),
      delete: async (key) => entries.remove(place(key)),
      deleteMany: async (keys) => {
        await Promise.all(keys.map((key) => entries.remove(place(key))));
        return true;
      },
      clear: async () => entries.clear(start),
      disconnect: async () => undefined,
    };
  };
  return {
    ...driver(''),
    options: {},
    factory: (config) => driver(typeof config?.prefix === 'string' ? `${config.prefix}:` : ''),
  };
}
