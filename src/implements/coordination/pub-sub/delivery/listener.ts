import type { ISubscription } from '../../../../interfaces/redis-subscription.js';
import { whenAborted } from '../../../foundation/waiting/abort-listeners.js';
import type { Inbox } from './inbox.js';

/** A subscription with an inbox, which ends once. */
export class Listener implements ISubscription {
  readonly #inbox: Inbox;
  readonly #isActive: () => boolean;
  readonly #leave: () => Promise<void>;
  #ending: Promise<void> | undefined;
  #forgetSignal: (() => void) | undefined;

  /**
   * @param isActive  Tells whether messages arrive now.
   * @param leave     Stops the arrival of messages; never rejects.
   */
  constructor(inbox: Inbox, isActive: () => boolean, leave: () => Promise<void>) {
    this.#inbox = inbox;
    this.#isActive = isActive;
    this.#leave = leave;
  }

  get active(): boolean {
    return this.#ending === undefined && this.#isActive();
  }

  /** Ends the subscription when a signal aborts. */
  endWith(signal: AbortSignal | undefined): void {
    if (signal === undefined) return;
    const end = (): void => void this.unsubscribe();
    if (signal.aborted) {
      end();
      return;
    }
    this.#forgetSignal = whenAborted(signal, end);
  }

  unsubscribe(): Promise<void> {
    this.#ending ??= this.#end();
    return this.#ending;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.unsubscribe();
  }

  #end(): Promise<void> {
    this.#inbox.end();
    this.#forgetSignal?.();
    return this.#leave();
  }
}
