import { randomBytes } from 'node:crypto';
import type { IClock, ScheduledTask } from '../../../../interfaces/clock.js';
import { ConnectionError, OperationError } from '../../../../interfaces/errors.js';
import { within } from '../../../foundation/waiting/within.js';
import { connectionClosed } from '../../../redis/driver/unreachable.js';
import type { Link } from '../../../redis/link/link.js';
import { retryDelayMs } from '../../../redis/link/retry-delay.js';
import type { StreamMaster, StreamMasters } from '../../../redis/streams/stream-source.js';
import { refuseReplica, roleOf } from '../../../redis/topology/role/role.js';
import type { FeedGap } from '../../change-feed.js';
import { StreamBeats } from '../../stream-proofs.js';
import type { StreamNews, StreamWay } from './stream-way.js';

const NONCE_BYTES = 8;
/** Every so many beats a message is sent through the server, because access rules and proxies may hide messages. */
const TEST_EVERY = 10;

/** Hears what happens on the stream of one master. */
export interface MasterStreamListener {
  stands(): void;
  /** The stream has ended, or cannot be trusted any more. */
  ends(cause: FeedGap): void;
  /** Every change that the master made before this time has been heard. */
  proves(provenAt: number): void;
  hears(news: Exclude<StreamNews, { readonly kind: 'nonce' }>): void;
}

export interface MasterStreamOptions {
  readonly master: StreamMaster;
  readonly clock: IClock;
  /** Connection of the master, for its timeouts. */
  readonly source: StreamMasters;
  readonly beatMs: number;
  readonly way: StreamWay;
  readonly listener: MasterStreamListener;
}

/**
 * Stream of the messages of one master, on a link of its own: opened again whenever it ends, and also when a link of the
 * data path was replaced, which may lead to another server now.
 */
export class MasterStream {
  readonly #options: MasterStreamOptions;
  readonly #closing = new AbortController();
  readonly #tests = new Map<string, () => void>();
  /** Ends the current pause. */
  #wake: () => void = () => undefined;
  #standingSince: number | null = null;
  #gap: FeedGap = 'link';
  #tellsRole = true;

  constructor(options: MasterStreamOptions) {
    this.#options = options;
  }

  get master(): StreamMaster {
    return this.#options.master;
  }

  /** Time since which the stream stands; `null` while it does not. */
  get standingSince(): number | null {
    return this.#standingSince;
  }

