import type { Runner } from '../contract/law.js';
import { settlesWithin } from '../support/time/eventually.js';

const BOUND_MS = 3000;

/** Runs laws by itself and tells what became of each, so that a test can expect failures. */
export class CollectingRunner implements Runner {
  readonly #laws = new Map<string, () => Promise<void>>();
  readonly #after: (() => Promise<void>)[] = [];
  readonly skipped: string[] = [];
  readonly it = Object.assign(
    (title: string, body: () => Promise<void>) => void this.#laws.set(title, body),
    {
      skip: (title: string) => void this.skipped.push(title),
    },
  );

  describe = (_title: string, body: () => void): void => body();
  afterEach = (body: () => Promise<void>): void => void this.#after.push(body);

  get titles(): string[] {
    return [...this.#laws.keys()];
  }

  /** Error of a law that failed; `undefined` when it held. */
  async failureOf(title: string): Promise<unknown> {
    const body = this.#laws.get(title);
    if (body === undefined) throw new Error(`"${title}" is not among the laws that ran`);
    let failure: unknown;
    for (const step of [body, ...this.#after]) {
      try {
        await settlesWithin(BOUND_MS, `the law "${title}"`, step());
      } catch (error) {
        failure ??= error;
      }
    }
    return failure;
  }
}
