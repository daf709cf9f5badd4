import { DisposedError } from '../../../interfaces/errors.js';
import type { IQueueAdmin, IQueueConsumer, IQueueProducer } from '../../../interfaces/queue.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { bounded } from '../../foundation/waiting/bounded.js';
import { QueueAdmin } from './queue-admin.js';
import { QueueConsumer } from './queue-consumer.js';
import type { Ending, QueuePorts } from './queue-ports.js';
import { QueueProducer } from './queue-producer.js';

/** Time for running handlers when the site is closed, and for all that is given back. */
const HANDLERS_MS = 500;
const CLOSING_MS = 800;

/** The queues of one site, whatever stores their messages. */
export class QueueSpace {
  readonly #ports: QueuePorts;
  readonly #running = new Set<Ending>();
  #consumers = 0;
  #isClosed = false;
  #isOver = false;

  constructor(ports: Pick<QueuePorts, 'store' | 'clock' | 'logger' | 'codec' | 'rules'>) {
    this.#ports = {
      ...ports,
      running: this.#running,
      nextConsumer: () => `${ports.store.process}:${++this.#consumers}`,
      checkOpen: () => refuse(this.#isClosed),
      checkUsable: () => refuse(this.#isOver),
    };
  }

  getProducer<T>(queue: string): IQueueProducer<T> {
    checkKey(queue, 'queue');
    return new QueueProducer<T>(queue, this.#ports);
  }

  getConsumer<T>(queue: string): IQueueConsumer<T> {
    checkKey(queue, 'queue');
    return new QueueConsumer<T>(queue, this.#ports);
  }

  getAdmin(queue: string): IQueueAdmin {
    checkKey(queue, 'queue');
    return new QueueAdmin(queue, this.#ports);
  }

  /** Ends every consumer, and gives back what no handler has seen. */
  async close(): Promise<void> {
    this.#isClosed = true;
    const ending = Promise.all([...this.#running].map((running) => running.end(HANDLERS_MS)));
    await bounded(this.#ports.clock, CLOSING_MS, ending);
    this.#isOver = true;
    this.#ports.store.close();
  }
}

function refuse(isClosed: boolean): void {
  if (isClosed) throw new DisposedError('this queue site is closed');
}
