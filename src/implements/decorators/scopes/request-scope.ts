import { ArgumentError } from '../../../interfaces/errors.js';
import type { CacheKey, ITypedCache } from '../../../interfaces/typed-cache.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { RequestMemory } from './request-memory.js';
import { runWithin, surroundingsNow } from './surroundings.js';

/** State of the module: caches whose invalidations are watched already. */
const watched = new WeakSet<ITypedCache<unknown>>();

/**
 * Runs a function, such as the handling of a request, in which decorated methods and `cached` functions ask their cache
 * once for each key: callers in it share the result, the same object. Own invalidations end that, and errors are not
 * kept. The scope ends with the promise of the function; one of a function that returns none keeps a result for 30 s.
 * Loads do not see it, for what they make is stored for others.
 *
 * @example
 * ```ts
 * const handle = (id: number) => requestScope(async () => [await service.nameOf(id), await service.nameOf(id)]);
 * ```
 */
export function requestScope<R>(run: () => R): R {
  if (typeof run !== 'function')
    throw new ArgumentError('requestScope: expected a function, got another value');
  if (surroundingsNow().request !== undefined) return run();
  const request = new RequestMemory(new SystemClock());
  let result: R;
  try {
    result = runWithin({ request }, run);
  } catch (error) {
    request.end();
    throw error;
  }
  if (result instanceof Promise) {
    const end = (): void => request.end();
    result.then(end, end);
  }
  return result;
}

/** The memory of the request in which the caller runs, for a cache whose invalidations end it. */
export function requestMemory(cache: ITypedCache<unknown>): RequestMemory | undefined {
  const { request } = surroundingsNow();
  if (request === undefined || watched.has(cache)) return request;
  watched.add(cache);
  // An event is told in the surroundings of the call that invalidates.
  cache.on('invalidate', ({ kind, keys }) => {
    const byKey = kind === 'delete' || kind === 'expire';
    surroundingsNow().request?.forget(cache, byKey ? keys : undefined);
  });
  return request;
}

/** Forgets a value that this request replaces. */
export function forgetInRequest(cache: ITypedCache<unknown>, key: CacheKey): void {
  surroundingsNow().request?.forget(cache, [key]);
}
