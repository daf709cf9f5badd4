/**
 * A read without a promise, of stores of ours whose entries are in this process: most of what a hit costs is waiting
 * for what is there already.
 */
export const readAtOnce: unique symbol = Symbol('inversify-cache.read-at-once');

export interface AnswersAtOnce {
  /**
   * What `IFencedStore.read` answers for one key and some generations, for who keeps to the law: the bytes are lent, to
   * be read and neither changed nor given to others.
   *
   * @throws what `read` rejects with.
   */
  [readAtOnce](key: string, generations: readonly string[], lives: boolean): AnswerAtOnce;
}

export interface AnswerAtOnce {
  readonly value: Uint8Array | null;
  readonly remainingMs: number | null;
  readonly generations: readonly (string | null)[];
}
