import type { IClock } from '../../../../interfaces/clock.js';
import { DisposedError } from '../../../../interfaces/errors.js';
import { bounded } from '../../../foundation/waiting/bounded.js';
import type { Link, LinkEnd } from '../link.js';

/** Links that have been replaced: each ends when its calls in flight have been answered, or have had their time. */
export class RetiredLinks {
  readonly #clock: IClock;
  readonly #links = new Set<Link>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  async add(link: Link): Promise<void> {
    this.#links.add(link);
    await bounded(this.#clock, link.longestTimeoutMs, link.drained());
    this.#links.delete(link);
    link.end(new DisposedError('the connection was replaced before its credentials expire'));
  }

  /** @param reason  Error of the calls in flight. */
  close(reason: LinkEnd): void {
    for (const link of this.#links) link.end(reason);
  }
}
