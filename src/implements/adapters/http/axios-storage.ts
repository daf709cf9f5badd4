import type { ICache } from '../../../interfaces/cache.js';
import { CodecError } from '../../../interfaces/errors.js';
import { timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { jsonCodec } from '../../foundation/codecs/json-codec.js';
import { adapterLogger } from '../adapter-logger.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { ForeignEntries } from '../foreign-entries.js';
import { foreignLifeMs, MILLISECONDS } from '../foreign-life.js';

const PREFIX = 'axios';

/** State of a request in axios-cache-interceptor; times are milliseconds, from `createdAt` on. */
// biome-ignore lint/suspicious/noExplicitAny: states belong to axios-cache-interceptor.
export type AxiosState = any;

/** A storage of axios-cache-interceptor. */
export interface AxiosStateStorage {
  readonly 'is-storage': 1;
  get(key: string): Promise<AxiosState>;
  /** The state as it is stored, for `buildStorage`. */
  find(key: string): Promise<AxiosState>;
  set(key: string, state: AxiosState): Promise<void>;
  remove(key: string): Promise<void>;
  clear(): Promise<void>;
}

/** A stored response. */
interface Stored {
  readonly state: 'cached' | 'stale' | 'must-revalidate';
  readonly createdAt: number;
  readonly ttl?: number | undefined;
  readonly staleTtl?: number | undefined;
  readonly data: {
    readonly headers?: Readonly<Record<string, unknown>> & { toJSON?: () => object };
    readonly meta?: { readonly revalidation?: { readonly etag?: unknown; readonly lastModified?: unknown } };
  };
}

/**
 * A storage of axios-cache-interceptor over a cache. That a request is on its way is known to its process only, because
 * only this process can tell the others how it ended; responses are shared.
 */
export function axiosStorage(cache: ICache, options: AdapterOptions = {}): AxiosStateStorage {
  const { prefix, expireMs } = adapterOptions(options, PREFIX);
  const entries = new ForeignEntries(cache, prefix);
  const logger = adapterLogger();
  const loading = new Map<string, AxiosState>();

  const find = async (key: string): Promise<AxiosState> => {
    const running = loading.get(key);
    if (running !== undefined) return running;
    const bytes = await entries.read(entries.place(key));
    // A request may have begun while the store was asked.
    return loading.get(key) ?? (bytes && jsonCodec.decode(bytes));
  };
  const remove = async (key: string): Promise<void> => {
    loading.delete(key);
    await entries.remove(entries.place(key));
  };
  return {
    'is-storage': 1,
    find,
    get: async (key) => {
      const found = await find(key);
      const state = found === undefined ? undefined : usable(found);
      if (found !== undefined && state === undefined) await remove(key);
      return state ?? { state: 'empty' };
    },
    set: async (key, state) => {
      if (state.state === 'loading') {
        loading.set(key, state);
        return;
      }
      loading.delete(key);
      try {
        const bytes = jsonCodec.encode(plain(state));
        const lifeMs = foreignLifeMs(lifeOf(state), MILLISECONDS, expireMs);
        await entries.write(entries.place(key), bytes, lifeMs);
      } catch (error) {
        // The caller has the response: that it cannot be stored must not take it away.
        if (!CodecError.is(error)) throw error;
        logger.warning('a response of axios is not stored: expected data that JSON represents', {}, error);
        await entries.remove(entries.place(key));
      }
    },
    remove,
    clear: async () => {
      loading.clear();
      await entries.clear();
    },
  };
}

/** State as it is to be used now; `undefined` when it is over. */
function usable(stored: Stored | { readonly state: 'loading' }): unknown {
  if (stored.state === 'loading' || stored.state === 'must-revalidate') return stored;
  const isOver = stored.ttl !== undefined && stored.createdAt + stored.ttl <= timeOfDayMs();
  if (!isOver) return stored;
  const revalidates = canRevalidate(stored);
  if (stored.state === 'stale') return revalidates ? stored : undefined;
  const staleUntil = stored.createdAt + (stored.ttl ?? 0) + (stored.staleTtl ?? 0);
  if (!revalidates && !(stored.staleTtl !== undefined && timeOfDayMs() <= staleUntil)) return undefined;
  const ttl = stored.staleTtl === undefined ? undefined : stored.staleTtl + (stored.ttl ?? 0);
  const mustRevalidate = String(stored.data.headers?.['cache-control']).includes('must-revalidate');
  return {
    state: mustRevalidate ? 'must-revalidate' : 'stale',
    createdAt: stored.createdAt,
    data: stored.data,
    ttl,
  };
}

/** Life of a response: fresh and stale; endless for one that the origin can confirm. */
function lifeOf(stored: Stored): number | undefined {
  if (stored.ttl === undefined || canRevalidate(stored)) return undefined;
  return stored.createdAt + stored.ttl + (stored.staleTtl ?? 0) - timeOfDayMs();
}

function canRevalidate({ data: { headers = {}, meta } }: Stored): boolean {
  const revalidation = meta?.revalidation;
  return (
    'etag' in headers ||
    'last-modified' in headers ||
    Boolean(revalidation?.etag || revalidation?.lastModified)
  );
}

/** A state with plain headers: those of axios are an instance of its class. */
function plain(state: Stored): unknown {
  const { headers } = state.data ?? {};
  if (typeof headers?.toJSON !== 'function') return state;
  return { ...state, data: { ...state.data, headers: { ...headers.toJSON() } } };
}
