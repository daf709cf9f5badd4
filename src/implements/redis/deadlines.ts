import type { IClock, ScheduledTask } from '../../interfaces/clock.js';

/** A timer that fires this much too late says that the application blocked its event loop. */
const LATE_MS = 10;
/** What a blocked loop is then given to write the commands and read the replies that are waiting. */
const GRACE_MS = 30;
const COMPACT_AT = 1024;

/** A call that has a deadline. */
export interface Deadline {
  /** When it is due, on the clock. */
  readonly dueAt: number;
  /** Whether the call has ended; it is then only waiting to be forgotten. */
  readonly settled: boolean;
  /** The deadline has passed. */
  expire(): void;
}

/**
 * The deadlines of all calls in flight, on one timer: calls with the same timeout fall due in the order in which they
 * came, so a list for each timeout is a sorted list.
 *
 * A deadline is judged only after the replies that are waiting have been read. When the timer itself comes late the
 * application has blocked its event loop, and the calls get a moment in which the loop turns, so that its own pause is
 * not taken for one of the server.
 */
export class Deadlines {
  readonly #clock: IClock;
  readonly #lanes = new Map<number, Lane>();
  #timer: ScheduledTask | undefined;
  #timerDueAt = Number.POSITIVE_INFINITY;
  #judging = false;

  constructor(clock: IClock) {
    this.#clock = clock;
  }

  /** Calls that are remembered; those in flight, and few that have settled. */
  get size(): number {
    let size = 0;
    for (const lane of this.#lanes.values()) size += lane.size;
    return size;
  }

  /** Watches a call until it has settled. `deadline.dueAt` is now plus the timeout. */
  add(timeoutMs: number, deadline: Deadline): void {
    let lane = this.#lanes.get(timeoutMs);
    if (lane === undefined) {
      lane = new Lane();
      this.#lanes.set(timeoutMs, lane);
    }
    lane.push(deadline);
    if (!this.#judging && deadline.dueAt < this.#timerDueAt) this.#arm(deadline.dueAt);
  }

  /** Stops the timer and forgets every call. */
  close(): void {
    this.#timer?.cancel();
    this.#timerDueAt = Number.POSITIVE_INFINITY;
    this.#lanes.clear();
  }

  #arm(dueAt: number): void {
    this.#timer?.cancel();
    this.#timerDueAt = dueAt;
    this.#timer = this.#clock.schedule(Math.max(0, dueAt - this.#clock.now()), () => this.#onTimer());
  }

  #onTimer(): void {
    this.#judging = true;
    const now = this.#clock.now();
    if (now - this.#timerDueAt > LATE_MS) {
      this.#timer = this.#clock.schedule(GRACE_MS, () => setImmediate(() => this.#judge(this.#clock.now())));
    } else {
      setImmediate(() => this.#judge(now));
    }
  }

  #judge(now: number): void {
    let next = Number.POSITIVE_INFINITY;
    for (const [timeoutMs, lane] of this.#lanes) {
      lane.expireUntil(now);
      if (lane.first === undefined) this.#lanes.delete(timeoutMs);
      else next = Math.min(next, lane.first.dueAt);
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

  get size(): number {
    return this.#deadlines.length - this.#head;
  }

  /** The first one that has not settled; those before it are forgotten. */
  get first(): Deadline | undefined {
    while (this.#deadlines[this.#head]?.settled) this.#forget();
    return this.#deadlines[this.#head];
  }

  /** Replies come in the order of the calls, so forgetting the settled ones here keeps only what is in flight. */
  push(deadline: Deadline): void {
    if (this.first === undefined) {
      this.#deadlines.length = 0;
      this.#head = 0;
    } else if (this.#head >= COMPACT_AT && this.#head * 2 >= this.#deadlines.length) {
      this.#deadlines = this.#deadlines.slice(this.#head);
      this.#head = 0;
    }
    this.#deadlines.push(deadline);
  }

  expireUntil(now: number): void {
    for (let first = this.first; first !== undefined && first.dueAt <= now; first = this.first) {
      this.#forget();
      first.expire();
    }
  }

  /** A call that has ended holds its answer, which must not live as long as this list. */
  #forget(): void {
    this.#deadlines[this.#head++] = undefined;
  }
}
