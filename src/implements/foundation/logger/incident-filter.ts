import type { IClock } from '../../../interfaces/clock.js';

const INTERVAL_MS = 60_000;
const CALM_MS = 1000;
const MAX_INCIDENTS = 256;

/** Lets one message of a kind through a minute, so that an outage is one line and not one a call. */
export class IncidentFilter {
  readonly #clock: IClock;
  readonly #incidents = new Map<string, { readonly admittedAt: number; againAt: number }>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Whether a message of this kind may be written now. */
  admits(kind: string): boolean {
    const now = this.#clock.now();
    const last = this.#incidents.get(kind);
    if (last !== undefined && now < last.againAt) return false;
    this.#incidents.delete(kind);
    if (this.#incidents.size >= MAX_INCIDENTS) this.#forgetOldest();
    this.#incidents.set(kind, { admittedAt: now, againAt: now + INTERVAL_MS });
    return true;
  }

  /**
   * What happened is over, and lets the next message of whatever kind through when it has been over for a second: what
   * comes and goes all the time is one incident.
   */
  end(): void {
    const calmAt = this.#clock.now() + CALM_MS;
    for (const incident of this.#incidents.values()) {
      incident.againAt = Math.min(incident.admittedAt + INTERVAL_MS, calmAt);
    }
  }

  #forgetOldest(): void {
    for (const kind of this.#incidents.keys()) {
      this.#incidents.delete(kind);
      return;
    }
  }
}
