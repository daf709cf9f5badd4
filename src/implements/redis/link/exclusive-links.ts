import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import { ConnectionError, DisposedError } from '../../../interfaces/errors.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { Wait } from '../../foundation/waiting/wait.js';
import { unlessAborted } from '../../foundation/waiting/within.js';
import { Deadlines } from './deadlines.js';
import type { Link, LinkEnd } from './link.js';

/** A link that nobody uses is closed after this. */
const IDLE_MS = 10_000;

export interface ExclusiveLinksOptions {
  readonly clock: IClock;
  /** Links at most, in use or not. */
  readonly max: number;
  readonly open: (timeoutMs: number, signal: AbortSignal, onEnd: (reason: LinkEnd) => void) => Promise<Link>;
}

/** How long a caller takes part, and until when. */
export interface UseOptions {
  /** Bound on waiting for a link, opening it included. */
  readonly timeoutMs: number;
  readonly signal?: AbortSignal | undefined;
  /** What became of the task when it is aborted. Default: unknown. */
  readonly outcome?: (() => 'not-sent' | 'unknown') | undefined;
}

/**
 * Links that one caller at a time has for itself: for what would keep others waiting, or get mixed up with theirs.
 * Opened when they are needed, kept for a while, never more than so many.
 */
export class ExclusiveLinks {
  readonly #options: ExclusiveLinksOptions;
  readonly #closing = new AbortController();
  readonly #idle: { readonly link: Link; readonly expiry: ScheduledTask }[] = [];
  readonly #open = new Set<Link>();
  readonly #waiting = new Set<Wait<void>>();
  readonly #deadlines: Deadlines;
  /** Links that are open or being opened. */
  #count = 0;
  #reason: LinkEnd = new DisposedError('the connection was closed');

  constructor(options: ExclusiveLinksOptions) {
    this.#options = options;
    this.#deadlines = new Deadlines(options.clock, { keepAlive: true });
  }

  /**
   * Runs a task on a link of its own. What a task that failed has left behind on the link nobody knows, so it is closed.
   *
   * @throws {ConnectionError} `E_OVERLOADED` when no link was free in time; what opening one throws.
   */
  async use<T>(
    { timeoutMs, signal, outcome = () => 'unknown' }: UseOptions,
    task: (link: Link) => Promise<T>,
  ): Promise<T> {
    const giveUpAt = this.#options.clock.now() + timeoutMs;
    if (signal?.aborted) throw abortError(signal, 'not-sent');
    const link = await this.#take(giveUpAt, signal);
    try {
      if (signal?.aborted) throw abortError(signal, 'not-sent');
      const result = await unlessAborted(task(link), signal, (by) => {
        throw abortError(by, outcome());
      });
      this.#release(link);
      return result;
    } catch (error) {
      link.end(new DisposedError('the call was given up'));
      throw error;
    }
  }

  /** @param reason  Why calls in flight fail. */
  close(reason: LinkEnd = new DisposedError('the connection was closed')): void {
    this.#reason = reason;
    this.#closing.abort();
    this.#deadlines.close();
    for (const { expiry } of this.#idle.splice(0)) expiry.cancel();
    for (const link of [...this.#open]) link.end(reason);
    this.#wake(this.#waiting.size);
  }

  async #take(giveUpAt: number, signal: AbortSignal | undefined): Promise<Link> {
    const { max, clock } = this.#options;
    for (;;) {
      if (this.#closing.signal.aborted) throw this.#reason;
      const idle = this.#idle.pop();
      if (idle !== undefined) {
        idle.expiry.cancel();
        return idle.link;
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
    for (const each of signals) each.addEventListener('abort', stop, { once: true });
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
      for (const each of signals) each.removeEventListener('abort', stop);
    }
  }

  /** Waits until a link may be free. */
  #turn(giveUpAt: number, signal: AbortSignal | undefined): Promise<void> {
    const { clock, max } = this.#options;
    const wait = new Wait<void>();
    const text = `all ${max} connections for such calls (maxConnections) are in use`;
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
    // A list of its own for each waiter that comes a second time: lists are in the order of their deadlines.
    this.#deadlines.add(giveUpAt - clock.now(), deadline);
    return wait.result;
  }

  #release(link: Link): void {
    if (!this.#open.has(link)) return;
    const expiry = this.#options.clock.schedule(IDLE_MS, () =>
      link.end(new DisposedError('nobody needs the connection')),
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
