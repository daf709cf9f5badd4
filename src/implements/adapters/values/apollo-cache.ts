import type { ICache } from '../../../interfaces/cache.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { ForeignEntries } from '../foreign-entries.js';
import { foreignLifeMs, SECONDS_OR_NONE } from '../foreign-life.js';
import { foreignBytes, foreignText } from '../foreign-text.js';

const PREFIX = 'apollo';
const REMEDY = 'give the text that Apollo stores';

/** A `KeyValueCache` of Apollo. */
export interface ApolloKeyValueCache {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, options?: { ttl?: number | null }): Promise<void>;
  delete(key: string): Promise<boolean>;
}

/** The cache of Apollo Server and its data sources over a cache: text, and lives in seconds with fractions. */
export function apolloCache(cache: ICache, options: AdapterOptions = {}): ApolloKeyValueCache {
  const { prefix, expireMs } = adapterOptions(options, PREFIX);
  const entries = new ForeignEntries(cache, prefix);
  return {
    get: async (key) => {
      const bytes = await entries.read(entries.place(key));
      return bytes === undefined ? undefined : foreignText(bytes);
    },
    set: async (key, value, call) => {
      const lifeMs = foreignLifeMs(call?.ttl, SECONDS_OR_NONE, expireMs);
      await entries.write(entries.place(key), foreignBytes(value, REMEDY), lifeMs);
    },
    delete: async (key) => entries.remove(entries.place(key)),
  };
}
