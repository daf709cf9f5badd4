import type { IClock } from '../../../interfaces/clock.js';
import { OperationError } from '../../../interfaces/errors.js';
import type { CacheKey } from '../../../interfaces/typed-cache.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { within } from '../../foundation/waiting/within.js';
import type { Policy, Terms } from './policy.js';

/** Divisor of the time budget of a call: each store step gets one share, the rest is left for the load. */
const STEP_SHARE = 4;

/** Parts of a request. */
export interface RequestOptions {
  readonly key: CacheKey;
  readonly name: string;
  readonly terms: Terms;
  readonly forceFresh: boolean;
  readonly signal: AbortSignal | undefined;
  readonly began: number;
  readonly endsAtMs: number;
  readonly clock: IClock;
}

/** One key of a call in progress, with the only deadline of the call and the signal of its caller. */
export class Request {
  readonly key: CacheKey;
  /** Name of the key's entry in the store. */
  readonly name: string;
  readonly terms: Terms;
  readonly forceFresh: boolean;
  readonly signal: AbortSignal | undefined;
  /** Position of the call in the order of calls. */
  readonly began: number;
  /** Deadline of the whole call; `Infinity` for none. */
  readonly endsAtMs: number;
  readonly clock: IClock;

  constructor({ key, name, terms, forceFresh, signal, began, endsAtMs, clock }: RequestOptions) {
    this.key = key;
    this.name = name;
    this.terms = terms;
    this.forceFresh = forceFresh;
    this.signal = signal;
    this.began = began;
    this.endsAtMs = endsAtMs;
    this.clock = clock;
  }

  get policy(): Policy {
    return this.terms.policy;
  }

  /** Tags of the call, without duplicates. */
  get tags(): readonly string[] {
    return this.terms.tags;
  }

  /** Names of the generations of the tags of the call. */
  get generations(): readonly string[] {
    return this.terms.generations;
  }

  /** `true` when the call loads, whatever is stored. */
  get isForced(): boolean {
    return this.forceFresh || !this.policy.mode.gives;
  }

  get isAborted(): boolean {
    return this.signal?.aborted === true;
  }

  /** @throws {OperationError} `E_ABORTED` when the caller has aborted. */
  checkNotAborted(): void {
    if (this.isAborted) throw abortError(this.signal);
  }

  /** Maximum duration of one step: its share of the budget, and not beyond the deadline. */
  get stepMs(): number {
    const shareMs = this.policy.hardTimeoutMs / STEP_SHARE;
    return shareMs === Number.POSITIVE_INFINITY ? shareMs : Math.min(shareMs, this.leftMs);
  }

  /** Time until the deadline, at least 0. */
  get leftMs(): number {
    const { endsAtMs } = this;
    return endsAtMs === Number.POSITIVE_INFINITY ? endsAtMs : Math.max(0, endsAtMs - this.clock.now());
  }

  /**
   * Waits for one step of the call.
   *
   * @throws {OperationError} `E_OPERATION_TIMEOUT`, `E_ABORTED`.
   */
  step<V>(promise: Promise<V>): Promise<V> {
    return this.#within(this.stepMs, promise);
  }

  /** Waits for the last step, which may take all the time that is left. @throws as `step`. */
  lastStep<V>(promise: Promise<V>): Promise<V> {
    return this.#within(this.leftMs, promise);
  }

  /** The same request without its caller: a load continues after the caller that began it has aborted or timed out. */
  unattended(): Request {
    if (this.signal === undefined && this.endsAtMs === Number.POSITIVE_INFINITY) return this;
    return new Request({ ...this, signal: undefined, endsAtMs: Number.POSITIVE_INFINITY });
  }

  #within<V>(ms: number, promise: Promise<V>): Promise<V> {
    return within(this.clock, ms, promise, { late, signal: this.signal });
  }
}

function late(): never {
  throw new OperationError('E_OPERATION_TIMEOUT', 'the store did not answer before the deadline', 'unknown');
}
