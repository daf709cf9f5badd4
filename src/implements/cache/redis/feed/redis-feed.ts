import type { StreamMasters } from '../../../redis/streams/stream-source.js';
import type { AnnouncingStore, ChangeFeed, ChangeFeedOptions, ChangeFeedStatus } from '../../change-feed.js';
import { StreamProofs } from '../../stream-proofs.js';
import type { Announcer } from '../announcing/announcer.js';
import type { ChangeMessage } from '../announcing/change-message.js';
import { MasterStream } from './master-stream.js';

export interface RedisFeedOptions extends ChangeFeedOptions {
  readonly store: AnnouncingStore;
  readonly announcer: Announcer;
  readonly prefix: string;
  readonly sharded: boolean;
  /** Masters of the connection, as they are now. */
  readonly masters: () => StreamMasters;
}

/** Feed of the changes of a key space in Redis: messages of all masters, over a stream from each of them. */
export class RedisFeed implements ChangeFeed {
  readonly store: AnnouncingStore;
  readonly #options: RedisFeedOptions;
  readonly #proofs: StreamProofs;
  readonly #streams = new Map<string, MasterStream>();
  #closed = false;

  constructor(options: RedisFeedOptions) {
    this.store = options.store;
    this.#options = options;
    this.#proofs = new StreamProofs(options.listener);
  }

  async open(): Promise<void> {
    const source = this.#options.masters();
    this.#proofs.need(source.masters.map(({ name }) => name));
    await Promise.all(source.masters.map((master) => this.#follow(master, source)));
  }

  async close(): Promise<void> {
    this.#closed = true;
    for (const stream of this.#streams.values()) stream.close();
  }

  status(): ChangeFeedStatus {
    const masters = [...this.#streams].map(([name, { standingSince }]) => ({ name, standingSince }));
    return { masters };
  }

  #follow(master: StreamMasters['masters'][number], source: StreamMasters): Promise<void> {
    const { clock, beatMs, prefix, sharded } = this.#options;
    const { connectTimeoutMs, commandTimeoutMs, db } = source;
    const { name } = master;
    const stream = new MasterStream({
      master,
      clock,
      beatMs,
      prefix,
      connectTimeoutMs,
      commandTimeoutMs,
      db: sharded ? undefined : db,
      listener: {
        stands: () => this.#proofs.stand(name),
        ends: (cause) => this.#proofs.end(name, cause),
        proves: (sentAt) => this.#proofs.prove(name, sentAt),
        hears: (message) => this.#hear(message),
      },
    });
    this.#streams.set(name, stream);
    return stream.open();
  }

  #hear(message: ChangeMessage): void {
    if (this.#closed) return;
    const { listener, announcer } = this.#options;
    const { kind, names } = message;
    if (kind === 'keys' || kind === 'generations') listener.onChange(kind, names, announcer.isOwn(message));
    else listener.onEverything();
  }
}
