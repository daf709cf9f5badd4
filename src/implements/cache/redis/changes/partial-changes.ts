/** Changes in batches: a node that is away costs its own keys, not those of the batches after the first failure. */
export class PartialChanges {
  #failure: { readonly reason: unknown } | undefined;

  /** Waits for a batch. @returns `false` when all of it failed: the next one would only take as long. */
  async run(calls: readonly Promise<unknown>[]): Promise<boolean> {
    const results = await Promise.allSettled(calls);
    const failed = results.filter((result) => result.status === 'rejected');
    this.#failure ??= failed[0];
    return failed.length === 0 || failed.length < results.length;
  }

  /** @throws the first failure. */
  end(): void {
    if (this.#failure !== undefined) throw this.#failure.reason;
  }
}
