import type { IClock } from '../../../interfaces/clock.js';
import { ArgumentError, DisposedError } from '../../../interfaces/errors.js';
import type { CacheKey } from '../../../interfaces/typed-cache.js';
import { describe } from '../../foundation/describe.js';
import type { CallOrder } from './call-order.js';
import type { OptionResolver } from './option-resolver.js';
import type { Policy, Terms } from './policy.js';
import { Request } from './request.js';

/** Names of entries in the store. */
export interface EntryNames {
  /** @throws {ArgumentError} for an invalid key. */
  entry(key: unknown): string;
}

/** Start of every call: resolves its options, names its keys, sets its deadline and its place in the order of calls. */
export class Calls {
  readonly #resolver: OptionResolver;
  readonly #names: EntryNames;
  readonly #clock: IClock;
  readonly #order: CallOrder;
  #closed = false;

  constructor(resolver: OptionResolver, names: EntryNames, clock: IClock, order: CallOrder) {
    this.#resolver = resolver;
    this.#names = names;
    this.#clock = clock;
    this.#order = order;
  }

  /** Begins a call for one key. @throws {ArgumentError} {DisposedError} */
  begin(key: CacheKey, options: object | undefined): Request {
    const { terms, forceFresh, signal } = this.#resolver.of(options);
    return new Request({
      key,
      name: this.entryName(key),
      terms,
      forceFresh,
      signal,
      began: this.#order.next(),
      endsAtMs: this.#endsAtMs(terms.policy),
      clock: this.#clock,
    });
  }

  /** A call for several keys: one request per key, in their order, with one deadline. @throws as `begin`. */
  beginMany(keys: readonly CacheKey[], options: object | undefined): Request[] {
    const { terms, forceFresh, signal } = this.#resolver.of(options);
    const names = this.entryNames(keys);
    const began = this.#order.next();
    const endsAtMs = this.#endsAtMs(terms.policy);
    const clock = this.#clock;
    return keys.map((key, index) => {
      const name = names[index] as string;
      return new Request({ key, name, terms, forceFresh, signal, began, endsAtMs, clock });
    });
  }

  /** Terms of a call without deadline: it only writes. @throws {ArgumentError} for invalid options. */
  terms(options: object | undefined): Terms {
    return this.#resolver.of(options).terms;
  }

  /** Name of a key's entry. @throws {DisposedError} {ArgumentError} */
  entryName(key: unknown): string {
    this.checkOpen();
    return this.#names.entry(key);
  }

  /** Names of the entries of an array of keys, in its order. @throws {DisposedError} {ArgumentError} */
  entryNames(keys: readonly CacheKey[]): string[] {
    this.checkOpen();
    if (!Array.isArray(keys)) throw new ArgumentError(`expected an array of keys, got ${describe(keys)}`);
    return keys.map((key) => this.entryName(key));
  }

  /** `true` when calls are refused. */
  get closed(): boolean {
    return this.#closed;
  }

  /** @throws {DisposedError} */
  checkOpen(): void {
    if (this.#closed) throw new DisposedError('this TypedCache is closed');
  }

  /** Refuses calls from now on. @returns `false` when they were refused already. */
  close(): boolean {
    if (this.#closed) return false;
    this.#closed = true;
    return true;
  }

  #endsAtMs({ hardTimeoutMs }: Policy): number {
    return hardTimeoutMs === Number.POSITIVE_INFINITY ? hardTimeoutMs : this.#clock.now() + hardTimeoutMs;
  }
}
