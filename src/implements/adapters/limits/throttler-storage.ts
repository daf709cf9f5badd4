import { createHash } from 'node:crypto';
import type { CollectionLife } from '../../../interfaces/collection.js';
import type { ICollectionSite } from '../../../interfaces/collection-site.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { foreignLifeMs, MILLISECONDS } from '../foreign-life.js';

const PREFIX = 'throttler';
const MAX_NAME_BYTES = 1000;
const SECOND_MS = 1000;

/** Answer to a hit; times are seconds, rounded up. */
export interface ThrottlerHit {
  readonly totalHits: number;
  readonly timeToExpire: number;
  readonly isBlocked: boolean;
  readonly timeToBlockExpire: number;
}

/** A storage of @nestjs/throttler; lives are milliseconds. */
export interface ThrottlerHitStorage {
  increment(
    key: string,
    ttl: number,
    limit: number,
    blockDuration: number,
    throttlerName: string,
  ): Promise<ThrottlerHit>;
}

/**
 * A storage of @nestjs/throttler over collections: exact counts for all processes, in windows that begin with the first
 * hit. A failure of the store rejects: a hit that was not counted is never allowed by mistake.
 */
export function throttlerStorage(
  collections: ICollectionSite,
  options: Omit<AdapterOptions, 'expire'> = {},
): ThrottlerHitStorage {
  const { prefix, expireMs } = adapterOptions(options, PREFIX);
  const nameOf = (key: string, throttler: string): string => {
    const name = `${prefix}@${encodeURIComponent(throttler)}:${key}`;
    return Buffer.byteLength(name) <= MAX_NAME_BYTES
      ? name
      : `${prefix}#${createHash('sha256').update(name).digest('base64url')}`;
  };
  return {
    increment: async (key, ttl, limit, blockDuration, throttlerName) => {
      const ttlMs = foreignLifeMs(ttl, MILLISECONDS, expireMs);
      // A window that is over at once has one hit.
      if (ttlMs === 0) return answer(1, 0, limit < 1, 0);
      const name = nameOf(key, throttlerName);
      const [hits, block] = [collections.getCounter(name), collections.getCounter(`${name}:block`)];
      // One round trip: calls of a connection keep their order.
      const [count, seen, blocked] = await Promise.all([
        hits.increment(1, { expire: ttlMs }),
        hits.lifeOf(),
        block.lifeOf(),
      ]);
      const total = Number(count);
      const leftMs = remainingOf(seen) ?? ttlMs;
      const blockMs = foreignLifeMs(blockDuration ?? 0, MILLISECONDS, expireMs);
      const blockLeftMs = remainingOf(blocked);
      if (blockLeftMs === undefined && total <= limit) return answer(total, leftMs, false, 0);
      if (blockLeftMs === undefined && !(blockMs > 0)) return answer(total, leftMs, true, leftMs);
      // Hits during a block do not count after it. The block comes first: a hit between the two finds one of them.
      await Promise.all([
        blockLeftMs === undefined ? block.increment(1, { expire: blockMs }) : undefined,
        hits.delete(),
      ]);
      return answer(Math.max(total, limit + 1), leftMs, true, blockLeftMs ?? blockMs);
    },
  };
}

function answer(totalHits: number, expireMs: number, isBlocked: boolean, blockMs: number): ThrottlerHit {
  return { totalHits, timeToExpire: seconds(expireMs), isBlocked, timeToBlockExpire: seconds(blockMs) };
}

function seconds(ms: number): number {
  return Math.ceil(ms / SECOND_MS);
}

function remainingOf(life: CollectionLife): number | undefined {
  return life.state === 'expiring' ? life.remainingMs : undefined;
}
