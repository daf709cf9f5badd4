import type { ICollectionSite } from '../../../interfaces/collection-site.js';
import { ArgumentError, ConnectionError, OperationError } from '../../../interfaces/errors.js';
import { MemoryCollectionSite } from '../../data/collections/memory-collection-site.js';
import { dateOf, timeOfDayMs } from '../../foundation/clock/wall-time.js';
import { describe } from '../../foundation/describe.js';
import { durationMs } from '../../foundation/options/duration.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { type WindowCount, WindowCounts } from './window-counts.js';

const PREFIX = 'rl';
const MINUTE_MS = 60_000;
const CHOICES = ['error', 'allow', 'deny', 'local'] as const;

/** Options of `rateLimitStore`. */
export interface RateLimitStoreOptions extends AdapterOptions {
  /** Window of hits before `init` has told it. Default: 1 minute, as in express-rate-limit. */
  readonly expire?: AdapterOptions['expire'];
  /**
   * Count of a hit that the store did not count: an error, on which the middleware decides (`passOnStoreError`); 1; more
   * than any limit; or the count of this process. Default: `error`.
   */
  readonly onUnavailable?: (typeof CHOICES)[number] | undefined;
}

/** Hits of a client in its window, and the end of the window. */
export interface RateLimitHits {
  readonly totalHits: number;
  readonly resetTime: Date;
}

/** A store of express-rate-limit. */
export interface RateLimitStore {
  readonly localKeys: false;
  readonly prefix: string;
  init(options: { readonly windowMs: number }): void;
  get(key: string): Promise<RateLimitHits | undefined>;
  increment(key: string): Promise<RateLimitHits>;
  decrement(key: string): Promise<void>;
  resetKey(key: string): Promise<void>;
  resetAll(): Promise<void>;
  shutdown(): Promise<void>;
}

/**
 * A store of express-rate-limit over collections: exact counts for all processes, in windows that begin with the first
 * hit of a client.
 *
 * @param collections  With any codec that takes text.
 */
export function rateLimitStore(
  collections: ICollectionSite,
  options: RateLimitStoreOptions = {},
): RateLimitStore {
  const { onUnavailable = 'error', ...rest } = options;
  if (!CHOICES.includes(onUnavailable))
    throw new ArgumentError(
      `expected onUnavailable as one of ${CHOICES.join(', ')}, got ${describe(onUnavailable)}`,
    );
  const { prefix, expireMs } = adapterOptions(rest, PREFIX, MINUTE_MS);
  const counts = new WindowCounts(collections, prefix);
  let windowMs = expireMs;
  let local: WindowCounts | undefined;

  const unavailable = async (key: string, error: unknown): Promise<WindowCount> => {
    if (onUnavailable === 'error' || !isOutage(error)) throw error;
    if (onUnavailable === 'allow') return { hits: 1, remainingMs: windowMs };
    if (onUnavailable === 'deny') return { hits: Number.MAX_SAFE_INTEGER, remainingMs: windowMs };
    local ??= new WindowCounts(new MemoryCollectionSite(), prefix);
    return local.hit(key, windowMs);
  };
  /** A change that the store did not make: with another answer than `error`, the hits are not counted there either. */
  const orIgnored = async (change: Promise<void>): Promise<void> => {
    try {
      await change;
    } catch (error) {
      if (onUnavailable === 'error' || !isOutage(error)) throw error;
    }
  };

  return {
    localKeys: false,
    prefix: `${prefix}:`,
    init: (limiter) => {
      windowMs = durationMs(limiter?.windowMs) ?? windowMs;
    },
    get: async (key) => {
      const found = await counts.look(key);
      return found && hitsOf(found);
    },
    increment: async (key) => {
      const counted = counts.hit(key, windowMs);
      return hitsOf(await counted.catch((error: unknown) => unavailable(key, error)));
    },
    decrement: async (key) => orIgnored(counts.takeBack(key, windowMs)),
    resetKey: async (key) => {
      await local?.forget(key);
      await counts.forget(key);
    },
    resetAll: async () => {
      await local?.clear(windowMs);
      await counts.clear(windowMs);
    },
    // The collections belong to whoever made them.
    shutdown: async () => undefined,
  };
}

function hitsOf({ hits, remainingMs }: WindowCount): RateLimitHits {
  return { totalHits: hits, resetTime: dateOf(timeOfDayMs() + remainingMs) };
}

function isOutage(error: unknown): boolean {
  return ConnectionError.is(error) || OperationError.is(error);
}
