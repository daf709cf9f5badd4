import { createHash } from 'node:crypto';
import type { IKeyValue } from '../../../interfaces/key-value.js';
import { type AdapterOptions, adapterOptions } from '../adapter-options.js';
import { foreignLifeMs, SECONDS_OR_NONE } from '../foreign-life.js';

const PREFIX = 'better-auth';
const MAX_KEY_BYTES = 1024;

/** The secondary storage of better-auth; lives are seconds. */
export interface AuthSecondaryStorage {
  get(key: string): Promise<string | null>;
  /** Reads a value and deletes it: of several calls at once, one gets it. */
  getAndDelete(key: string): Promise<string | null>;
  set(key: string, value: string, ttl?: number): Promise<void>;
  delete(key: string): Promise<void>;
  /** Adds 1 to a counter, whose life begins when it is created. */
  increment(key: string, ttl: number): Promise<number>;
}

/**
 * The secondary storage of better-auth over values by key: sessions and counters are data, so nothing is evicted, and a
 * failure of the store rejects instead of logging somebody out.
 */
export function secondaryStorage(keyValue: IKeyValue, options: AdapterOptions = {}): AuthSecondaryStorage {
  const { prefix, expireMs } = adapterOptions(options, PREFIX);
  const nameOf = (key: string): string => {
    const name = `${prefix}:${key}`;
    return Buffer.byteLength(name) <= MAX_KEY_BYTES
      ? name
      : `${prefix}#${createHash('sha256').update(key).digest('base64url')}`;
  };
  const lifeOf = (ttl: unknown): number => foreignLifeMs(ttl, SECONDS_OR_NONE, expireMs);
  const remove = async (key: string): Promise<boolean> => (await keyValue.delete(nameOf(key))) === 1;
  return {
    get: async (key) => (await keyValue.getText(nameOf(key))) ?? null,
    getAndDelete: async (key) => {
      // Sent together, so nothing of this connection comes in between; one of several deletions finds the value.
      const [text, isOurs] = await Promise.all([keyValue.getText(nameOf(key)), remove(key)]);
      return isOurs ? (text ?? null) : null;
    },
    set: async (key, value, ttl) => {
      const expire = lifeOf(ttl);
      if (expire === 0) await remove(key);
      else await keyValue.set(nameOf(key), value, { expire });
    },
    delete: async (key) => void (await remove(key)),
    increment: async (key, ttl) => {
      const expire = lifeOf(ttl);
      // A window that is over at once has one hit.
      return expire === 0 ? 1 : Number(await keyValue.increment(nameOf(key), 1, { expire }));
    },
  };
}
