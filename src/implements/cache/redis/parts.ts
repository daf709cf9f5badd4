import { partialFailure } from '../../foundation/partial-failure.js';

/** Step of a call in one part of a store. */
export interface PartStep<T> {
  /** Places in the call of the names that the step is about. */
  readonly indexes: readonly number[];
  readonly run: () => Promise<T>;
}

/** Steps of a call after all of them have ended: none is running when the caller continues. */
export class Parts<T> {
  readonly #steps: readonly PartStep<T>[];
  readonly #results: readonly PromiseSettledResult<T>[];

  private constructor(steps: readonly PartStep<T>[], results: readonly PromiseSettledResult<T>[]) {
    this.#steps = steps;
    this.#results = results;
  }

  static async run<T>(steps: readonly PartStep<T>[]): Promise<Parts<T>> {
    return new Parts(steps, await Promise.allSettled(steps.map((step) => step.run())));
  }

  /** First failure; `undefined` when there is none. */
  get failure(): { readonly reason: unknown } | undefined {
    return this.#results.find((result) => result.status === 'rejected');
  }

  /** `true` when there were steps and each of them failed. */
  get allFailed(): boolean {
    return this.#results.length > 0 && this.#results.every(({ status }) => status === 'rejected');
  }

  /** Calls a function for each step with its result, or another with its error. */
  each(
    done: (result: T, indexes: readonly number[]) => void,
    failed: (error: unknown, indexes: readonly number[]) => void,
  ): void {
    this.#results.forEach((result, at) => {
      const { indexes } = this.#steps[at] as PartStep<T>;
      if (result.status === 'fulfilled') done(result.value, indexes);
      else failed(result.reason, indexes);
    });
  }

  /** Results of all steps. @throws the failure, with the names of the steps that failed when others did not. */
  all(names: readonly string[]): T[] {
    const results: T[] = [];
    const failed = new Set<string>();
    this.each(
      (result) => results.push(result),
      (_error, indexes) => {
        for (const index of indexes) failed.add(names[index] as string);
      },
    );
    const { failure } = this;
    if (failure === undefined) return results;
    throw results.length === 0 ? failure.reason : partialFailure(failure.reason, [...failed]);
  }
}
