import type { IClock } from '../../interfaces/clock.js';
import type { CacheStore } from './cache-store.js';

/** Key of a feed of changes, offered by built-in caches whose server can tell of them. */
export const changeFeed: unique symbol = Symbol('inversify-cache.change-feed');

/** Way in which copies in memory learn of changes: messages of the writers, or pushes of the server. */
export type FeedKind = 'bus' | 'tracking';

/** A cache whose changes can be followed. */
export interface ChangeFeedSource {
  /**
   * Creates a feed, and opens nothing.
   *
   * @throws {ArgumentError} when this cache cannot offer a feed of that kind, with the remedy.
   */
  [changeFeed](kind: FeedKind, options: ChangeFeedOptions): ChangeFeed;
}

export interface ChangeFeedOptions {
  /** Interval of beats, each of which can move the proof. */
  readonly beatMs: number;
  /** Clock of the caller: proofs are times of this clock. */
  readonly clock: IClock;
  readonly listener: ChangeListener;
}

/** Feed of the changes of a store, over a stream of its own from each master. */
export interface ChangeFeed {
  /** Way to change the store such that all feeds hear of it. */
  readonly store: AnnouncingStore;
  /**
   * Opens the streams, and keeps opening those that end, until `close`. Settles when all of them stand, or when the
   * first attempt has failed; never rejects.
   */
  open(): Promise<void>;
  /** Ends the streams; the listener is not called any more. */
  close(): Promise<void>;
  status(): ChangeFeedStatus;
}

export interface ChangeFeedStatus {
  /** Masters whose streams are needed. */
  readonly masters: readonly {
    /** Text for people, such as an address. */
    readonly name: string;
    /** Time since which the stream stands; `null` while it does not. */
    readonly standingSince: number | null;
  }[];
}

/**
 * Changes of a store. Each rejects as `CacheStore` does, and is announced in the same step in which it happens: what
 * was refused is not announced, and what runs late, because its caller stopped waiting, is announced then.
 */
export interface AnnouncingStore
  extends Pick<
    CacheStore,
    | 'setValue'
    | 'setValues'
    | 'deleteValue'
    | 'deleteValues'
    | 'setExpiry'
    | 'clear'
    | 'write'
    | 'invalidate'
    | 'advance'
  > {
  /** Reads from the masters only; announces entries whose life `extend` has shortened. */
  read: CacheStore['read'];
}

/**
 * Hears of changes, in the order in which each master made them. Called outside of any call of the feed, and must not
 * throw.
 */
export interface ChangeListener {
  /**
   * Messages may be missing from now on, until `onStanding`. Called once for each incident, before anything else that
   * the feed hears after it, and again for each incident before the streams stand again.
   */
  onGap(cause: FeedGap): void;
  /** The streams of all masters stand, each after a self-test: whatever a master changes from now on will be heard. */
  onStanding(): void;
  /**
   * Every change that any master made before this time has been heard, on streams that have not ended since: the least
   * of the times of all masters. On a cluster it is no later than the request for the map of its slots. Called only
   * while the streams stand; only what this process sent and a server answered moves it.
   */
  onProof(sentAt: number): void;
  /**
   * Entries (values, lives) or generations have changed.
   *
   * @param own  `true` when the change was made through the store of this feed, by a call that has not yet ended with
   *   an unknown outcome. A change that ran after its caller had stopped waiting is not its own any more. Pushes of a
   *   server do not tell whose they are: never `true` for them.
   */
  onChange(kind: 'keys' | 'generations', names: readonly string[], own: boolean): void;
  /** The whole key space was emptied: all copies are dead. */
  onEverything(): void;
}

/**
 * Reason of a gap: a stream ended or was replaced (`link`), the masters or their slots changed (`map`), a message was
 * not understood or is missing (`message`).
 */
export type FeedGap = 'link' | 'map' | 'message';
