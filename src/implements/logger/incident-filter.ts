import type { IClock } from '../../interfaces/clock.js';

const INTERVAL_MS = 60_000;
const MAX_INCIDENTS = 256;

/** Lets one message of a kind through a minute, so that an outage is one line and not one a call. */
export class IncidentFilter {
  readonly #clock: IClock;
  readonly #admittedAt = new Map<string, number>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Whether a message of this kind may be written now. */
  admits(kind: string): boolean {
    const now = this.#clock.now();
    const last = this.#admittedAt.get(kind);
    if (last !== undefined && now - last < INTERVAL_MS) return false;
    this.#admittedAt.delete(kind);
    if (this.#admittedAt.size >= MAX_INCIDENTS) this.#forgetOldest();
    this.#admittedAt.set(kind, now);
    return true;
  }

  /** The incident is over: the next one of this kind is written whenever it comes. */
  end(kind: string): void {
    this.#admittedAt.delete(kind);
  }

  #forgetOldest(): void {
    for (const kind of this.#admittedAt.keys()) {
      this.#admittedAt.delete(kind);
      return;
    }
  }
}
