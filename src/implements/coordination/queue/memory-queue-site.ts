import { z } from 'zod';
import { IClock } from '../../../interfaces/clock.js';
import type { ICodec } from '../../../interfaces/codec.js';
import type { ComponentDefinition, IComponent } from '../../../interfaces/component.js';
import { ILoggerSite } from '../../../interfaces/logger.js';
import type { IQueueAdmin, IQueueConsumer, IQueueProducer, IQueueSite } from '../../../interfaces/queue.js';
import { SystemClock } from '../../foundation/clock/system-clock.js';
import { type CodecOption, codecOf, declaredCodec } from '../../foundation/codecs/codec-option.js';
import { guardedLogger } from '../../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../../foundation/logger/process-logger-site.js';
import { parseOptions } from '../../foundation/options/parse-options.js';
import { queueShape } from './queue-options.js';
import { QueueSpace } from './queue-space.js';
import { MemoryQueueStore } from './store/memory/memory-queue-store.js';

const declared = z.strictObject(queueShape).describe('Queues by name, in the memory of this process.');

/** Options of a `MemoryQueueSite` that is constructed in code. */
export interface MemoryQueueSiteOptions extends Omit<z.input<typeof declared>, 'codec'> {
  /** Format of messages. Default: `bytes`. */
  readonly codec?: CodecOption | undefined;
  /** Default: the machine's monotonic clock. */
  readonly clock?: IClock | undefined;
  /** Default: process warnings. */
  readonly loggerSite?: ILoggerSite | undefined;
}

/**
 * Queues in the memory of this process: for tests, and for applications of one process. They keep the promises of queues in
 * Redis, and are gone with the process.
 *
 * @example
 * ```ts
 * const local = new MemoryQueueSite({ codec: 'json', visibility: '10s', backoff: '10ms' });
 * ```
 */
export class MemoryQueueSite implements IQueueSite, IComponent {
  static readonly component: ComponentDefinition<typeof declared, MemoryQueueSite> = {
    options: declared,
    create: (site, { codec, ...options }) =>
      new MemoryQueueSite({
        ...options,
        codec: declaredCodec(site, codec),
        clock: site.queryComponent(IClock),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly #space: QueueSpace;

  constructor({ clock = new SystemClock(), loggerSite, codec, ...options }: MemoryQueueSiteOptions = {}) {
    const named = typeof codec === 'string' ? { ...options, codec } : options;
    const { codec: chosen, ...rules } = parseOptions(declared, 'MemoryQueueSite', named, {
      ports: { codec: typeof codec === 'string' ? undefined : codec },
    });
    const logger = guardedLogger(
      loggerSite ?? new ProcessLoggerSite(clock),
      'inversify-cache.memory-queue-site',
    );
    const store = new MemoryQueueStore(clock, rules);
    this.#space = new QueueSpace({
      ...{ store, clock, logger, rules },
      codec: codecOf(chosen as string | ICodec, 'MemoryQueueSite'),
    });
  }

  getProducer<T = Uint8Array>(queue: string): IQueueProducer<T> {
    return this.#space.getProducer<T>(queue);
  }

  getConsumer<T = Uint8Array>(queue: string): IQueueConsumer<T> {
    return this.#space.getConsumer<T>(queue);
  }

  getAdmin(queue: string): IQueueAdmin {
    return this.#space.getAdmin(queue);
  }

  /** Ends every consumer, within a second, and forgets every message. */
  async close(): Promise<void> {
    await this.#space.close();
  }
}
