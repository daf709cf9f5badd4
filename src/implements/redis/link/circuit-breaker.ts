import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import type { CircuitState } from '../../../interfaces/redis-connection.js';

/** How long a circuit stays open before it is probed, and between two probes. */
const PROBE_EVERY_MS = 250;

export interface CircuitBreakerOptions {
  readonly clock: IClock;
  /** Asks whether the server answers again; rejects when it does not. */
  readonly probe: () => Promise<void>;
  readonly onChange: () => void;
}

/**
 * Says whether calls may pass. It opens when the link is silent or gone; a link that is silent is probed, one that is
 * gone is replaced, and until one of them succeeds no call is let through.
 *
 * @see https://learn.microsoft.com/en-us/azure/architecture/patterns/circuit-breaker
 */
export class CircuitBreaker {
  readonly #options: CircuitBreakerOptions;
  #state: CircuitState = 'open';
  #probing: ScheduledTask | undefined;
  /** Tells the probe under way from those of an earlier incident. */
  #incident = 0;

  constructor(options: CircuitBreakerOptions) {
    this.#options = options;
  }

  get state(): CircuitState {
    return this.#state;
  }

  /** The server answers. */
  close(): void {
    this.#stopProbing();
    this.#set('closed');
  }

  /** The link is there, and nothing is answered on it: it is probed until something is. */
  silence(): void {
    if (this.#state !== 'closed') return;
    this.#set('open');
    this.#probeLater();
  }

  /** The link is gone: whoever makes a new one says when that is tried, and when it succeeded. */
  lose(): void {
    this.#stopProbing();
    this.#set('open');
  }

  /** A new link is being tried for. */
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
