import type { IClock } from '../../../interfaces/clock.js';
import type { ICodec } from '../../../interfaces/codec.js';
import type { ILogger } from '../../../interfaces/logger.js';
import type { QueueRules } from './queue-options.js';
import type { QueueStore } from './store/queue-store.js';

/** Something that ends with its site. */
export interface Ending {
  /** Ends it, within the time. Never rejects. */
  end(withinMs: number): Promise<void>;
}

/** Surroundings of producers and consumers. */
export interface QueuePorts {
  readonly store: QueueStore;
  readonly clock: IClock;
  readonly logger: ILogger;
  readonly codec: ICodec;
  readonly rules: QueueRules;
  /** Everything that ends with the site. */
  readonly running: Set<Ending>;
  /** Returns a name that no other consumer has. */
  nextConsumer(): string;
  /** @throws {DisposedError} once the site is to be closed. */
  readonly checkOpen: () => void;
  /** @throws {DisposedError} once the last handlers have had their time, too. */
  readonly checkUsable: () => void;
}
