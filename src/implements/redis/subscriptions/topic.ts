import type { TopicKind } from '../driver/topics.js';
import type { Home } from './home.js';
import type { Subscription } from './subscription.js';

/** A channel or pattern with all its listeners. */
export class Topic {
  readonly listeners = new Set<Subscription>();
  #home: Home<Topic> | undefined;
  #confirmed: Promise<void> | undefined;
  #isConfirmed = false;

  constructor(
    readonly key: string,
    readonly kind: TopicKind,
    readonly name: string,
  ) {}

  /** Link that carries it, or did so last. */
  get home(): Home<Topic> | undefined {
    return this.#home;
  }

  /** Confirmation by the server on the current link; `undefined` when there is none to wait for. */
  get confirmed(): Promise<void> | undefined {
    return this.#confirmed;
  }

  /** `true` while the server delivers it. */
  get isConfirmed(): boolean {
    return this.#isConfirmed;
  }

  /** Moves in with the topics of a link. */
  enter(home: Home<Topic>): void {
    if (this.#home === home) return;
    this.#home?.forget(this);
    this.#home = home;
    home.topics.add(this);
  }

  /** Waits for a confirmation, and forgets it if it fails. */
  async await(confirmed: Promise<void>): Promise<void> {
    this.#confirmed = confirmed;
    try {
      await confirmed;
      if (this.#confirmed === confirmed) this.#isConfirmed = true;
    } catch (error) {
      if (this.#confirmed === confirmed) this.#confirmed = undefined;
      throw error;
    }
  }

  /** Marks it as not delivered until it is confirmed again. */
  lose(): void {
    this.#confirmed = undefined;
    this.#isConfirmed = false;
    for (const listener of this.listeners) listener.lose(this);
  }

  deliver(home: Home<Topic>, payload: Buffer, channel: Buffer): void {
    if (this.#home !== home) return; // The link that it has left may deliver it for a moment.
    for (const listener of [...this.listeners]) listener.deliver(this, payload, channel);
  }

  /** Ends it. @returns The link to unsubscribe on, if that is necessary. */
  end(): Home<Topic> | undefined {
    const [home, isAsked] = [this.#home, this.#confirmed !== undefined];
    this.#confirmed = undefined;
    home?.forget(this);
    return isAsked ? home : undefined;
  }
}
