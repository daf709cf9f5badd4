import { channel } from 'node:diagnostics_channel';
import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisCache } from '../../../src/implements/cache/redis/redis-cache.js';
import type { everyCall } from '../../contract/cache/calls.js';
import type { FailingRedis } from '../../subjects/cache-failure/failing-redis.subjects.js';

/** A cache that is wrong in one way when its server fails. */
export interface FailureMutant {
  readonly breaks: string;
  readonly flaw: string;
  readonly make: (redis: FailingRedis) => void;
}

type AnyCall = (...args: readonly unknown[]) => Promise<unknown>;
export type FencedMethod = 'read' | 'write' | 'invalidate' | 'advance' | 'acquireLease' | 'releaseLease';
type Method = Exclude<keyof typeof everyCall, 'keys'> | FencedMethod;
export const degraded = channel('inversify-cache:degraded');

export function mutant(breaks: string, flaw: string, make: FailureMutant['make']): FailureMutant {
  return { breaks, flaw, make };
}

/** Puts another method in place of one. */
export function change(
  method: Method | 'keys',
  make: (original: AnyCall, redis: FailingRedis) => (...args: readonly unknown[]) => unknown,
): FailureMutant['make'] {
  return (redis) => {
    const calls = redis.cache as unknown as Record<string, AnyCall>;
    const original = (calls[method] as AnyCall).bind(redis.cache);
    Object.assign(redis.cache, { [method]: make(original, redis) });
  };
}

/** `keys` collects all keys before it yields the first one, so that flaws of promises can be applied to it. */
export function changed(
  method: Method | 'keys',
  make: (original: AnyCall, redis: FailingRedis) => AnyCall,
): FailureMutant['make'] {
  if (method !== 'keys') return change(method, make);
  return change(
    'keys',
    (original, redis) =>
      async function* (pattern) {
        const list = make(async () => {
          const keys: string[] = [];
          for await (const key of (original as unknown as RedisCache['keys'])(pattern as string))
            keys.push(key);
          return keys;
        }, redis);
        yield* (await list()) as string[];
      },
  );
}

export const WRONG: Readonly<Record<keyof typeof everyCall, unknown>> = {
  getValue: new Uint8Array(0),
  setValue: true,
  deleteValue: true,
  hasValue: true,
  getExpiry: -2,
  setExpiry: true,
  getValues: [],
  setValues: true,
  deleteValues: 1,
  keys: ['k'],
  clear: 1,
};

export const late =
  (original: AnyCall): AnyCall =>
  async (...args) => {
    try {
      return await original(...args);
    } finally {
      // Far more than the time for which this process may not be given the processor: laws do not count that.
      await sleep(500);
    }
  };
export const swallowing =
  (original: AnyCall): AnyCall =>
  (...args) =>
    original(...args).catch(() => null);
export const quietly =
  (value: unknown) =>
  (original: AnyCall): AnyCall =>
  (...args) =>
    original(...args).then(() => value);

/** Once it has failed it never answers again. */
export const sticky =
  (failed: unknown) =>
  (original: AnyCall): AnyCall => {
    let over = false;
    return async (...args) => {
      const answer = over ? failed : await original(...args);
      over ||= answer === failed;
      return answer;
    };
  };
