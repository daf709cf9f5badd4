import { randomBytes } from 'node:crypto';
import type { IClock } from '../../../../interfaces/clock.js';
import { DisposedError, OperationError, type Outcome } from '../../../../interfaces/errors.js';
import { abortError } from '../../../foundation/waiting/abort-error.js';
import { whenAborted } from '../../../foundation/waiting/abort-listeners.js';
import { pause } from '../../../foundation/waiting/pause.js';
import { KeySpace } from '../../../redis/keys/key-space.js';
import type { ListEnd, StoreCall } from '../store/collection-store.js';
import type { RedisKeys } from './redis-keys.js';
import { WAKE_POP } from './scripts.js';

const COMMANDS = { first: 'BLPOP', last: 'BRPOP' } as const;
/** Bytes of the key that wakes one call. */
const ID_BYTES = 12;
/** Life of such a key, which nobody reads when an item came at the same moment. */
const WAKE_LIFE_MS = 10_000;
/** Time for the answer to a call that was woken. */
const GRACE_MS = 50;

/** Makes the error of a call that was stopped. */
type Stop = (outcome: Outcome) => Error;

/**
 * Pops that wait on connections of their own. Closing the connection of one would lose an item that is on its way;
 * so a call that is aborted is woken by a second key, and Redis says which of the two it got.
 */
export class BlockingPops {
  readonly #keys: RedisKeys;
  readonly #space: KeySpace;
  readonly #clock: IClock;
  readonly #waiting = new Map<(stop: Stop) => void, Promise<unknown>>();

  constructor(keys: RedisKeys, prefix: string, clock: IClock) {
    this.#keys = keys;
    this.#space = new KeySpace(prefix);
    this.#clock = clock;
  }

  pop(name: string, end: ListEnd, waitMs: number, { signal }: StoreCall): Promise<Buffer | undefined> {
    const wake = Buffer.concat([this.#space.reserved('wake', name), randomBytes(ID_BYTES)]);
    const link = new AbortController();
    let stopped: Stop | undefined;
    const stop = (why: Stop): void => {
      if (stopped !== undefined) return;
      stopped = why;
      void this.#wake(wake, link);
    };
    const forget =
      signal && whenAborted(signal, () => stop((outcome) => abortError(signal, outcome as 'unknown')));
    const ended = this.#ask(name, end, waitMs, wake, link.signal)
      .catch((error: unknown) => {
        const isOurs = stopped !== undefined && OperationError.is(error) && error.code === 'E_ABORTED';
        throw isOurs ? (stopped as Stop)((error as OperationError).outcome) : error;
      })
      .then((item) => {
        if (item !== undefined || stopped === undefined) return item;
        throw stopped('not-sent');
      })
      .finally(() => {
        forget?.();
        link.abort();
        this.#waiting.delete(stop);
      });
    this.#waiting.set(stop, ended);
    return ended;
  }

  /** Ends every call with a `DisposedError`. */
  async close(): Promise<void> {
    const ending = [...this.#waiting];
    for (const [stop] of ending)
      stop((outcome) => new DisposedError('this RedisCollectionSite is closed', outcome));
    await Promise.allSettled(ending.map(([, ended]) => ended));
  }

  async #ask(
    name: string,
    end: ListEnd,
    waitMs: number,
    wake: Buffer,
    signal: AbortSignal,
  ): Promise<Buffer | undefined> {
    const key = this.#keys.key(name);
    const command = [COMMANDS[end], key, wake, String(waitMs / 1000)];
    const options = { block: waitMs, keys: [key, wake], signal };
    const reply = (await this.#keys.connection.blocking(command, options)) as [Buffer, Buffer] | null;
    return reply === null || reply[0].equals(wake) ? undefined : reply[1];
  }

  /** Wakes a call; closes its connection when that fails, or when the call was not there to be woken. */
  async #wake(wake: Buffer, link: AbortController): Promise<void> {
    try {
      await this.#keys.wake(WAKE_POP, wake, WAKE_LIFE_MS);
      await pause(this.#clock, GRACE_MS, { signal: link.signal, aborted: () => undefined });
    } catch {
      // The connection is closed instead, and the call says so: its outcome is unknown.
    }
    link.abort();
  }
}
