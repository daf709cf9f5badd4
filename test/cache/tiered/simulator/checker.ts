import type { History } from './history.js';

/** What a process has seen: it may read nothing older. */
class Seen {
  readonly #orders = new Map<string, number>();

  order(name: string): number {
    return this.#orders.get(name) ?? 0;
  }

  raise(name: string, order: number): void {
    this.#orders.set(name, Math.max(order, this.order(name)));
  }
}

/** A read when it was called. */
export interface Invocation {
  readonly process: string;
  readonly at: number;
  /** What its process had seen of a name by then. */
  readonly seen: (name: string) => number;
  /** `false` when the bound does not hold, because its machine has just been suspended. */
  readonly isBounded: boolean;
}

/** Judges answers by the true history. */
export class Checker {
  readonly #history: History;
  readonly #boundMs: number;
  readonly #seen = new Map<string, Seen>();
  readonly violations: string[] = [];
  #failedOverAt = Number.NEGATIVE_INFINITY;

  constructor(history: History, boundMs: number) {
    this.#history = history;
    this.#boundMs = boundMs;
  }

  invoke(process: string, at: number, isBounded: boolean): Invocation {
    const seen = this.#seenBy(process);
    const before = new Map<string, number>();
    // Seen orders only grow: they are read now, for every name that there is.
    for (const name of NAMES) before.set(name, seen.order(name));
    return { process, at, isBounded, seen: (name) => before.get(name) ?? 0 };
  }

  /** Judges a value that a read has returned. @param seq  Text of the value; `null` is always allowed. */
  read({ process, at, seen, isBounded }: Invocation, name: string, value: string | null): void {
    if (value === null) return;
    const held = this.#history.held(name, value);
    if (held === undefined) {
      this.violations.push(`${process} read a value of ${name} that was never stored`);
      return;
    }
    if (!isBounded) return;
    if (held.until <= at - this.#boundMs) {
      this.violations.push(
        `${process} read a value of ${name} at ${at} that ended at ${held.until}, ${at - held.until} ms before`,
      );
    }
    // A failover forgets what was acknowledged: copies from before it are served within the bound.
    if (held.order <= seen(name) && at - this.#boundMs > this.#failedOverAt) {
      this.violations.push(`${process} read a value of ${name} that is older than what it had seen`);
    }
    this.#seenBy(process).raise(name, this.#history.began(name, value));
  }

  /** A master has forgotten its last changes. */
  failedOver(at: number): void {
    this.#failedOverAt = at;
  }

  /** A change by a process was acknowledged; it was made at this position of the order. */
  acknowledged(process: string, name: string, order: number): void {
    this.#seenBy(process).raise(name, order);
  }

  /** Judges a read at the end, when everything is well again: all processes are to agree. */
  converged(process: string, name: string, value: string | null): void {
    const current = this.#history.current(name);
    if (value !== current)
      this.violations.push(
        `${process} has another value of ${name} at the end: ${value} instead of ${current}`,
      );
  }

  #seenBy(process: string): Seen {
    const seen = this.#seen.get(process) ?? new Seen();
    this.#seen.set(process, seen);
    return seen;
  }
}

export const KEYS = ['a', 'b', 'c'] as const;
export const GENERATIONS = ['g', 's'] as const;
const NAMES: readonly string[] = [...KEYS, ...GENERATIONS.map((name) => `generation ${name}`)];
