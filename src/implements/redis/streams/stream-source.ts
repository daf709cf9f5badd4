import type { RedisReply, RedisWord } from '../../../interfaces/redis-command.js';
import type { Link, LinkEnd } from '../link/link.js';

/** Key of the way to links that are only for streams, offered by our own connections. */
export const streamSource: unique symbol = Symbol('inversify-cache.stream-source');

/** A connection whose masters can be followed one by one. */
export interface StreamSource {
  readonly [streamSource]: StreamMasters;
}

/** Masters of a connection, as far as they are known, and what a stream from each of them needs. */
export interface StreamMasters {
  /** Number of the database. */
  readonly db: number;
  readonly connectTimeoutMs: number;
  readonly commandTimeoutMs: number;
  /** Command by which servers tell their role to the users of the documented access rules. */
  readonly roleBy: 'ROLE' | 'INFO';
  readonly masters: readonly StreamMaster[];
  /** Assignment of slots to masters, on a cluster. */
  readonly slots: SlotWatch | undefined;
}

/** Assignment of the slots of a cluster to its masters, as it is known here. */
export interface SlotWatch {
  /** Changes with the assignment. */
  readonly revision: number;
  /** Slots of a master, by its name. */
  slotsOf(master: string): readonly number[];
  /** Asks a node for the assignment after this call. @returns `false` when no node has answered. */
  confirm(): Promise<boolean>;
}

/** One master: the data path to it, and links beside that path. */
export interface StreamMaster {
  readonly name: string;
  /** `true` while the data path takes calls. */
  readonly passes: boolean;
  /**
   * Links of the data path. Once one of them is another than before, they may lead to another server than a stream that
   * was opened earlier.
   */
  readonly sharedLinks: readonly (Link | undefined)[];
  /** Runs a command on the data path. */
  run(words: readonly RedisWord[], timeoutMs: number): Promise<RedisReply>;
  /**
   * Opens one more link, which the caller ends.
   *
   * @param onInvalidated  Called with each key that the server invalidates on this link; `null` for all keys.
   */
  open(
    timeoutMs: number,
    signal: AbortSignal,
    onEnd: (reason: LinkEnd) => void,
    onInvalidated?: (key: Buffer | null) => void,
  ): Promise<Link>;
}
