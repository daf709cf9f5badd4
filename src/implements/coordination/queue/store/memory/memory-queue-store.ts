import { randomBytes } from 'node:crypto';
import type { IClock } from '../../../../../interfaces/clock.js';
import type { Produced, QueueStats } from '../../../../../interfaces/queue.js';
import { wallTimeMs } from '../../../../foundation/clock/wall-time.js';
import { WakeCalls } from '../../../wake-calls.js';
import type {
  LetterPage,
  MessageToStore,
  QueueStore,
  Receipt,
  ReturnRequest,
  Settlement,
  StoreRules,
  TakeAnswer,
  TakeRequest,
} from '../queue-store.js';
import { MemoryQueue, type Moment } from './memory-queue.js';

/** A queue, and the consumers that found nothing in it. */
interface Place {
  readonly queue: MemoryQueue;
  readonly waiting: Set<string>;
}

/** Queues in the memory of this process. */
export class MemoryQueueStore implements QueueStore {
  readonly process = randomBytes(8).toString('hex');
  readonly #clock: IClock;
  readonly #rules: StoreRules;
  readonly #places = new Map<string, Place>();
  readonly #wakes = new WakeCalls();

  constructor(clock: IClock, rules: StoreRules) {
    this.#clock = clock;
    this.#rules = rules;
  }

  async produce(name: string, messages: readonly MessageToStore[]): Promise<Produced['outcome'][]> {
    const place = this.#place(name);
    const moment = this.#moment();
    const outcomes = messages.map((message) => place.queue.produce(message, moment));
    this.#wake(place, outcomes.filter((outcome) => outcome === 'queued').length);
    // Wakes waiting consumers, which do not know of the end of this delay.
    if (outcomes.includes('delayed')) this.#wake(place, 1);
    return outcomes;
  }

  async take({ queue: name, consumer, number, count, visibilityMs }: TakeRequest): Promise<TakeAnswer> {
    const place = this.#place(name);
    const { queue, waiting } = place;
    const moment = this.#moment();
    const messages = queue.take(count, `${consumer}.${number}`, visibilityMs, moment);
    waiting.delete(consumer);
    if (messages.length === 0) waiting.add(consumer);
    else if (queue.readyCount > 0) this.#wake(place, 1);
    return { messages, visibleMs: visibilityMs, nextMs: queue.nextMs(moment) };
  }

  async settle(name: string, settlement: Settlement): Promise<boolean> {
    const place = this.#place(name);
    const isOurs = place.queue.settle(settlement, this.#moment());
    if (isOurs && settlement.verb === 'nack') this.#wake(place, 1);
    return isOurs;
  }

  async extend(name: string, receipt: Receipt, visibilityMs: number): Promise<boolean> {
    return this.#place(name).queue.extend(receipt, this.#clock.now() + visibilityMs);
  }

  async giveBack({ queue: name, consumer, receipts }: ReturnRequest): Promise<void> {
    const place = this.#place(name);
    place.waiting.delete(consumer);
    place.queue.giveBack(receipts);
    this.#wake(place, receipts.length);
  }

  async stats(name: string): Promise<QueueStats> {
    return this.#place(name).queue.stats(this.#moment());
  }

  async letters(name: string, after: string | undefined, count: number): Promise<LetterPage> {
    const page = this.#place(name).queue.letters(Number(after ?? 0), count);
    const letters = page.map(({ payload, ...letter }) => ({ ...letter, payload: new Uint8Array(payload) }));
    return { letters, next: page.length < count ? undefined : String(page.at(-1)?.number) };
  }

  async end(verb: 'redrive' | 'forget', name: string, ids: readonly string[] | undefined): Promise<number> {
    const place = this.#place(name);
    const count = place.queue.end(verb, ids && new Set(ids));
    if (verb === 'redrive') this.#wake(place, count);
    return count;
  }

  async purge(name: string): Promise<number> {
    return this.#place(name).queue.purge();
  }

  listen(consumer: string, wake: () => void): () => void {
    return this.#wakes.listen(consumer, wake);
  }

  close(): void {
    this.#places.clear();
  }

  /** Wakes the consumers that have waited for the shortest time. */
  #wake({ waiting }: Place, count: number): void {
    if (count === 0) return;
    for (const consumer of [...waiting].slice(-count)) {
      waiting.delete(consumer);
      this.#wakes.wake(consumer);
    }
  }

  #place(name: string): Place {
    const known = this.#places.get(name);
    if (known !== undefined) return known;
    const place = { queue: new MemoryQueue(this.#rules), waiting: new Set<string>() };
    this.#places.set(name, place);
    return place;
  }

  #moment(): Moment {
    return { now: this.#clock.now(), wall: wallTimeMs() };
  }
}
