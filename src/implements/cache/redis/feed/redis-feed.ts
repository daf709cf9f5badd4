import type { ScheduledTask } from '../../../../interfaces/clock.js';
import type { StreamMaster, StreamMasters } from '../../../redis/streams/stream-source.js';
import type { AnnouncingStore, ChangeFeed, ChangeFeedOptions, ChangeFeedStatus } from '../../change-feed.js';
import { StreamProofs } from '../../stream-proofs.js';
import { MasterStream, type MasterStreamListener } from './master-stream.js';
import type { StreamWay } from './stream-way.js';

export interface RedisFeedOptions extends ChangeFeedOptions {
  readonly store: AnnouncingStore;
  /** Way of one stream. */
  readonly way: () => StreamWay;
  /** Masters of the connection, as they are now. */
  readonly masters: () => StreamMasters;
  readonly sharded: boolean;
}

/** Feed of the changes of a key space in Redis: messages of all masters, over a stream from each of them. */
export class RedisFeed implements ChangeFeed {
  readonly store: AnnouncingStore;
  readonly #options: RedisFeedOptions;
  readonly #proofs: StreamProofs;
  readonly #streams = new Map<string, MasterStream>();
  #revision: number | undefined;
  #timer: ScheduledTask | undefined;
  #closed = false;

  constructor(options: RedisFeedOptions) {
    this.store = options.store;
    this.#options = options;
    this.#proofs = new StreamProofs(options.listener);
  }

  async open(): Promise<void> {
    // Nothing is proven on a cluster before its map is.
    if (this.#options.sharded) this.#proofs.proveMap(Number.NEGATIVE_INFINITY);
    const attempts = this.#look();
    if (this.#options.sharded) void this.#watchMap();
    await Promise.all(attempts);
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#timer?.cancel();
    for (const stream of this.#streams.values()) stream.close();
  }

  status(): ChangeFeedStatus {
    const masters = [...this.#streams].map(([name, { standingSince }]) => ({ name, standingSince }));
    return { masters };
  }

  /** Proves at intervals that the masters which are followed are those of the cluster. */
  async #watchMap(): Promise<void> {
    const { clock, beatMs, masters } = this.#options;
    const sentAt = clock.now();
    const isConfirmed = await masters().slots?.confirm();
    if (this.#closed) return;
    this.#look();
    if (isConfirmed) this.#proofs.proveMap(sentAt);
    this.#timer = clock.schedule(beatMs, () => void this.#watchMap());
  }

  /** Follows the masters of now. @returns First attempts of new streams. */
  #look(): Promise<void>[] {
    const source = this.#options.masters();
    const { masters, slots } = source;
    const isMoved = this.#revision !== slots?.revision;
    this.#revision = slots?.revision;
    for (const [name, stream] of this.#streams) {
      if (masters.includes(stream.master)) continue;
      stream.close();
      this.#streams.delete(name);
      // Another node may have its name.
      this.#proofs.end(name, 'map');
    }
    this.#proofs.need(masters.map(({ name }) => name));
    if (isMoved) this.#proofs.remap();
    return masters
      .filter(({ name }) => !this.#streams.has(name))
      .map((master) => this.#follow(master, source));
  }

  #follow(master: StreamMaster, source: StreamMasters): Promise<void> {
    const { clock, beatMs, way } = this.#options;
    const { name } = master;
    const stream = new MasterStream({
      master,
      clock,
      beatMs,
      source,
      way: way(),
      listener: {
        stands: () => this.#proofs.stand(name),
        ends: (cause) => this.#proofs.end(name, cause),
        proves: (provenAt) => this.#proofs.prove(name, provenAt),
        hears: (news) => this.#hear(news),
      },
    });
    this.#streams.set(name, stream);
    return stream.open();
  }

  #hear(news: Parameters<MasterStreamListener['hears']>[0]): void {
    const { listener } = this.#options;
    if (news.kind === 'all') listener.onEverything();
    else listener.onChange(news.kind, news.names, news.own);
  }
}
