import type {
  ConsumeQueueOptions,
  Delivery,
  IQueueConsumer,
  RunQueueOptions,
} from '../../../interfaces/queue.js';
import { IncidentFilter } from '../../foundation/logger/incident-filter.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { DeliverySource } from './consuming/delivery-source.js';
import { DeliveryStream } from './consuming/delivery-stream.js';
import { HandlerRun } from './consuming/handler-run.js';
import { Intake } from './consuming/intake.js';
import { consumeCall, runCall } from './queue-calls.js';
import type { QueuePorts } from './queue-ports.js';

/** Takes the messages of one queue. */
export class QueueConsumer<T> implements IQueueConsumer<T> {
  readonly queue: string;
  readonly #ports: QueuePorts;
  readonly #incidents: IncidentFilter;

  constructor(queue: string, ports: QueuePorts) {
    this.queue = queue;
    this.#ports = ports;
    this.#incidents = new IncidentFilter(ports.clock);
  }

  consume(options?: ConsumeQueueOptions): AsyncIterableIterator<Delivery<T>> {
    const { visibility, prefetch, ...rest } = consumeCall(options);
    this.#ports.checkOpen();
    const visibilityMs =
      visibility === undefined ? this.#ports.rules.visibility : requireDurationMs(visibility);
    const intake = this.#intake(visibilityMs, prefetch);
    return new DeliveryStream(this.#ports, intake, this.#source(intake, visibilityMs), rest);
  }

  async run(handler: (delivery: Delivery<T>) => unknown, options?: RunQueueOptions): Promise<void> {
    const rules = runCall(handler, options);
    this.#ports.checkOpen();
    const visibilityMs = this.#ports.rules.visibility;
    const intake = this.#intake(visibilityMs, 0);
    const source = this.#source(intake, visibilityMs);
    const call = { rules, visibilityMs, incidents: this.#incidents };
    await new HandlerRun(this.#ports, intake, source, handler, call).run();
  }

  #source(intake: Intake, visibilityMs: number): DeliverySource<T> {
    return new DeliverySource<T>(this.#ports, intake, visibilityMs, this.#incidents);
  }

  #intake(visibilityMs: number, prefetch: number): Intake {
    const consumer = this.#ports.nextConsumer();
    return new Intake(this.#ports, { queue: this.queue, consumer, visibilityMs, prefetch });
  }
}
