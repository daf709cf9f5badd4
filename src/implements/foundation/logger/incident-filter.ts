import type { IClock } from '../../../interfaces/clock.js';

const INTERVAL_MS = 60_000;
const CALM_MS = 1000;
const MAX_INCIDENTS = 256;

/** Admits one message of each kind per minute, so that an outage is logged once and not once per call. */
export class IncidentFilter {
  readonly #clock: IClock;
  readonly #incidents = new Map<string, { readonly admittedAt: number; againAt: number }>();

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Returns whether a message of this kind may be logged now; if so, counts it. */
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
   * Ends the current incident: one second later, a message of any kind is admitted again. A failure that comes and
   * goes faster than that remains one incident.
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
