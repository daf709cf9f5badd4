import { randomUUID } from 'node:crypto';
import { ArgumentError } from '../../../interfaces/errors.js';
import type {
  IQueueProducer,
  MessageToProduce,
  Produced,
  ProduceManyOptions,
  ProduceOptions,
} from '../../../interfaces/queue.js';
import { encoded } from '../../foundation/codecs/encoded.js';
import { describe } from '../../foundation/describe.js';
import { type MessageOptions, messageCall, produceCall, produceManySignal } from './queue-calls.js';
import type { QueuePorts } from './queue-ports.js';
import type { MessageToStore } from './store/queue-store.js';

const OPTIONS = new Set(['message', 'id', 'delay']);

/** Stores the messages of one queue. */
export class QueueProducer<T> implements IQueueProducer<T> {
  readonly queue: string;
  readonly #ports: QueuePorts;

  constructor(queue: string, ports: QueuePorts) {
    this.queue = queue;
    this.#ports = ports;
  }

  async produce(message: T, options?: ProduceOptions): Promise<Produced> {
    const { signal, ...rest } = produceCall(options);
    const stored = this.#stored(message, rest);
    const [produced] = await this.#store([stored], signal);
    return produced as Produced;
  }

  async produceMany(
    messages: Iterable<T | MessageToProduce<T>>,
    options?: ProduceManyOptions,
  ): Promise<Produced[]> {
    const signal = produceManySignal(options);
    if (typeof messages === 'string' || typeof messages?.[Symbol.iterator] !== 'function') {
      throw new ArgumentError(`expected an iterable of messages, got ${describe(messages)}`);
    }
    const stored = Array.from(messages, (message) =>
      isWithOptions<T>(message)
        ? this.#stored(message.message, messageCall(optionsOf(message)))
        : this.#stored(message, { id: undefined, delayMs: 0 }),
    );
    return this.#store(stored, signal);
  }

  #stored(message: T, { id, delayMs }: MessageOptions): MessageToStore {
    const { codec, rules } = this.#ports;
    const payload = encoded(codec, message);
    if (payload.byteLength > rules.maxMessageBytes) {
      throw new ArgumentError(
        `expected a message of at most ${rules.maxMessageBytes} bytes (maxMessageBytes), got one of ${payload.byteLength} bytes`,
      );
    }
    return { id: id ?? randomUUID(), payload, delayMs, isUnique: id !== undefined };
  }

  async #store(messages: readonly MessageToStore[], signal: AbortSignal | undefined): Promise<Produced[]> {
    this.#ports.checkOpen();
    if (messages.length === 0) return [];
    const outcomes = await this.#ports.store.produce(this.queue, messages, { signal });
    return messages.map(({ id }, index) => ({ id, outcome: outcomes[index] as Produced['outcome'] }));
  }
}

function isWithOptions<T>(message: unknown): message is MessageToProduce<T> {
  if (typeof message !== 'object' || message === null || !Object.hasOwn(message, 'message')) return false;
  return Object.keys(message).every((name) => OPTIONS.has(name));
}

function optionsOf({ id, delay }: MessageToProduce<unknown>): object {
  return { ...(id !== undefined && { id }), ...(delay !== undefined && { delay }) };
}
