/** Key of the news that a store answers again, offered by built-in caches whose server can be away. */
export const recoveries: unique symbol = Symbol('inversify-cache.recoveries');

/** A cache that tells when its server is back. */
export interface RecoverySource {
  /** @returns A function that removes the listener. */
  [recoveries](listener: () => void): () => void;
}
