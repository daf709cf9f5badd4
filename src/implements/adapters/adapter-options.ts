import type { Duration } from '../../interfaces/duration.js';
import { ArgumentError } from '../../interfaces/errors.js';
import { checkKey } from '../foundation/arguments/key.js';
import { MAX_DURATION_MS, requireDurationMs } from '../foundation/options/duration.js';

/** Prefixes and namespaces above it would leave too little of a key of 1 KiB. */
const MAX_PREFIX_BYTES = 256;

/** Options of every adapter. */
export interface AdapterOptions {
  /** First part of every key in the cache, which no other user of the cache has: 1 to 256 bytes. Default: of the adapter. */
  readonly prefix?: string | undefined;
  /** Life of entries for which the other side names none. Default: 36 500 days, if the adapter says nothing else. */
  readonly expire?: Duration | undefined;
}

/** Returns the options with defaults, checked. @throws {ArgumentError} */
export function adapterOptions(
  { prefix, expire }: AdapterOptions,
  defaultPrefix: string,
  defaultExpireMs = MAX_DURATION_MS,
): { readonly prefix: string; readonly expireMs: number } {
  const ownPrefix = prefix ?? defaultPrefix;
  checkKey(ownPrefix, 'prefix');
  if (Buffer.byteLength(ownPrefix) > MAX_PREFIX_BYTES) {
    throw new ArgumentError(
      `expected a prefix of at most ${MAX_PREFIX_BYTES} bytes, got ${Buffer.byteLength(ownPrefix)} bytes`,
    );
  }
  return { prefix: ownPrefix, expireMs: expire === undefined ? defaultExpireMs : requireDurationMs(expire) };
}
