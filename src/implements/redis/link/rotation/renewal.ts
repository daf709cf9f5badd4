import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { authRetryDelayMs } from '../retry-delay.js';

/** Maximum and minimum time between a renewal and the end of the credentials, besides the time that it takes. */
const MOST_MS = 300_000;
const LEAST_MS = 1500;
/** Minimum time between two renewals. */
const PAUSE_MS = 100;

export interface RenewalOptions {
  readonly clock: IClock;
  /** Replaces the link; returns the reason for a failure. */
  readonly renew: () => Promise<Error | undefined>;
}

/**
 * Replaces a link before its credentials expire: after four fifths of their time, earlier when a replacement takes long.
 * A provider that fails, or still returns what it returned before, is asked again ever sooner.
 */
export class Renewal {
  readonly #options: RenewalOptions;
  #timer: ScheduledTask | undefined;
  #validUntil = Number.NEGATIVE_INFINITY;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /**
   * Watches the credentials of a new link in place of those before.
   *
   * @param validUntil  Time of their end; `Infinity` for none.
   * @param tookMs  Duration of the attempt to open the link, including the provider's answer.
   */
  watch(validUntil: number, tookMs: number): void {
    this.cancel();
    const isNewer = validUntil > this.#validUntil + PAUSE_MS;
    this.#validUntil = validUntil;
    if (validUntil === Number.POSITIVE_INFINITY) return;
    const leftMs = validUntil - this.#options.clock.now();
    const leadMs = Math.max(LEAST_MS, Math.min(MOST_MS, leftMs / 5)) + 2 * tookMs;
    if (isNewer) this.#after(Math.max(PAUSE_MS, leftMs - leadMs));
    else this.#again();
  }

  cancel(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #again(): void {
    const leftMs = this.#validUntil - this.#options.clock.now();
    this.#after(leftMs > 0 ? Math.max(PAUSE_MS, leftMs / 4) : authRetryDelayMs());
  }

  #after(delayMs: number): void {
    const timer = this.#options.clock.schedule(delayMs, async () => {
      // Success, or the loss of the link, has ended this timer.
      if ((await this.#options.renew()) !== undefined && this.#timer === timer) this.#again();
    });
    this.#timer = timer;
  }
}