  /** Opens the stream, and keeps opening it until `close`. Resolves when it stands or the first attempt has failed. */
  open(): Promise<void> {
    return new Promise((resolve) => void this.#keepOpen(resolve));
  }

  close(): void {
    this.#closing.abort();
    this.#wake();
  }

  async #keepOpen(attempted: () => void): Promise<void> {
    for (let failures = 1; !this.#closed; failures++) {
      if (await this.#follow(attempted)) failures = 0;
      attempted();
      await this.#pause(retryDelayMs(failures + 1));
    }
  }

  /** Opens the stream once and follows it to its end. @returns `true` when it stood. */
  async #follow(stands: () => void): Promise<boolean> {
    const { master, clock, listener, way } = this.#options;
    const { connectTimeoutMs, commandTimeoutMs } = this.#options.source;
    const data = master.sharedLinks;
    const isReplaced = (): boolean => master.sharedLinks.some((link, index) => link !== data[index]);
    let link: Link | undefined;
    this.#gap = 'link';
    try {
      const hear = (news: StreamNews | undefined): void => this.#hear(link, news);
      link = await way.open(master, connectTimeoutMs, this.#closing.signal, () => this.#wake(), hear);
      // Asked first: a server without RESP3 tells nothing to a subscriber, except that it is there.
      await this.#prove(link);
      await way.listen(link, commandTimeoutMs, hear);
      await way.markNow(master, link, commandTimeoutMs);
      await this.#test();
      if (isReplaced() || link.hasEnded || this.#closed) return false;
      this.#standingSince = clock.now();
      listener.stands();
      stands();
      const beats = new StreamBeats(way.lags);
      for (let count = 1; !isReplaced() && !link.hasEnded && !this.#closed; count++) {
        await this.#beat(link, beats, isReplaced);
        if (count % TEST_EVERY === 0) await this.#testAgain();
        if (!link.hasEnded) await this.#pause(this.#options.beatMs);
      }
      return true;
    } catch {
      return this.#standingSince !== null;
    } finally {
      link?.end(connectionClosed());
      if (this.#standingSince !== null) {
        this.#standingSince = null;
        if (!this.#closed) listener.ends(this.#gap);
      }
    }
  }

  #hear(link: Link | undefined, news: StreamNews | undefined): void {
    if (this.#closed || link?.hasEnded) return;
    if (news === undefined) {
      this.#gap = 'message';
      link?.end(connectionClosed());
    } else if (news.kind === 'nonce') {
      this.#tests.get(news.nonce)?.();
    } else {
      this.#options.listener.hears(news);
    }
  }

  /** Proves with one question what was made before it was sent. A question without an answer proves nothing. */
  async #beat(link: Link, beats: StreamBeats, isReplaced: () => boolean): Promise<void> {
    const { clock, listener, master, way, source } = this.#options;
    beats.sent(clock.now());
    let isIntact: boolean;
    try {
      await this.#prove(link);
      isIntact = await way.isIntact(master, link, source.commandTimeoutMs);
    } catch (error) {
      if (OperationError.is(error) && error.code === 'E_OPERATION_TIMEOUT') return;
      throw error;
    }
    const provenAt = beats.answered();
    if (link.hasEnded || this.#closed) return;
    if (!isIntact) listener.hears({ kind: 'all' });
    if (provenAt === undefined || isReplaced()) return;
    listener.proves(provenAt);
  }

  /** Asks the server whether it is a master; one that does not tell this user has to answer a PING. */
  async #prove(link: Link): Promise<void> {
    const { commandTimeoutMs, roleBy } = this.#options.source;
    if (this.#tellsRole) {
      const role = await roleOf(link, commandTimeoutMs, roleBy);
      refuseReplica(role);
      if (role !== undefined) return;
      this.#tellsRole = false;
    }
    await link.ping(commandTimeoutMs);
  }

  /** A message that could not be sent says nothing about the stream. */
  async #testAgain(): Promise<void> {
    try {
      await this.#test();
    } catch (error) {
      if (this.#gap === 'message') throw error;
    }
  }

  /** Sends a message by the data path, and waits for it on the stream. @throws when it does not arrive. */
  async #test(): Promise<void> {
    const { master, clock, way } = this.#options;
    const { commandTimeoutMs } = this.#options.source;
    const nonce = randomBytes(NONCE_BYTES).toString('hex');
    const arrived = new Promise<void>((resolve) => this.#tests.set(nonce, resolve));
    const late = (): never => {
      this.#gap = 'message';
      throw new ConnectionError('E_CONNECTION_LOST', 'a message to ourselves did not arrive', 'unknown');
    };
    try {
      if (!(await way.test(master, nonce, commandTimeoutMs))) return;
      const ends = { late, signal: this.#closing.signal, aborted: () => undefined };
      await within(clock, commandTimeoutMs, arrived, ends);
    } finally {
      this.#tests.delete(nonce);
    }
  }

  /** Waits, without keeping the process alive, unless the link ends. */
  #pause(ms: number): Promise<void> {
    if (this.#closed) return Promise.resolve();
    return new Promise((resolve) => {
      const timer: ScheduledTask = this.#options.clock.schedule(ms, () => this.#wake());
      this.#wake = () => {
        this.#wake = () => undefined;
        timer.cancel();
        resolve();
      };
    });
  }

  get #closed(): boolean {
    return this.#closing.signal.aborted;
  }
}
