/**
 * A listing of keys that never degrades, of caches of ours: `keys` may end early and look complete, which is too little
 * for who must not miss a key.
 */
export const everyKey: unique symbol = Symbol('inversify-cache.every-key');

export interface ListsEveryKey {
  /** @throws {ConnectionError} {OperationError} when it could not be read to its end. */
  [everyKey](pattern: string | undefined): AsyncIterable<string>;
}
