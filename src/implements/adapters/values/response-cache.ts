import { createHash } from 'node:crypto';
import type { Duration } from '../../../interfaces/duration.js';
import type { ITypedCache } from '../../../interfaces/typed-cache.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { adapterLogger } from '../adapter-logger.js';
import { foreignLifeMs, MILLISECONDS } from '../foreign-life.js';

const MAX_ID_LENGTH = 256;

/** An entity that a result is about: all of its type without an `id`. */
export interface ResponseEntity {
  readonly typename: string;
  readonly id?: number | string | undefined;
}

/** Options of `responseCache`. */
export interface ResponseCacheOptions {
  /** Life of results for which the plugin names none. Default: that of the typed cache. */
  readonly expire?: Duration | undefined;
}

/** A cache of the response cache plugin of GraphQL Yoga and envelop. */
export interface ResponseCache {
  // biome-ignore lint/suspicious/noExplicitAny: results belong to GraphQL.
  get(id: string): Promise<any>;
  set(id: string, result: unknown, entities: Iterable<ResponseEntity>, ttl: number): Promise<void>;
  invalidate(entities: Iterable<ResponseEntity>): Promise<void>;
}

/**
 * A cache of the response cache plugin over a typed cache: the entities of a result are its tags, so that an invalidation
 * costs the same for any number of results, and leaves no lists behind.
 */
export function responseCache(
  // biome-ignore lint/suspicious/noExplicitAny: results belong to GraphQL.
  typedCache: ITypedCache<any>,
  { expire }: ResponseCacheOptions = {},
): ResponseCache {
  const expireMs = expire === undefined ? undefined : requireDurationMs(expire);
  const logger = adapterLogger();
  const store = async (
    id: string,
    result: unknown,
    entities: Iterable<ResponseEntity>,
    ttl: number,
  ): Promise<void> => {
    const lifeMs = foreignLifeMs(ttl, MILLISECONDS, expireMs ?? Number.POSITIVE_INFINITY);
    if (Number.isNaN(lifeMs)) {
      logger.warning(
        'a result is not stored: expected a ttl in milliseconds, got NaN: check ttlPerSchemaCoordinate',
      );
      return;
    }
    if (lifeMs === 0) {
      await typedCache.delete(id);
      return;
    }
    const tags = [...new Set([...entities].flatMap(tagsOf))];
    await typedCache.set(id, result, { tags, ...(Number.isFinite(lifeMs) && { expire: lifeMs }) });
  };
  const invalidate = async (entities: Iterable<ResponseEntity>): Promise<void> => {
    const tags = [...new Set([...entities].map((entity) => tagsOf(entity).at(-1) as string))];
    if (tags.length > 0) await typedCache.invalidateTags(...tags);
  };
  return {
    get: async (id) => (await typedCache.get(id)) ?? null,
    set: (...write) => heard(store(...write)),
    invalidate: (entities) => heard(invalidate(entities)),
  };
}

/** A promise whose rejection ends no process: the plugin does not wait for these calls. */
function heard<T>(promise: Promise<T>): Promise<T> {
  promise.catch(() => undefined);
  return promise;
}

/** Tags of an entity: that of its type, and its own. */
function tagsOf({ typename, id }: ResponseEntity): string[] {
  if (id === undefined || id === null) return [typename];
  const text = String(id);
  const isLong = text.length > MAX_ID_LENGTH;
  const name = isLong ? `#${createHash('sha256').update(text).digest('base64url')}` : text;
  return [typename, `${typename}:${name}`];
}
