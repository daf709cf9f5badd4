/**
 * Key of a synchronous read, offered by built-in stores whose entries are in this process: most of the cost of a hit
 * would otherwise be the wait for a promise.
 */
export const readAtOnce: unique symbol = Symbol('inversify-cache.read-at-once');

export interface AnswersAtOnce {
  /**
   * Returns what `IFencedStore.read` would return for one key, its scope and some generations, with one difference:
   * the bytes belong to the store, and the caller must neither change them nor pass them on.
   *
   * @returns `undefined` when the answer takes a wait: the caller must use `read`.
   * @throws the errors that `read` rejects with.
   */
  [readAtOnce](
    key: string,
    scope: string | undefined,
    generations: readonly string[],
    lives: boolean,
  ): AnswerAtOnce | undefined;
}

export interface AnswerAtOnce {
  readonly value: Uint8Array | null;
  readonly remainingMs: number | null;
  readonly scope: string | null;
  readonly generations: readonly (string | null)[];
}
