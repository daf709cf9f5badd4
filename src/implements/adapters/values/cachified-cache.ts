import type { ICache } from '../../../interfaces/cache.js';
import { ArgumentError } from '../../../interfaces/errors.js';
import { timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { jsonCodec } from '../../foundation/codecs/json-codec.js';
import { describe } from '../../foundation/describe.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { ForeignEntries } from '../foreign-entries.js';
import { foreignLifeMs, MILLISECONDS } from '../foreign-life.js';

const PREFIX = 'cachified';

/** An entry of cachified: milliseconds, from `createdTime` on. */
// biome-ignore lint/suspicious/noExplicitAny: cachified has it so.
export interface CachifiedEntry<T = any> {
  value: T;
  metadata: { createdTime: number; ttl?: number | null; swr?: number | null };
}

/** A cache of cachified. */
export interface CachifiedCache {
  readonly name: string;
  // biome-ignore lint/suspicious/noExplicitAny: cachified has it so.
  get(key: string): Promise<any>;
  set(key: string, entry: CachifiedEntry): Promise<void>;
  delete(key: string): Promise<void>;
}

/**
 * The cache of cachified over a cache. An entry lives for its `ttl` and `swr`; values keep what JSON would lose (dates,
 * maps, infinities).
 */
export function cachifiedCache(cache: ICache, options: AdapterOptions = {}): CachifiedCache {
  const { prefix, expireMs } = adapterOptions(options, PREFIX);
  const entries = new ForeignEntries(cache, prefix);
  return {
    name: 'inversify-cache',
    get: async (key) => {
      const bytes = await entries.read(entries.place(key));
      return bytes === undefined ? null : jsonCodec.decode(bytes);
    },
    set: async (key, entry) => {
      if (typeof entry?.metadata !== 'object')
        throw new ArgumentError(`expected an entry with metadata, got ${describe(entry)}`);
      const lifeMs = foreignLifeMs(remainingOf(entry.metadata), MILLISECONDS, expireMs);
      await entries.write(entries.place(key), jsonCodec.encode(entry), lifeMs);
    },
    delete: async (key) => void (await entries.remove(entries.place(key))),
  };
}

/** Milliseconds for which an entry is of use, fresh or stale; infinite without a `ttl`. */
function remainingOf({ createdTime, ttl, swr }: CachifiedEntry['metadata']): number {
  if (ttl === undefined || ttl === null || swr === null) return Number.POSITIVE_INFINITY;
  return createdTime + ttl + (swr ?? 0) - timeOfDayMs();
}
