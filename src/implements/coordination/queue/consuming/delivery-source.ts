import type { IncidentFilter } from '../../../foundation/logger/incident-filter.js';
import { failureReason } from '../queue-calls.js';
import type { QueuePorts } from '../queue-ports.js';
import type { HeldMessage } from './held-message.js';
import type { Intake } from './intake.js';
import { QueueDelivery } from './queue-delivery.js';

/** A message as the application gets it, and what we hold of it. */
export interface Handed<T> {
  readonly held: HeldMessage;
  readonly delivery: QueueDelivery<T>;
}

/** Messages of an intake, decoded. What the codec refuses becomes a dead letter at once. */
export class DeliverySource<T> {
  readonly #ports: QueuePorts;
  readonly #intake: Intake;
  readonly #visibilityMs: number;
  readonly #incidents: IncidentFilter;

  constructor(ports: QueuePorts, intake: Intake, visibilityMs: number, incidents: IncidentFilter) {
    this.#ports = ports;
    this.#intake = intake;
    this.#visibilityMs = visibilityMs;
    this.#incidents = incidents;
  }

  /** Returns the next message; `undefined` once the intake is stopped. */
  async next(): Promise<Handed<T> | undefined> {
    const { codec, rules, checkUsable } = this.#ports;
    for (;;) {
      const held = await this.#intake.next();
      if (held === undefined) return undefined;
      try {
        const message = codec.decode(held.taken.payload) as T;
        const options = { rules, checkUsable, visibilityMs: this.#visibilityMs };
        return { held, delivery: new QueueDelivery(held, message, options) };
      } catch (error) {
        this.#bury(held, error);
      }
    }
  }

  #bury(held: HeldMessage, error: unknown): void {
    const { codec, logger } = this.#ports;
    if (this.#incidents.admits('decode')) {
      const text = 'a message that the codec refuses is a dead letter now; who else writes to this queue?';
      logger.warning(text, { codec: codec.id }, error);
    }
    const reason = failureReason(error);
    // If that fails, the next consumer of it tries again.
    void held.settle({ verb: 'bury', receipt: held.receipt, delayMs: 0, reason }).catch(() => held.drop());
  }
}
