import type { IClock, ScheduledTask } from '../../interfaces/clock.js';
import { OperationError } from '../../interfaces/errors.js';
import { leaseSignal } from './lease-signal.js';

/** Part of a lease that is not used, for the rounding of the server and the drift of two clocks. */
const MARGIN_SHARE = 0.01;
const MIN_MARGIN_MS = 2;

/**
 * The time for which a lock or a message is certainly ours. It is counted from the moment before a request was sent, so that it ends
 * before the lease of the server does, whatever the answer took.
 */
export class Lease {
  readonly #clock: IClock;
  /** Message of the error that tells the loss. */
  readonly #lossText: string;
  /** Made when it is asked for: most holders never do. */
  #controller: AbortController | undefined;
  #signal: AbortSignal | undefined;
  #isLost = false;
  #validUntil: number;
  #isOver = false;
  #end: ScheduledTask | undefined;

  constructor(
    clock: IClock,
    {
      sentAt,
      expireMs,
      lossText,
    }: { readonly sentAt: number; readonly expireMs: number; readonly lossText: string },
  ) {
    this.#clock = clock;
    this.#lossText = lossText;
    this.#validUntil = endOf(sentAt, expireMs);
    this.#watch();
  }

  /** `true` while the lease certainly lasts. */
  get lasts(): boolean {
    this.#look();
    return !this.#isOver;
  }

  get remainingMs(): number {
    return this.lasts ? this.#validUntil - this.#clock.now() : 0;
  }

  /** `true` after the lock was lost, and not given back. */
  get isLost(): boolean {
    this.#look();
    return this.#isLost;
  }

  get signal(): AbortSignal {
    this.#look();
    if (this.#signal !== undefined) return this.#signal;
    this.#controller = new AbortController();
    this.#signal = leaseSignal(this.#controller, () => this.#look());
    if (this.#isLost) this.#abort();
    return this.#signal;
  }

  /** Notes an extension that the store has confirmed. A lease that is over stays over. */
  extend(sentAt: number, expireMs: number): void {
    if (!this.lasts) return;
    this.#validUntil = Math.max(this.#validUntil, endOf(sentAt, expireMs));
    this.#watch();
  }

  /** Ends the lease because the lock is lost. */
  lose(): void {
    if (this.#isOver) return;
    this.end();
    this.#isLost = true;
    this.#abort();
  }

  /** Ends the lease because its holder gives it back. */
  end(): void {
    this.#isOver = true;
    this.#end?.cancel();
  }

  #abort(): void {
    this.#controller?.abort(new OperationError('E_LOCK_LOST', this.#lossText, 'refused'));
  }

  #look(): void {
    if (!this.#isOver && this.#clock.now() >= this.#validUntil) this.lose();
  }

  #watch(): void {
    this.#end?.cancel();
    const leftMs = Math.max(0, this.#validUntil - this.#clock.now());
    this.#end = this.#clock.schedule(leftMs, () => {
      this.#look();
      if (!this.#isOver) this.#watch(); // A timer may run a millisecond early.
    });
  }
}

/** Time until which a lease certainly lasts that was requested at some moment. */
function endOf(sentAt: number, expireMs: number): number {
  const marginMs = Math.min(Math.max(MIN_MARGIN_MS, expireMs * MARGIN_SHARE), expireMs / 2);
  return sentAt + expireMs - marginMs;
}
