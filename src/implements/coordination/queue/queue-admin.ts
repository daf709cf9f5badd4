import type { DeadLetter, DeadLettersOptions, IQueueAdmin, QueueStats } from '../../../interfaces/queue.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { checkedIds, lettersCall } from './queue-calls.js';
import type { QueuePorts } from './queue-ports.js';
import type { StoredLetter } from './store/queue-store.js';

const PAGE = 50;

/** Numbers and dead letters of one queue. */
export class QueueAdmin implements IQueueAdmin {
  readonly queue: string;
  readonly #ports: QueuePorts;

  constructor(queue: string, ports: QueuePorts) {
    this.queue = queue;
    this.#ports = ports;
  }

  async stats(): Promise<QueueStats> {
    this.#ports.checkOpen();
    return this.#ports.store.stats(this.queue);
  }

  async *deadLetters(options?: DeadLettersOptions): AsyncIterable<DeadLetter> {
    const { signal, limit = Number.POSITIVE_INFINITY } = lettersCall(options);
    let left = limit;
    let after: string | undefined;
    do {
      this.#ports.checkOpen();
      if (signal?.aborted) throw abortError(signal, 'not-sent');
      const page = await this.#ports.store.letters(this.queue, after, Math.min(left, PAGE), { signal });
      for (const letter of page.letters) yield this.#decoded(letter);
      left -= page.letters.length;
      after = page.next;
    } while (after !== undefined && left > 0);
  }

  async redrive(ids?: readonly string[]): Promise<number> {
    return this.#end('redrive', ids);
  }

  async forget(ids?: readonly string[]): Promise<number> {
    return this.#end('forget', ids);
  }

  async purge(): Promise<number> {
    this.#ports.checkOpen();
    return this.#ports.store.purge(this.queue);
  }

  async #end(verb: 'redrive' | 'forget', ids: readonly string[] | undefined): Promise<number> {
    const checked = checkedIds(ids);
    this.#ports.checkOpen();
    return checked?.length === 0 ? 0 : this.#ports.store.end(verb, this.queue, checked);
  }

  #decoded({ id, payload, attempts, reason, producedAt, deadAt }: StoredLetter): DeadLetter {
    let message: unknown;
    try {
      message = this.#ports.codec.decode(payload);
    } catch {
      // Perhaps it is dead for that.
    }
    return { id, message, payload, attempts, reason, producedAt, deadAt };
  }
}
