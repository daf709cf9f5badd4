import type { IClock, ScheduledTask } from '../../interfaces/clock.js';

/** Parts of a lease: when it is extended, how long an attempt may take, and the pause before the next one. */
const BEGIN_SHARE = 1 / 3;
const ATTEMPT_SHARE = 1 / 6;
const PAUSE_SHARE = 1 / 20;
const MIN_MS = 50;

export interface LeaseExtensionOptions {
  readonly clock: IClock;
  readonly expireMs: number;
  /** Time at which the lease has been held for long enough. */
  readonly endsAt: number;
  /** `true` while the lease is ours. */
  readonly isHeld: () => boolean;
  /** Extends the lease once. @returns `true` when the store has answered, whatever it said. */
  readonly extend: (expireMs: number, timeoutMs: number) => Promise<boolean>;
}

/**
 * Extends a lease in the background: a third of it after the last extension was sent, and after a failure soon again,
 * until the lease is over. One chain a lease, so that no two attempts overlap.
 */
export class LeaseExtension {
  readonly #options: LeaseExtensionOptions;
  #next: ScheduledTask | undefined;
  #stopped = false;

  /** @param sentAt  Time at which the acquisition was sent. */
  constructor(options: LeaseExtensionOptions, sentAt: number) {
    this.#options = options;
    this.#nextAt(sentAt + options.expireMs * BEGIN_SHARE);
  }

  stop(): void {
    this.#stopped = true;
    this.#next?.cancel();
  }

  #nextAt(time: number): void {
    const { clock } = this.#options;
    this.#next = clock.schedule(Math.max(0, time - clock.now()), () => void this.#attempt());
  }

  async #attempt(): Promise<void> {
    const { clock, expireMs, endsAt, isHeld, extend } = this.#options;
    const sentAt = clock.now();
    const lifeMs = Math.floor(Math.min(expireMs, endsAt - sentAt));
    if (this.#stopped || !isHeld() || lifeMs < 1) return;
    const isAnswered = await extend(lifeMs, Math.max(MIN_MS, expireMs * ATTEMPT_SHARE));
    if (this.#stopped) return;
    if (isAnswered) this.#nextAt(sentAt + expireMs * BEGIN_SHARE);
    else this.#nextAt(clock.now() + Math.max(MIN_MS, expireMs * PAUSE_SHARE));
  }
}
