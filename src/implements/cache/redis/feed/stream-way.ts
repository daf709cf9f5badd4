import type { Link } from '../../../redis/link/link.js';
import type { StreamMaster } from '../../../redis/streams/stream-source.js';

/** News of one master: a change, or the return of something that was sent to be returned. */
export type StreamNews =
  | { readonly kind: 'keys' | 'generations'; readonly names: readonly string[]; readonly own: boolean }
  | { readonly kind: 'all' }
  | { readonly kind: 'nonce'; readonly nonce: string };

/** Hears news; `undefined` for some that are not understood. */
export type HearNews = (news: StreamNews | undefined) => void;

/** Way in which a server tells of changes. */
export interface StreamWay {
  /** `true` when an answer may precede the news of changes that were made before it. */
  readonly lags: boolean;
  /** Opens a link that hears of changes once `listen` has succeeded. */
  open(
    master: StreamMaster,
    timeoutMs: number,
    signal: AbortSignal,
    onEnd: () => void,
    hear: HearNews,
  ): Promise<Link>;
  listen(link: Link, timeoutMs: number, hear: HearNews): Promise<void>;
  /** Notes that the key space is as it is now. Called before the stream stands. */
  markNow(master: StreamMaster, link: Link, timeoutMs: number): Promise<void>;
  /**
   * Asks on the stream whether the key space was emptied by somebody who did not tell.
   *
   * @returns `false` when it may have been, since `markNow` or the last such answer.
   */
  isIntact(master: StreamMaster, link: Link, timeoutMs: number): Promise<boolean>;
  /** Makes the server tell of a nonce. @returns `false` when there is no way to do so now. */
  test(master: StreamMaster, nonce: string, timeoutMs: number): Promise<boolean>;
}
