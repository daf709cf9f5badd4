import type { ILogger } from '../../../interfaces/logger.js';
import type { RedisConnectionEvents } from '../../../interfaces/redis-connection.js';
import type { CircuitState, ConnectionStatus } from '../../../interfaces/redis-health.js';

type Event = keyof RedisConnectionEvents;
type Listener = (state: never) => unknown;

/** Status and circuit of a connection, and the listeners that are notified of changes. */
export class ConnectionState {
  readonly #logger: ILogger;
  readonly #listeners: Record<Event, Set<{ readonly tell: Listener }>> = {
    status: new Set(),
    circuit: new Set(),
  };
  #status: ConnectionStatus = 'idle';
  #circuit: CircuitState = 'open';

  constructor(logger: ILogger) {
    this.#logger = logger;
  }

  get status(): ConnectionStatus {
    return this.#status;
  }

  get circuit(): CircuitState {
    return this.#circuit;
  }

  on(event: Event, listener: Listener): () => void {
    const registration = { tell: listener };
    this.#listeners[event].add(registration);
    return () => this.#listeners[event].delete(registration);
  }

  becomes(status: ConnectionStatus, circuit: CircuitState = this.#circuit): void {
    const [statusBefore, circuitBefore] = [this.#status, this.#circuit];
    this.#status = status;
    this.#circuit = circuit;
    if (circuit !== circuitBefore) this.#tell('circuit', circuit);
    if (status !== statusBefore) this.#tell('status', status);
  }

  #tell(event: Event, state: ConnectionStatus | CircuitState): void {
    const report = (error: unknown) => this.#logger.error(`a listener of the ${event} threw`, {}, error);
    for (const { tell } of [...this.#listeners[event]]) {
      try {
        Promise.resolve(tell(state as never)).catch(report);
      } catch (error) {
        report(error);
      }
    }
  }
}
