import { randomBytes, randomInt } from 'node:crypto';
import { DisposedError, OperationError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { bounded } from '../../foundation/waiting/bounded.js';
import { pause } from '../../foundation/waiting/pause.js';
import { Wait } from '../../foundation/waiting/wait.js';
import { isWorthAnother } from '../worth-another.js';
import { HeldLock, type LockPorts } from './holding/held-lock.js';
import type { MutexCall } from './mutex-calls.js';
import type { LockAnswer } from './store/lock-store.js';
import type { Withdrawals } from './withdrawals.js';

const TOKEN_BYTES = 16;
/** Maximum pause between two looks of a waiter, by which it also proves that it is alive. */
const LOOK_MS = 400;
/** Minimum pause of the first waiter, who looks again when the lease of the holder ends. */
const MIN_LOOK_MS = 50;
const JITTER_MS = 20;
/** Pause before a request is repeated whose answer was lost. */
const AGAIN_MS = 50;
/** Time beyond `wait` for an answer that is on its way. */
const GRACE_MS = 30;

const LATE = Symbol('late');

/** One call that acquires a lock: a first attempt, then a place in the queue. */
export class Acquisition {
  readonly #ports: LockPorts;
  readonly #withdrawals: Withdrawals;
  readonly #name: string;
  readonly #call: MutexCall;
  readonly #ticket: string;
  readonly #wait = new Wait<HeldLock | undefined>();
  #token = randomBytes(TOKEN_BYTES).toString('hex');
  /** `true` when the ticket may be in the queue. */
  #isQueued = false;
  /** `true` when a request of the token was not answered, and may still be executed. */
  #mayRunLater = false;
  #isInFlight = false;
  /** Time since which the store has not answered. */
  #silentSince: number | undefined;
  #wasAnswered = false;
  /** `true` when the caller has its error. */
  #isOver = false;
  #isWoken = false;
  #sleep: Wait<void> | undefined;

  constructor(
    ports: LockPorts,
    withdrawals: Withdrawals,
    { name, ticket }: { readonly name: string; readonly ticket: string },
    call: MutexCall,
  ) {
    this.#ports = ports;
    this.#withdrawals = withdrawals;
    this.#name = name;
    this.#ticket = ticket;
    this.#call = call;
  }

  /** @returns `undefined` when the lock was not free in time. */
  async run(): Promise<HeldLock | undefined> {
    const { store, clock, isClosed } = this.#ports;
    const { signal } = this.#call;
    if (signal?.aborted) throw abortError(signal, 'not-sent');
    const ignore = this.#call.waitMs > 0 ? store.listen(this.#ticket, () => this.#onWake()) : undefined;
    const work = this.#attempts();
    const wait = this.#wait;
    wait.until(work);
    wait.onAbort(signal, (by) => {
      throw abortError(by, this.#isInFlight ? 'unknown' : 'not-sent');
    });
    try {
      return await wait.result;
    } catch (error) {
      this.#isOver = true;
      // Granted in the same moment: nobody would release it.
      work.then((lock) => lock?.release()).catch(() => undefined);
      const givenUp = this.#giveUp();
      if (!signal?.aborted && !isClosed() && this.#silentSince === undefined)
        await bounded(clock, GRACE_MS, givenUp);
      throw error;
    } finally {
      ignore?.();
      this.#sleep?.resolve();
    }
  }

  /** Ends the call because its site is closed. */
  close(): void {
    this.#wait.reject(new DisposedError('this mutex site is closed'));
  }

  async #attempts(): Promise<HeldLock | undefined> {
    const { clock, store } = this.#ports;
    const { waitMs } = this.#call;
    const giveUpAt = clock.now() + waitMs;
    while (!this.#isOver) {
      this.#isWoken = false;
      const sentAt = clock.now();
      const answer = await this.#attempt(giveUpAt);
      if (answer === undefined) continue; // Not answered, and repeated.
      if (answer === LATE) break;
      if (answer.granted) {
        const lock = await this.#granted(answer.fence, sentAt);
        if (lock !== undefined) return lock;
      }
      if (clock.now() >= giveUpAt) break;
      if (!this.#isQueued) {
        // Subscribed before the first ticket: otherwise the wake-up could come before its listener.
        await bounded(clock, giveUpAt - clock.now(), store.attend());
        this.#isQueued = true;
      } else if (!answer.granted) {
        await this.#rest(answer, giveUpAt - clock.now());
        if (clock.now() >= giveUpAt) break;
      }
    }
    if (this.#isQueued || this.#isInFlight || this.#mayRunLater)
      await bounded(clock, GRACE_MS, this.#giveUp());
    return undefined;
  }

  /** Makes one request. @returns `undefined` when it was not answered and may be repeated. */
  async #attempt(giveUpAt: number): Promise<LockAnswer | typeof LATE | undefined> {
    const { store, clock } = this.#ports;
    const { expireMs, signal, waitMs } = this.#call;
    // A process that already hears its wake-ups queues with the first request.
    if (waitMs > 0 && store.hears) this.#isQueued = true;
    const request = {
      name: this.#name,
      token: this.#token,
      expireMs,
      ticket: this.#isQueued ? this.#ticket : undefined,
      minReplicas: 0,
    };
    const sentAt = clock.now();
    const silentMs = this.#silentSince === undefined ? 0 : sentAt - this.#silentSince;
    const timeoutMs = silentMs === 0 ? undefined : Math.max(1, store.patienceMs - silentMs);
    this.#isInFlight = true;
    const work = store.acquire(request, { timeoutMs, signal });
    try {
      const answer = await this.#untilLate(work, giveUpAt);
      if (answer === LATE) return LATE;
      this.#isInFlight = false;
      this.#silentSince = undefined;
      this.#wasAnswered = true;
      return answer;
    } catch (error) {
      this.#isInFlight = false;
      const isUnknown = (error as Partial<OperationError>).outcome === 'unknown';
      this.#mayRunLater ||= isUnknown;
      this.#silentSince ??= sentAt;
      const isOver = clock.now() + AGAIN_MS >= this.#silentSince + store.patienceMs;
      const mayRepeat = isWorthAnother(error) && (this.#mayRunLater || this.#wasAnswered);
      if (!mayRepeat || isOver || signal?.aborted) throw error;
      await pause(clock, AGAIN_MS);
      return undefined;
    }
  }

  /** An answer that has been late for a while counts as busy, once the store has proved that it answers. */
  #untilLate(work: Promise<LockAnswer>, giveUpAt: number): Promise<LockAnswer | typeof LATE> {
    if (!this.#wasAnswered || this.#silentSince !== undefined) return work;
    const wait = new Wait<LockAnswer | typeof LATE>();
    const { clock } = this.#ports;
    wait.until(work);
    wait.after(clock, Math.max(0, giveUpAt - clock.now()) + GRACE_MS, () => LATE);
    return wait.result;
  }

  /** Makes a lock of a grant, unless its lease is over already. */
  async #granted(fence: number, sentAt: number): Promise<HeldLock | undefined> {
    const { clock, store } = this.#ports;
    const { minReplicas, expireMs } = this.#call;
    this.#isQueued = false;
    let from = sentAt;
    if (minReplicas > 0) {
      from = clock.now();
      this.#isInFlight = true; // Until it is confirmed, whatever happens takes it back.
      const request = { name: this.#name, token: this.#token, expireMs, minReplicas };
      const isOurs = await store.extend(request, {});
      this.#isInFlight = false;
      if (!isOurs) return this.#tooLate();
    }
    const grant = {
      name: this.#name,
      token: this.#token,
      fence,
      sentAt: from,
      mayRunLater: this.#mayRunLater,
    };
    const lock = new HeldLock(this.#ports, this.#call, grant);
    return lock.held ? lock : this.#tooLate();
  }

  /** Gives back what came too late. @throws {OperationError} when there is no time for another attempt. */
  async #tooLate(): Promise<undefined> {
    const [name, token, mayRunLater] = [this.#name, this.#token, this.#mayRunLater];
    void this.#withdrawals.withdraw({ name, token, ticket: undefined, mayRunLater });
    this.#token = randomBytes(TOKEN_BYTES).toString('hex');
    this.#mayRunLater = false;
    if (this.#call.waitMs > 0) return undefined;
    const text = 'the lock was granted, but the answer came after its lease; choose a longer expire';
    throw new OperationError('E_OPERATION_TIMEOUT', text, 'unknown');
  }

  /** Leaves the queue, and gives back a lock that may have been granted. Settles when the store has confirmed it. */
  async #giveUp(): Promise<void> {
    const mayRunLater = this.#isInFlight || this.#mayRunLater;
    if (!mayRunLater && !this.#isQueued) return;
    const ticket = this.#isQueued ? this.#ticket : undefined;
    this.#isQueued = false;
    await this.#withdrawals.withdraw({ name: this.#name, token: this.#token, ticket, mayRunLater });
  }

  #onWake(): void {
    this.#isWoken = true;
    this.#sleep?.resolve();
  }

  /** Rests until it is woken, or it is time to look again. */
  #rest({ remainingMs, isFirst }: LockAnswer & { granted: false }, leftMs: number): Promise<void> {
    if (this.#isWoken) return Promise.resolve();
    const lookMs = isFirst ? Math.max(MIN_LOOK_MS, remainingMs + randomInt(JITTER_MS)) : LOOK_MS;
    const sleep = new Wait<void>();
    this.#sleep = sleep;
    sleep.after(this.#ports.clock, Math.min(lookMs, LOOK_MS, leftMs), () => undefined);
    return sleep.result;
  }
}
