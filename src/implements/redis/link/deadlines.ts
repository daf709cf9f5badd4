import type { IClock, ScheduledTask, ScheduleOptions } from '../../../interfaces/clock.js';
import { SLICE } from './slices.js';

/**
 * Time for which the event loop must turn before a call is judged: its command is written by then, and its reply is
 * read.
 */
const GRACE_MS = 25;
const COMPACT_AT = 1024;
/** Duration from which a turn of the event loop is time that its calls have lost. */
const LONG_TURN_MS = 5;

/** A call with a deadline. */
export interface Deadline {
  /** Time of the deadline, on the clock. */
  readonly dueAt: number;
  /** `true` once the call has ended; it is then dropped at the next opportunity. */
  readonly settled: boolean;
  /** Moves the deadline, because the turn that made the call has taken until now: nothing could be sent before. */
  postpone?(now: number): void;
  /** Ends the call: its deadline has passed. */
  expire(): void;
}

/**
 * The deadlines of all calls in flight, on one timer. Calls with the same timeout fall due in the order in which they
 * came, so one list per timeout is a sorted list.
 *
 * An application that blocks its event loop lets deadlines pass before its commands are written and their replies are
 * read. Therefore the time of a call begins at the end of the turn that made it, if that turn is long; and when a
 * deadline is due, the loop gets a moment to turn before any call is judged, and the replies that are waiting by then
 * are read first: a pause of the application is not mistaken for one of the server.
 */
export class Deadlines {
  readonly #clock: IClock;
  readonly #timerOptions: ScheduleOptions;
  readonly #lanes = new Map<number, Lane>();
  #timer: ScheduledTask | undefined;
  #timerDueAt = Number.POSITIVE_INFINITY;
  #judging = false;
  #closed = false;
  /** Calls of this turn of the event loop. */
  #turn: Deadline[] = [];
  #turnBeganAt = 0;
  readonly #onTurnEnd = (): void => {
    const calls = this.#turn;
    this.#turn = [];
    const now = this.#clock.now();
    if (now - this.#turnBeganAt >= LONG_TURN_MS) for (const call of calls) call.postpone?.(now);
  };

  constructor(clock: IClock, timerOptions: ScheduleOptions = {}) {
    this.#clock = clock;
    this.#timerOptions = timerOptions;
  }

  /** Number of calls that are held: those in flight, and a few that have settled. */
  get size(): number {
    let size = 0;
    for (const lane of this.#lanes.values()) size += lane.size;
    return size;
  }

  /** Longest timeout among the calls in flight; 0 when there are none. */
  get longestTimeoutMs(): number {
    let longestMs = 0;
    for (const [timeoutMs, lane] of this.#lanes) {
      if (Math.abs(timeoutMs) > longestMs && lane.first !== undefined) longestMs = Math.abs(timeoutMs);
    }
    return longestMs;
  }

  /**
   * Watches a call until it has settled. `deadline.dueAt` is now plus the timeout; less for a call that has waited for
   * room, and those come in the order of their deadlines as well.
   */
  add(timeoutMs: number, deadline: Deadline): void {
    const lane = this.#lane(timeoutMs);
    const isInOrder = lane.lastDueAt <= deadline.dueAt;
    (isInOrder ? lane : this.#lane(-timeoutMs)).push(deadline);
    if (this.#turn.length === 0) {
      this.#turnBeganAt = deadline.dueAt - timeoutMs;
      setImmediate(this.#onTurnEnd);
    }
    if (isInOrder) this.#turn.push(deadline);
    if (!this.#judging && deadline.dueAt < this.#timerDueAt) this.#arm(deadline.dueAt);
  }

  /** Stops the timer and drops every call, permanently. */
  close(): void {
    this.#closed = true;
    this.#timer?.cancel();
    this.#lanes.clear();
  }

  /** List of the calls with a timeout; by its negative, of those that fall due before others of that list. */
  #lane(timeoutMs: number): Lane {
    let lane = this.#lanes.get(timeoutMs);
    if (lane === undefined) {
      lane = new Lane();
      this.#lanes.set(timeoutMs, lane);
    }
    return lane;
  }

  #arm(dueAt: number): void {
    if (this.#closed) return;
    this.#timer?.cancel();
    this.#timerDueAt = dueAt;
    const delayMs = Math.max(0, dueAt - this.#clock.now());
    this.#timer = this.#clock.schedule(delayMs, () => this.#onTimer(), this.#timerOptions);
  }

  #onTimer(): void {
    this.#judging = true;
    this.#timer = this.#clock.schedule(
      GRACE_MS,
      () => setImmediate(() => this.#judge(this.#clock.now())),
      this.#timerOptions,
    );
  }

  #judge(until: number): void {
    let next = Number.POSITIVE_INFINITY;
    let left = SLICE;
    for (const [timeoutMs, lane] of this.#lanes) {
      left = lane.expireUntil(until, left);
      if (lane.first === undefined) this.#lanes.delete(timeoutMs);
      else next = Math.min(next, lane.first.dueAt);
    }
    if (left === 0 && !this.#closed) {
      setImmediate(() => this.#judge(until));
      return;
    }
    this.#judging = false;
    this.#timerDueAt = Number.POSITIVE_INFINITY;
    if (next < Number.POSITIVE_INFINITY) this.#arm(next);
  }
}

/** Calls with one timeout, in the order of their deadlines. */
class Lane {
  #deadlines: (Deadline | undefined)[] = [];
  #head = 0;
  #lastDueAt = Number.NEGATIVE_INFINITY;

  /** Deadline of the call that came last. */
  get lastDueAt(): number {
    return this.#lastDueAt;
  }

  get size(): number {
    return this.#deadlines.length - this.#head;
  }

  /** First call that has not settled; those before it are dropped. */
  get first(): Deadline | undefined {
    while (this.#deadlines[this.#head]?.settled) this.#forget();
    return this.#deadlines[this.#head];
  }

  /** Replies come in the order of the calls, so dropping settled calls here leaves only those in flight. */
  push(deadline: Deadline): void {
    if (this.first === undefined) {
      this.#deadlines.length = 0;
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#deadlines.length) {
      this.#deadlines = this.#deadlines.slice(this.#head);
      this.#head = 0;
    }
    this.#deadlines.push(deadline);
    this.#lastDueAt = deadline.dueAt;
  }

  /** @returns Number of calls that may still be ended in this turn. */
  expireUntil(now: number, most: number): number {
    let left = most;
    for (let first = this.first; left > 0 && first !== undefined && first.dueAt <= now; first = this.first) {
      this.#forget();
      first.expire();
      left--;
    }
    return left;
  }

  /** A call that has ended holds its reply, which must not live as long as this list. */
  #forget(): void {
    this.#deadlines[this.#head++] = undefined;
  }
}
