import type { IClock } from '../../../../interfaces/clock.js';
import type { Duration } from '../../../../interfaces/duration.js';
import type { ILogger } from '../../../../interfaces/logger.js';
import type { MutexLock } from '../../../../interfaces/mutex.js';
import { requireDurationMs } from '../../../foundation/options/duration.js';
import { pause } from '../../../foundation/waiting/pause.js';
import { Lease } from '../../lease.js';
import { LeaseExtension } from '../../lease-extension.js';
import { isWorthAnother } from '../../worth-another.js';
import type { MutexCall } from '../mutex-calls.js';
import type { LockCall, LockStore } from '../store/lock-store.js';

/** Pause before a call is repeated whose answer was lost. */
const AGAIN_MS = 20;
const LOSS = 'the lock is lost: its lease has ended, or is no longer ours; stop, and acquire it again';

/** Surroundings of holds and waits. */
export interface LockPorts {
  readonly store: LockStore;
  readonly clock: IClock;
  readonly logger: ILogger;
  /** `true` once the site is closed. */
  readonly isClosed: () => boolean;
}

/** A hold as it was granted. */
export interface Grant {
  readonly name: string;
  readonly token: string;
  readonly fence: number;
  /** Time before the request was sent. */
  readonly sentAt: number;
  /** `true` when another request of this token may still be executed. */
  readonly mayRunLater: boolean;
}

/** A lock that was granted to us. */
export class HeldLock implements MutexLock {
  readonly name: string;
  readonly token: string;
  readonly fence: number;
  readonly #ports: LockPorts;
  readonly #call: MutexCall;
  readonly #lease: Lease;
  readonly #extension: LeaseExtension | undefined;
  readonly #mayRunLater: boolean;
  #releasing: Promise<boolean> | undefined;

  constructor(ports: LockPorts, call: MutexCall, { name, token, fence, sentAt, mayRunLater }: Grant) {
    this.name = name;
    this.token = token;
    this.fence = fence;
    this.#ports = ports;
    this.#call = call;
    this.#mayRunLater = mayRunLater;
    const { clock } = ports;
    const { expireMs, autoExtend, maxHoldMs } = call;
    this.#lease = new Lease(clock, { sentAt, expireMs, lossText: LOSS });
    if (!autoExtend) return;
    const endsAt = clock.now() + maxHoldMs;
    const isHeld = (): boolean => this.held && !ports.isClosed();
    const extend = (lifeMs: number, timeoutMs: number): Promise<boolean> =>
      this.#extend(lifeMs, { timeoutMs: Math.min(timeoutMs, ports.store.patienceMs) }).then(
        () => true,
        () => false,
      );
    this.#extension = new LeaseExtension({ clock, expireMs, endsAt, isHeld, extend }, sentAt);
  }

  get held(): boolean {
    return this.#releasing === undefined && this.#lease.lasts;
  }

  /** `true` after the lock was lost, and not given back. */
  get isLost(): boolean {
    return this.#lease.isLost;
  }

  /** `true` after its holder has given it back. */
  get isReleased(): boolean {
    return this.#releasing !== undefined;
  }

  get remainingMs(): number {
    return this.held ? this.#lease.remainingMs : 0;
  }

  get signal(): AbortSignal {
    return this.#lease.signal;
  }

  async extend(expire?: Duration): Promise<boolean> {
    const lifeMs = expire === undefined ? this.#call.expireMs : requireDurationMs(expire);
    if (!this.held) return false;
    return this.#repeatedly((call) => this.#extend(lifeMs, call));
  }

  async release(): Promise<boolean> {
    const before = this.#releasing;
    const releasing = before === undefined ? this.#release() : this.#releaseAgain(before);
    this.#releasing = releasing;
    // Ended by the call itself: nothing may be extended or count as held while the release is on its way.
    this.#extension?.stop();
    this.#lease.end();
    return releasing;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#releasing !== undefined) return;
    await this.release().catch((error: unknown) => this.reportFailedRelease(error));
  }

  /** Logs a release that failed, where its error cannot be thrown. */
  reportFailedRelease(error: unknown): void {
    const text = 'a lock was not released; it is free when its lease ends';
    this.#ports.logger.warning(text, {}, error);
  }

  /** Extends the lease once. */
  async #extend(lifeMs: number, call: LockCall): Promise<boolean> {
    const { store, clock } = this.#ports;
    const { name, token } = this;
    const { minReplicas } = this.#call;
    const sentAt = clock.now();
    const isOurs = await store.extend({ name, token, expireMs: lifeMs, minReplicas }, call);
    if (this.#releasing !== undefined) return false;
    if (isOurs) this.#lease.extend(sentAt, lifeMs);
    else this.#lease.lose();
    return this.held;
  }

  async #releaseAgain(before: Promise<boolean>): Promise<boolean> {
    try {
      await before;
    } catch {
      return this.#release();
    }
    return false;
  }

  async #release(): Promise<boolean> {
    const { name, token } = this;
    const lasted = this.#lease.lasts;
    let isFirst = true;
    let isLost = false;
    return this.#repeatedly(async (call) => {
      const isRepeated = !isFirst && isLost;
      isFirst = false;
      isLost = true;
      const release = { name, token, ticket: undefined, mayRunLater: this.#mayRunLater };
      const wasOurs = await this.#ports.store.release(release, call);
      // Our own first attempt may have released it, and only its answer was lost.
      return wasOurs || (isRepeated && lasted);
    });
  }

  /** Repeats a call whose answer was lost, until the store counts as unreachable. */
  async #repeatedly(step: (call: LockCall) => Promise<boolean>): Promise<boolean> {
    const { store, clock } = this.#ports;
    const giveUpAt = clock.now() + store.patienceMs;
    for (let call: LockCall = {}; ; ) {
      try {
        return await step(call);
      } catch (error) {
        if (!isWorthAnother(error) || clock.now() + AGAIN_MS >= giveUpAt) throw error;
        await pause(clock, AGAIN_MS);
        call = { timeoutMs: Math.max(1, giveUpAt - clock.now()) };
      }
    }
  }
}
