import type { IClock, ScheduledTask } from '../../../interfaces/clock.js';
import type { Algorithm } from './algorithms/algorithm.js';
import { algorithmOf } from './algorithms/algorithm-of.js';
import type { Limit } from './limits.js';
import type { Standing } from './standing.js';

const US_PER_MS = 1000;
/** Interval at which keys whose windows are over are forgotten. */
const SWEEP_MS = 5000;
/** Maximum number of keys that one call, or one turn of the event loop, forgets. */
const SWEEP_STEP = 500;

/** Answer to one call: what each limit says, and the remaining block of the key. */
export interface Answer {
  readonly standings: readonly Standing[];
  readonly blockedMs: number;
}

/** Everything that is known about one key. */
interface Subject {
  readonly states: readonly unknown[];
  /** Moment from which the states are empty. */
  readonly untilUs: number;
  readonly blockedUntilMs: number;
}

/**
 * Counts of keys in the memory of this process, of at most a number of keys: beyond it, the key that was charged
 * longest ago is forgotten. One timer for all of them, which does not keep the process alive.
 */
export class Counts {
  readonly #algorithms: readonly Algorithm<unknown>[];
  readonly #maxKeys: number;
  readonly #clock: IClock;
  /** In the order of their last charge or block. */
  readonly #subjects = new Map<string, Subject>();
  #sweep: ScheduledTask | undefined;

  constructor(limits: readonly Limit[], maxKeys: number, clock: IClock) {
    this.#algorithms = limits.map(algorithmOf);
    this.#maxKeys = maxKeys;
    this.#clock = clock;
  }

  /** Number of keys that are remembered. */
  get size(): number {
    return this.#subjects.size;
  }

  /** @param blockForMs  Block of a key that a limit denies; 0 for none. */
  consume(key: string, cost: number, blockForMs: number): Answer {
    const answer = this.#decide(key, cost);
    if (answer.blockedMs > 0) return answer;
    if (answer.charged !== undefined) {
      const { charged, standings } = answer;
      const untilUs = this.#nowUs() + Math.max(...standings.map(({ resetUs }) => resetUs));
      this.#remember(key, { states: charged, untilUs, blockedUntilMs: 0 });
      return answer;
    }
    if (blockForMs === 0) return answer;
    this.block(key, blockForMs);
    return { ...answer, blockedMs: blockForMs };
  }

  peek(key: string, cost: number, blockForMs: number): Answer {
    const answer = this.#decide(key, cost);
    const isDenied = answer.charged === undefined && answer.blockedMs === 0;
    return isDenied && blockForMs > 0 ? { ...answer, blockedMs: blockForMs } : answer;
  }

  block(key: string, ms: number): void {
    const { states = this.#algorithms.map(({ empty }) => empty), untilUs = 0 } =
      this.#subjects.get(key) ?? {};
    this.#remember(key, { states, untilUs, blockedUntilMs: this.#clock.now() + ms });
  }

  /** @returns `true` when something was charged to the key, or it was blocked. */
  reset(key: string): boolean {
    const subject = this.#subjects.get(key);
    return subject !== undefined && this.#subjects.delete(key) && !this.#isOver(subject);
  }

  close(): void {
    this.#sweep?.cancel();
    this.#subjects.clear();
  }

  #decide(key: string, cost: number): Answer & { readonly charged: readonly unknown[] | undefined } {
    const now = this.#nowUs();
    const subject = this.#subjects.get(key);
    const blockedMs = subject === undefined ? 0 : Math.max(0, subject.blockedUntilMs - this.#clock.now());
    const before = this.#algorithms.map(({ empty }, index) => subject?.states[index] ?? empty);
    const after = this.#algorithms.map((algorithm, index) => algorithm.charge(before[index], now, cost));
    const isCharged = blockedMs === 0 && after.every((state) => state !== undefined);
    const states = isCharged ? after : before;
    const standings = this.#algorithms.map((algorithm, index): Standing => {
      const allowed = after[index] !== undefined;
      return {
        allowed,
        remaining: algorithm.remaining(states[index], now),
        resetUs: algorithm.resetUs(states[index], now),
        retryUs: allowed ? 0 : algorithm.retryUs(before[index], now, cost),
      };
    });
    return { standings, blockedMs: Math.ceil(blockedMs), charged: isCharged ? after : undefined };
  }

  #remember(key: string, subject: Subject): void {
    this.#subjects.delete(key);
    this.#subjects.set(key, subject);
    if (this.#subjects.size > this.#maxKeys) {
      const [oldest] = this.#subjects.keys();
      if (oldest !== undefined) this.#subjects.delete(oldest);
    }
    this.#sweep ??= this.#clock.schedule(SWEEP_MS, () => this.#forget());
  }

  /** Forgets the oldest keys whose windows are over. */
  #forget(): void {
    this.#sweep = undefined;
    let step = 0;
    for (const [key, subject] of this.#subjects) {
      if (step === SWEEP_STEP || !this.#isOver(subject)) break;
      this.#subjects.delete(key);
      step++;
    }
    if (this.#subjects.size === 0) return;
    this.#sweep = this.#clock.schedule(step === SWEEP_STEP ? 0 : SWEEP_MS, () => this.#forget());
  }

  #isOver({ untilUs, blockedUntilMs }: Subject): boolean {
    return untilUs <= this.#nowUs() && blockedUntilMs <= this.#clock.now();
  }

  #nowUs(): number {
    return Math.floor(this.#clock.now() * US_PER_MS);
  }
}
