import type { ICache } from '../../interfaces/cache.js';
import type { IClock } from '../../interfaces/clock.js';
import type { Duration } from '../../interfaces/duration.js';
import { ArgumentError, ConnectionError, OperationError } from '../../interfaces/errors.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { requireDurationMs } from '../foundation/options/duration.js';

/**
 * A fault of a store. `refuse`: the call is not sent. `lose-answer`: the call is done, and its answer is lost. `hang`: it
 * is done when `heal` is called. `delay`: it is done later.
 */
export type FaultKind = 'refuse' | 'lose-answer' | 'hang' | 'delay';

/** A fault, and the calls that have it. */
export interface Fault {
  readonly fault: FaultKind;
  /** Name of the method, such as `getValue` or `invalidate`. Default: every method. */
  readonly on?: string | undefined;
  /** Number of such calls that succeed before it. Default: 0. */
  readonly after?: number | undefined;
  /** Number of calls that have it. Default: all until `heal`. */
  readonly times?: number | undefined;
  /** Fraction of those calls that have it, chosen by `seed`. Default: all of them. */
  readonly chance?: number | undefined;
  /** Time by which a call is late. Requires `fault: delay`. */
  readonly delay?: Duration | undefined;
}

/** Faults of a store. */
export interface FaultPlan {
  readonly faults: readonly Fault[];
  /** Number from which `chance` is decided: the same one gives the same faults. Default: 1. */
  readonly seed?: number | undefined;
  /** Clock of `delay`. Default: the monotonic clock of the machine. */
  readonly clock?: IClock | undefined;
}

/** Control over the faults of a store. */
export interface FaultControl {
  /** Number of calls that had a fault. */
  readonly faultCount: number;
  /** Replaces the plan. */
  plan(plan: FaultPlan): void;
  /** Ends all faults, and lets calls that hang go on. */
  heal(): void;
}

/** The type of `FaultyStore`: the store that it was given, with faults. */
export interface FaultyStoreClass {
  new <S extends ICache>(store: S, plan?: FaultPlan | readonly Fault[]): S & FaultControl;
}

type Call = () => unknown;

/** Decides on the faults of calls. */
class Faults {
  #plan: FaultPlan = { faults: [] };
  #calls = new Map<Fault, number>();
  #random = 1;
  #waiting: (() => void)[] = [];
  #clock: IClock = new SystemClock();
  #count = 0;

  get count(): number {
    return this.#count;
  }

  plan(plan: FaultPlan): void {
    for (const { fault, delay, chance = 1 } of plan.faults) {
      if ((fault === 'delay') !== (delay !== undefined)) {
        throw new ArgumentError('FaultyStore: delay requires fault: delay, and fault: delay requires it');
      }
      if (!(chance >= 0 && chance <= 1)) {
        throw new ArgumentError('FaultyStore: expected a chance from 0 to 1, got another number');
      }
    }
    this.#plan = plan;
    this.#calls = new Map();
    this.#random = (plan.seed ?? 1) >>> 0;
    this.#clock = plan.clock ?? new SystemClock();
  }

  heal(): void {
    this.#plan = { faults: [] };
    for (const go of this.#waiting.splice(0)) go();
  }

  /** Makes a call, with the first fault of the plan that it has. */
  async call(name: string, call: Call): Promise<unknown> {
    const fault = this.#plan.faults.find((one) => this.#has(one, name));
    if (fault === undefined) return call();
    this.#count += 1;
    switch (fault.fault) {
      case 'refuse':
        throw new ConnectionError('E_CONNECTION_LOST', `FaultyStore.${name}: a planned refusal`, 'not-sent');
      case 'lose-answer':
        await call();
        throw new OperationError(
          'E_OPERATION_TIMEOUT',
          `FaultyStore.${name}: a planned loss of the answer`,
          'unknown',
        );
      case 'hang':
        await new Promise<void>((go) => this.#waiting.push(go));
        return call();
      case 'delay':
        await new Promise<void>((go) => {
          this.#clock.schedule(requireDurationMs(fault.delay), go);
        });
        return call();
    }
  }

  #has(fault: Fault, name: string): boolean {
    const { on, after = 0, times = Number.POSITIVE_INFINITY, chance = 1 } = fault;
    if (on !== undefined && on !== name) return false;
    const nth = this.#calls.get(fault) ?? 0;
    this.#calls.set(fault, nth + 1);
    return nth >= after && nth < after + times && (chance === 1 || this.#next() < chance);
  }

  /** Next number of a sequence from the seed, from 0 to 1 (mulberry32). */
  #next(): number {
    this.#random = (this.#random + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(this.#random ^ (this.#random >>> 15), this.#random | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }
}

const UNHARMED = new Set(['constructor', 'close', 'start', 'on', 'health']);

/** Iterates after a call that may have a fault. */
async function* iterated(faults: Faults, name: string, call: Call): AsyncGenerator<unknown> {
  yield* (await faults.call(name, call)) as AsyncIterable<unknown>;
}

function storeWithFaults(store: ICache, plan: FaultPlan | readonly Fault[]): object {
  const faults = new Faults();
  faults.plan('faults' in plan ? plan : { faults: plan });
  const control: FaultControl = {
    get faultCount() {
      return faults.count;
    },
    plan: (next) => faults.plan(next),
    heal: () => faults.heal(),
  };
  const methods = new Map<string | symbol, unknown>();
  return new Proxy(store, {
    get: (target, name) => {
      if (name in control) return control[name as keyof FaultControl];
      const known = methods.get(name);
      if (known !== undefined) return known;
      const member: unknown = Reflect.get(target, name, target);
      if (typeof member !== 'function') return member;
      const call = (...args: unknown[]): unknown => member.apply(target, args);
      const faulty = (...args: unknown[]): unknown => {
        const run = (): unknown => call(...args);
        return name === 'keys' ? iterated(faults, 'keys', run) : faults.call(String(name), run);
      };
      const method = typeof name === 'symbol' || UNHARMED.has(name) ? call : faulty;
      methods.set(name, method);
      return method;
    },
  });
}

/**
 * A store that fails as planned, around any `ICache` and the `IFencedStore` that it may be as well.
 *
 * @example
 * ```ts
 * const faulty = new FaultyStore(new MemoryCache({ clock }), [{ on: 'read', fault: 'refuse', times: 1 }]);
 * ```
 */
export const FaultyStore: FaultyStoreClass = class {
  constructor(store: ICache, plan: FaultPlan | readonly Fault[] = []) {
    // biome-ignore lint/correctness/noConstructorReturn: the store itself, with faults, whatever ports it has.
    return storeWithFaults(store, plan);
  }
} as unknown as FaultyStoreClass;
