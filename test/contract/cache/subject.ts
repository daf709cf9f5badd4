import type { FailureMode, ICache } from '../../../src/interfaces/cache.js';
import type { LogRecord } from '../../support/logs/recording-logger.js';
import type { Law, Opened, Subject } from '../law.js';

/**
 * Capabilities that some caches have and others lack.
 *
 * `exact-time`: only `advance` moves time. `own-keys`: `keys` and `clear` need no pattern. `prefix`: can be opened with
 * a prefix, and next to a neighbour. `no-prefix`: is opened without a prefix on a shared database. `server`: the
 * entries are on a server that the law can inspect.
 */
export type CacheCapability = 'exact-time' | 'own-keys' | 'prefix' | 'no-prefix' | 'server';

export interface CacheOptions {
  readonly failureMode?: FailureMode;
  readonly maxValueBytes?: number;
  /** Requires `prefix`. Default: a unique prefix. */
  readonly prefix?: string;
}

/** Direct access to the server of a cache. Names include the prefix. */
export interface ServerView {
  /** In front of the caller's keys. */
  readonly prefix: string;
  /** Commands since the last call that the server has received and that name a key of this test. */
  received(): Promise<readonly (readonly string[])[]>;
  /** Value and TTL that the server has under a name; a TTL of `null` never ends. */
  stored(name: string): Promise<{ readonly bytes: Uint8Array; readonly remainingMs: number | null } | null>;
  /** Writes without expiry, as another program may. */
  plant(name: string, value: Uint8Array): Promise<void>;
  remove(name: string): Promise<void>;
}

/** A cache that was opened for one law. */
export interface OpenCache extends Opened {
  readonly cache: ICache;
  /** Prefix of every key of the law; empty if no other cache shares the keys. */
  readonly space: string;
  /** Records that the cache has logged. */
  readonly log: readonly LogRecord[];
  /** Lets at least this much time pass on the clock of the store. */
  advance(ms: number): Promise<void>;
  /** Requires `server`. */
  readonly server?: ServerView;
  /** Another cache on the same server. Requires `prefix`. */
  neighbour?(prefix: string): Promise<ICache>;
}

export type CacheLaw = Law<CacheCapability, OpenCache, CacheOptions>;
export type CacheSubject = Subject<CacheCapability, OpenCache, CacheOptions>;

/** A law of every cache. */
export function law(title: string, prove: CacheLaw['prove']): CacheLaw {
  return { title, needs: [], prove };
}

/** A law of those caches that can do something. */
export function lawOf(
  needs: CacheCapability | readonly CacheCapability[],
  title: string,
  prove: CacheLaw['prove'],
): CacheLaw {
  return { title, needs: typeof needs === 'string' ? [needs] : needs, prove };
}

/** Returns the server of a cache that supports `server`. */
export function serverOf({ server }: OpenCache): ServerView {
  if (server === undefined) throw new Error('the subject supports "server" and shows none');
  return server;
}
