import type { History } from './history.js';

/** Positions of the newest changes by name. */
class Orders {
  readonly #orders = new Map<string, number>();

  of(name: string): number {
    return this.#orders.get(name) ?? 0;
  }

  raise(name: string, order: number): void {
    this.#orders.set(name, Math.max(order, this.of(name)));
  }
}

/** A read when it was called. */
export interface Invocation {
  readonly process: string;
  readonly at: number;
  /** Newest changes of each name that its process had seen, and those that it had made itself. */
  readonly seen: ReadonlyMap<string, number>;
  readonly made: ReadonlyMap<string, number>;
  /** Newest changes of each name when its process called a removal of it that has ended, in whatever way. */
  readonly removed: ReadonlyMap<string, number>;
  /** `false` when the bound does not hold, because its machine has just been suspended. */
  readonly isBounded: boolean;
}

/** Judges answers by the true history. */
export class Checker {
  readonly #history: History;
  readonly #boundMs: number;
  readonly #seen = new Map<string, Orders>();
  readonly #made = new Map<string, Orders>();
  readonly #removed = new Map<string, Orders>();
  readonly violations: string[] = [];
  #failedOverAt = Number.NEGATIVE_INFINITY;

  constructor(history: History, boundMs: number) {
    this.#history = history;
    this.#boundMs = boundMs;
  }

  invoke(process: string, at: number, isBounded: boolean): Invocation {
    const of = (orders: Orders) => new Map(NAMES.map((name) => [name, orders.of(name)]));
    const [seen, made] = [ordersOf(this.#seen, process), ordersOf(this.#made, process)];
    const removed = of(ordersOf(this.#removed, process));
    return { process, at, isBounded, seen: of(seen), made: of(made), removed };
  }

  /**
   * Judges a value that a read has returned; `null` is always allowed.
   *
   * @param apart  `true` for a token that came with an entry: keys have no common order, so other reads do not matter.
   */
  read(
    { process, at, seen, made, removed, isBounded }: Invocation,
    name: string,
    value: string | null,
    apart = false,
  ): void {
    if (value === null) return;
    const held = this.#history.held(name, value);
    if (held === undefined) {
      this.violations.push(`${process} read a value of ${name} that was never stored`);
      return;
    }
    const began = this.#history.began(name, value);
    if (began <= (removed.get(name) ?? 0)) {
      this.violations.push(`${process} read a value of ${name} from before a removal that it had called`);
    }
    if (!isBounded) return;
    if (held.until <= at - this.#boundMs) {
      this.violations.push(
        `${process} read a value of ${name} at ${at} that ended at ${held.until}, ${at - held.until} ms before`,
      );
    }
    // A failover forgets what was acknowledged: copies from before it are served within the bound.
    const known = (apart ? made : seen).get(name) ?? 0;
    if (held.order <= known && at - this.#boundMs > this.#failedOverAt) {
      this.violations.push(`${process} read a value of ${name} that is older than what it had seen`);
    }
    if (!apart) ordersOf(this.#seen, process).raise(name, began);
  }

  /** A master has forgotten its last changes. */
  failedOver(at: number): void {
    this.#failedOverAt = at;
  }

  /** A change by a process was acknowledged; it was made at this position of the order. */
  acknowledged(process: string, name: string, order: number): void {
    ordersOf(this.#made, process).raise(name, order);
    ordersOf(this.#seen, process).raise(name, order);
  }

  /** A removal by a process has ended, perhaps without an answer: what was there when it was called is hidden. */
  removed(process: string, name: string, calledAt: number): void {
    ordersOf(this.#removed, process).raise(name, calledAt);
  }

  /** Judges a read at the end, when everything is well again: all processes are to agree. */
  converged(process: string, name: string, value: string | null): void {
    const current = this.#history.current(name);
    if (value !== current)
      this.violations.push(
        `${process} has another value of ${name} at the end: ${value} instead of ${current}`,
      );
  }
}

function ordersOf(all: Map<string, Orders>, process: string): Orders {
  const known = all.get(process) ?? new Orders();
  all.set(process, known);
  return known;
}

export const KEYS = ['a', 'b', 'c'] as const;
export const GENERATIONS = ['g', 's'] as const;
const NAMES: readonly string[] = [...KEYS, ...GENERATIONS.map((name) => `generation ${name}`)];
