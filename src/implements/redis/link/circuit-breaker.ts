import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import type { CircuitState } from '../../../interfaces/redis-health.js';

/** Delay before an open circuit is probed, and between two probes. */
const PROBE_EVERY_MS = 250;

export interface CircuitBreakerOptions {
  readonly clock: IClock;
  /** Asks whether the server answers again; rejects when it does not. */
  readonly probe: () => Promise<void>;
  readonly onChange: () => void;
}

/**
 * Lets calls pass, or not. The circuit opens when the link is silent or lost; a silent link is probed, a lost one is
 * replaced, and no call passes until one of them succeeds.
 *
 * @see https://learn.microsoft.com/en-us/azure/architecture/patterns/circuit-breaker
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #state: CircuitState = 'open';
  #probing: ScheduledTask | undefined;
  /** Number of the current incident: the result of a probe from an earlier one is ignored. */
  #incident = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** Closes the circuit: the server answers. */
  close(): void {
    this.#stopProbing();
    this.#set('closed');
  }

  /** Opens the circuit because nothing is answered on the link, and probes the link until something is. */
  silence(): void {
    if (this.#state !== 'closed') return;
    this.#set('open');
    this.#probeLater();
  }

  /** Opens the circuit because the link is lost; its owner reports attempts to replace it, and their success. */
  lose(): void {
    this.#stopProbing();
    this.#set('open');
  }

  /** Half-opens the circuit: a new link is being opened. */
  try(): void {
    this.#set('half-open');
  }

  #stopProbing(): void {
    this.#incident++;
    this.#probing?.cancel();
    this.#probing = undefined;
  }

  #probeLater(): void {
    this.#probing = this.#options.clock.schedule(PROBE_EVERY_MS, () => void this.#probe());
  }

  async #probe(): Promise<void> {
    const incident = this.#incident;
    this.#set('half-open');
    try {
      await this.#options.probe();
    } catch {
      if (incident !== this.#incident) return;
      this.#set('open');
      this.#probeLater();
      return;
    }
    if (incident === this.#incident) this.close();
  }

  #set(state: CircuitState): void {
    if (this.#state === state) return;
    this.#state = state;
    this.#options.onChange();
  }
}
