import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError, DisposedError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { whenAborted } from '../../foundation/waiting/abort-listeners.js';
import { Wait } from '../../foundation/waiting/wait.js';
import { unlessAborted } from '../../foundation/waiting/within.js';
import { connectionClosed } from '../driver/unreachable.js';
import { Deadlines } from './deadlines.js';
import type { Link, LinkEnd } from './link.js';

/** Idle time after which a link is closed. */
const IDLE_MS = 10_000;

export interface ExclusiveLinksOptions {
  readonly clock: IClock;
  /** Maximum number of links, in use or not. */
  readonly max: number;
  readonly open: (timeoutMs: number, signal: AbortSignal, onEnd: (reason: LinkEnd) => void) => Promise<Link>;
}

/** Limits of one use of a link. */
export interface UseOptions {
  /** Maximum time to wait for a link, including the time to open one. */
  readonly timeoutMs: number;
  /** Maximum time for which the link is used. Default: `timeoutMs`. */
  readonly taskMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** State of the task at the moment of an abort. Default: unknown. */
  readonly outcome?: (() => 'not-sent' | 'unknown') | undefined;
}

/**
 * Dedicated links, used by one caller at a time: for blocking commands and transactions, which would delay other
 * callers or mix with their commands. They are opened on demand, kept for a while, and limited in number.
 */
export class ExclusiveLinks {
  readonly #options: ExclusiveLinksOptions;
  readonly #closing = new AbortController();
  readonly #idle: { readonly link: Link; readonly expiry: ScheduledTask }[] = [];
  readonly #open = new Set<Link>();
  readonly #waiting = new Set<Wait<void>>();
  readonly #deadlines: Deadlines;
  /** Number of links that are open or being opened. */
  #count = 0;
  #reason: LinkEnd = connectionClosed();

  constructor(options: ExclusiveLinksOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, { keepAlive: true });
  }

  /**
   * Runs a task on a dedicated link. After a failure the state of the link is unknown, so it is closed.
   *
   * @throws {ConnectionError} `E_OVERLOADED` when no link becomes free in time; any error of opening one.
   */
  async use<T>(
    { timeoutMs, taskMs = timeoutMs, signal, outcome = () => 'unknown' }: UseOptions,
    task: (link: Link) => Promise<T>,
  ): Promise<T> {
    const giveUpAt = this.#options.clock.now() + timeoutMs;
    if (signal?.aborted) throw abortError(signal, 'not-sent');
    const link = await this.#take(giveUpAt, taskMs, signal);
    try {
      if (signal?.aborted) throw abortError(signal, 'not-sent');
      const result = await unlessAborted(task(link), signal, (by) => {
        throw abortError(by, outcome());
      });
      this.#release(link);
      return result;
    } catch (error) {
      link.end(new DisposedError('the call was abandoned'));
      throw error;
    }
  }

  /** @param reason  Error of the calls in flight. */
  close(reason: LinkEnd = connectionClosed()): void {
    this.#reason = reason;
    this.#closing.abort();
    this.#deadlines.close();
    for (const { expiry } of this.#idle.splice(0)) expiry.cancel();
    for (const link of [...this.#open]) link.end(reason);
    this.#wake(this.#waiting.size);
  }

  async #take(giveUpAt: number, taskMs: number, signal: AbortSignal | undefined): Promise<Link> {
    const { max, clock } = this.#options;
    for (;;) {
      if (this.#closing.signal.aborted) throw this.#reason;
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        idle.expiry.cancel();
        const now = clock.now();
        if (idle.link.isFresh(now) && now + taskMs < idle.link.validUntil) return idle.link;
        // The server may have closed it, or would do so in the middle of the task.
        idle.link.end(new DisposedError('the connection was idle for too long'));
        continue;
      }
      if (this.#count < max) return this.#openOne(Math.max(1, giveUpAt - clock.now()), signal);
      await this.#turn(giveUpAt, signal);
    }
  }

  async #openOne(timeoutMs: number, signal: AbortSignal | undefined): Promise<Link> {
    this.#count++;
    const opening = new AbortController();
    const stop = (): void => opening.abort();
    const signals = [this.#closing.signal, ...(signal ? [signal] : [])];
    const leaves = signals.map((each) => whenAborted(each, stop));
    try {
      const link: Link = await this.#options.open(timeoutMs, opening.signal, () => this.#forget(link));
      this.#open.add(link);
      return link;
    } catch (error) {
      this.#count--;
      this.#wake(1);
      if (signal?.aborted) throw abortError(signal, 'not-sent');
      throw error;
    } finally {
      for (const leave of leaves) leave();
    }
  }

  /** Waits until a link may be free. */
  #turn(giveUpAt: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, max } = this.#options;
    const wait = new Wait<void>();
    const text = `all ${max} dedicated connections (maxConnections) are in use`;
    const expire = (): void => wait.reject(new ConnectionError('E_OVERLOADED', text, 'not-sent'));
    if (giveUpAt <= clock.now()) {
      expire();
      return wait.result;
    }
    const deadline = { dueAt: giveUpAt, settled: false, expire };
    this.#waiting.add(wait);
    wait.onEnd(() => {
      deadline.settled = true;
      this.#waiting.delete(wait);
    });
    wait.onAbort(signal, (by) => {
      throw abortError(by, 'not-sent');
    });
    // A waiter that queues again gets its own list: every list is in the order of its deadlines.
    this.#deadlines.add(giveUpAt - clock.now(), deadline);
    return wait.result;
  }

  #release(link: Link): void {
    if (!this.#open.has(link)) return;
    const expiry = this.#options.clock.schedule(IDLE_MS, () =>
      link.end(new DisposedError('the connection was idle')),
    );
    this.#idle.push({ link, expiry });
    this.#wake(1);
  }

  #forget(link: Link): void {
    this.#open.delete(link);
    this.#count--;
    const at = this.#idle.findIndex((idle) => idle.link === link);
    if (at >= 0) this.#idle.splice(at, 1)[0]?.expiry.cancel();
    this.#wake(1);
  }

  #wake(count: number): void {
    for (const wait of [...this.#waiting].slice(0, count)) wait.resolve();
  }
}
