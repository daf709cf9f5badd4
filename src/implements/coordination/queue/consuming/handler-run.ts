import type { Delivery } from '../../../../interfaces/queue.js';
import type { IncidentFilter } from '../../../foundation/logger/incident-filter.js';
import { whenAborted } from '../../../foundation/waiting/abort-listeners.js';
import { bounded } from '../../../foundation/waiting/bounded.js';
import { pause } from '../../../foundation/waiting/pause.js';
import { isWorthAnother } from '../../worth-another.js';
import { failureReason, type RunRules } from '../queue-calls.js';
import type { Ending, QueuePorts } from '../queue-ports.js';
import type { Settlement } from '../store/queue-store.js';
import { pauseMs } from './backoff.js';
import type { DeliverySource, Handed } from './delivery-source.js';
import type { HeldMessage } from './held-message.js';
import type { Intake } from './intake.js';

/** Time for what is given back at the end of a run. */
const GIVING_BACK_MS = 1000;
const FIRST_PAUSE_MS = 50;
const MAX_PAUSE_MS = 500;

/** A checked call of `run`. */
interface RunCall {
  readonly rules: RunRules;
  readonly visibilityMs: number;
  readonly incidents: IncidentFilter;
}

/** Handlers that are called with the deliveries of one consumer, until they are stopped. */
export class HandlerRun<T> implements Ending {
  readonly #ports: QueuePorts;
  readonly #intake: Intake;
  readonly #source: DeliverySource<T>;
  readonly #handler: (delivery: Delivery<T>) => unknown;
  readonly #call: RunCall;
  readonly #running = new Set<HeldMessage>();
  #serving: Promise<unknown> | undefined;
  #ending: Promise<void> | undefined;
  #ended: (() => void) | undefined;
  /** Ends the time for running handlers. */
  #hurry: (() => void) | undefined;
  #isOver = false;

  constructor(
    ports: QueuePorts,
    intake: Intake,
    source: DeliverySource<T>,
    handler: (delivery: Delivery<T>) => unknown,
    call: RunCall,
  ) {
    this.#ports = ports;
    this.#intake = intake;
    this.#source = source;
    this.#handler = handler;
    this.#call = call;
  }

  /** Settles when no handler runs any more, or the time after the stop is over. */
  async run(): Promise<void> {
    const { signal, concurrency, grace } = this.#call.rules;
    this.#ports.running.add(this);
    const ended = new Promise<void>((resolve) => {
      this.#ended = resolve;
    });
    this.#serving = Promise.all(Array.from({ length: concurrency }, () => this.#serve()));
    const forget = signal && whenAborted(signal, () => void this.end(grace));
    if (signal?.aborted) void this.end(grace);
    await ended;
    forget?.();
    this.#ports.running.delete(this);
  }

  end(withinMs: number): Promise<void> {
    const hurry = (): void => this.#hurry?.();
    if (this.#ending !== undefined) this.#ports.clock.schedule(withinMs, hurry);
    this.#ending ??= this.#end(withinMs);
    return this.#ending;
  }

  async #end(withinMs: number): Promise<void> {
    const { clock } = this.#ports;
    const given = this.#intake.stop(Math.min(withinMs, GIVING_BACK_MS));
    const hurried = new Promise<void>((resolve) => {
      this.#hurry = resolve;
    });
    await bounded(clock, withinMs, Promise.race([this.#serving, hurried]));
    this.#isOver = true;
    const left = [...this.#running];
    const returned = left.map((held) => {
      const { receipt } = held;
      const settling = held.settle({ verb: 'nack', receipt, delayMs: 0, reason: 'the consumer was stopped' });
      held.lose();
      return settling.catch(() => undefined); // Its visibility runs out.
    });
    await bounded(clock, GIVING_BACK_MS, Promise.all([given, ...returned]));
    this.#ended?.();
  }

  async #serve(): Promise<void> {
    for (;;) {
      const handed = await this.#source.next();
      if (handed === undefined) return;
      this.#running.add(handed.held);
      await this.#handle(handed);
      this.#running.delete(handed.held);
    }
  }

  async #handle({ held, delivery }: Handed<T>): Promise<void> {
    held.keep(this.#call.visibilityMs, this.#ports.rules.maxProcessing);
    try {
      await this.#handler(delivery);
    } catch (error) {
      const { logger } = this.#ports;
      if (this.#call.incidents.admits('handler')) {
        logger.warning('a handler failed; its message is delivered again, or is a dead letter', {}, error);
      }
      await this.#settle(held, {
        ...{ verb: 'nack', receipt: held.receipt },
        ...{ delayMs: pauseMs(this.#ports.rules, delivery.attempt), reason: failureReason(error) },
      });
      return;
    }
    await this.#settle(held, { verb: 'ack', receipt: held.receipt });
  }

  /** Settles what the handler has not, again and again while the message is ours. */
  async #settle(held: HeldMessage, settlement: Settlement): Promise<void> {
    const { clock, logger } = this.#ports;
    for (
      let waitMs = FIRST_PAUSE_MS;
      !held.isSettled && !this.#isOver;
      waitMs = Math.min(2 * waitMs, MAX_PAUSE_MS)
    ) {
      try {
        await held.settle(settlement);
        return;
      } catch (error) {
        if (!isWorthAnother(error) || !held.lasts) {
          held.drop();
          if (this.#isOver || !this.#call.incidents.admits('settle')) return;
          logger.warning(
            'a message was handled, and may be delivered again: its end was not confirmed',
            {},
            error,
          );
          return;
        }
        await pause(clock, waitMs);
      }
    }
  }
}
