/**
 * Key of a read of generations by plain commands, offered by stores whose own `read` takes scripts that a user may be
 * forbidden: an invalidation by any process, with scripts or without, then reaches the values of all.
 */
export const tokensByCommands: unique symbol = Symbol('inversify-cache.tokens-by-commands');

export interface AnswersByCommands {
  /**
   * Returns the current token of each generation; `null` when it is missing.
   *
   * @param lifeMs  Minimum TTL of the tokens, with which missing ones are created; `undefined` to create none. Two
   *   processes may create one at once: the token of one of them is then outdated.
   */
  [tokensByCommands](generations: readonly string[], lifeMs: number | undefined): Promise<(string | null)[]>;
}
