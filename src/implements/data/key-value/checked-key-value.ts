import type { Duration } from '../../../interfaces/duration.js';
import { ArgumentError, DisposedError } from '../../../interfaces/errors.js';
import type {
  IKeyValue,
  KeyLife,
  KeyValueCallOptions,
  KeyValueEntry,
  KeyValueIncrementOptions,
  KeyValueInput,
  KeyValueSetOptions,
  KeyValueWriteOptions,
} from '../../../interfaces/key-value.js';
import { checkKey } from '../../foundation/arguments/key.js';
import { checkPattern } from '../../foundation/arguments/pattern.js';
import { valueBytes } from '../../foundation/arguments/value.js';
import { plainJsonCodec } from '../../foundation/codecs/plain-json-codec.js';
import { describe } from '../../foundation/describe.js';
import { eachOnce } from '../../foundation/each-once.js';
import { requireDurationMs } from '../../foundation/options/duration.js';
import { abortError } from '../../foundation/waiting/abort-error.js';
import { amount, incrementOf, listedKeys, setOf, signalOf, storable, textOf, writesOf } from './requests.js';
import type { StorableValue, ValueStore } from './value-store.js';

/** Values by key over a store: checks every call before the store sees it, and converts text and JSON. */
export class CheckedKeyValue implements IKeyValue {
  readonly #store: ValueStore;
  readonly #component: string;
  readonly #maxValueBytes: number;
  #isClosed = false;

  /** @param component  Name of the class, for messages. */
  constructor(store: ValueStore, component: string, maxValueBytes: number) {
    this.#store = store;
    this.#component = component;
    this.#maxValueBytes = maxValueBytes;
  }

  /** Avoids `async`, which would cost a hit one more promise. */
  get(key: string, options?: KeyValueCallOptions): Promise<Uint8Array | undefined> {
    try {
      checkKey(key);
      return this.#store.get(key, this.#begin(options));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async getText(key: string, options?: KeyValueCallOptions): Promise<string | undefined> {
    const bytes = await this.get(key, options);
    return bytes === undefined ? undefined : textOf(bytes);
  }

  async getMany(keys: readonly string[], options?: KeyValueCallOptions): Promise<(Uint8Array | undefined)[]> {
    const names = listedKeys(keys);
    const signal = this.#begin(options);
    return names.length === 0 ? [] : this.#store.getMany(names, signal);
  }

  /** Avoids `async` for the same reason. */
  set(key: string, value: KeyValueInput, options?: KeyValueSetOptions): Promise<boolean> {
    try {
      checkKey(key);
      return this.#set(key, options, () => storable(value, this.#maxValueBytes));
    } catch (error) {
      return Promise.reject(error);
    }
  }

  async setMany(entries: Iterable<KeyValueEntry>, options?: KeyValueWriteOptions): Promise<void> {
    const writes = writesOf(entries, options, this.#maxValueBytes);
    const signal = this.#open(options?.signal);
    if (writes.length > 0) await this.#store.setMany(writes, signal);
  }

  async delete(...keys: string[]): Promise<number> {
    const names = new Set(listedKeys(keys));
    this.#open(undefined);
    return names.size === 0 ? 0 : this.#store.delete([...names]);
  }

  async exists(key: string, options?: KeyValueCallOptions): Promise<boolean> {
    checkKey(key);
    return (await this.#store.countExisting([key], this.#begin(options))) === 1;
  }

  async countExisting(keys: readonly string[], options?: KeyValueCallOptions): Promise<number> {
    const names = new Set(listedKeys(keys));
    const signal = this.#begin(options);
    return names.size === 0 ? 0 : this.#store.countExisting([...names], signal);
  }

  async getJson<T = unknown>(key: string, options?: KeyValueCallOptions): Promise<T | undefined> {
    const bytes = await this.get(key, options);
    return bytes === undefined ? undefined : (plainJsonCodec.decode(bytes) as T);
  }

  async setJson(key: string, value: unknown, options?: KeyValueSetOptions): Promise<boolean> {
    checkKey(key);
    return this.#set(key, options, () => valueBytes(plainJsonCodec.encode(value), this.#maxValueBytes));
  }

  async increment(key: string, by: number | bigint = 1, options?: KeyValueIncrementOptions): Promise<bigint> {
    checkKey(key);
    const sum = amount(by);
    const lifeMs = incrementOf(options);
    return this.#store.increment(key, sum, lifeMs, this.#open(options?.signal));
  }

  async expire(key: string, duration: Duration, options?: KeyValueCallOptions): Promise<boolean> {
    checkKey(key);
    const ms = requireDurationMs(duration);
    return this.#store.expire(key, ms, this.#begin(options));
  }

  async persist(key: string, options?: KeyValueCallOptions): Promise<boolean> {
    checkKey(key);
    return this.#store.persist(key, this.#begin(options));
  }

  async getAndExpire(
    key: string,
    duration: Duration,
    options?: KeyValueCallOptions,
  ): Promise<Uint8Array | undefined> {
    checkKey(key);
    const ms = requireDurationMs(duration);
    return this.#store.getAndExpire(key, ms, this.#begin(options));
  }

  async lifeOf(key: string, options?: KeyValueCallOptions): Promise<KeyLife> {
    checkKey(key);
    const remainingMs = await this.#store.remainingMs(key, this.#begin(options));
    if (remainingMs === undefined) return { state: 'absent' };
    if (remainingMs === Number.POSITIVE_INFINITY) return { state: 'persistent' };
    return { state: 'expiring', remainingMs };
  }

  keys(pattern?: string, options?: KeyValueCallOptions): AsyncIterable<string> {
    return eachOnce(this.#pages(pattern, options));
  }

  async count(options?: KeyValueCallOptions): Promise<number> {
    return this.#store.count(this.#begin(options));
  }

  async deleteMatching(pattern: string, options?: KeyValueCallOptions): Promise<number> {
    if (typeof pattern !== 'string') {
      throw new ArgumentError(`expected a string as the pattern, got ${describe(pattern)}`);
    }
    checkPattern(pattern);
    return this.#store.deleteMatching(pattern, this.#begin(options));
  }

  async clear(options?: KeyValueCallOptions): Promise<number> {
    return this.#store.deleteMatching(undefined, this.#begin(options));
  }

  /** Ends the use of the component: later calls reject. */
  async close(): Promise<void> {
    this.#isClosed = true;
  }

  #set(key: string, options: KeyValueSetOptions | undefined, value: () => StorableValue): Promise<boolean> {
    const { life, when } = setOf(options);
    const write = { key, value: value(), life };
    return this.#store.set(write, when, this.#open(options?.signal));
  }

  async *#pages(
    pattern: string | undefined,
    options: KeyValueCallOptions | undefined,
  ): AsyncIterable<readonly string[]> {
    checkPattern(pattern);
    for await (const page of this.#store.pages(pattern, this.#begin(options))) {
      this.#open(options?.signal);
      yield page;
    }
  }

  /** Checks the options of a call that has no others, and that it may be made. */
  #begin(options: KeyValueCallOptions | undefined): AbortSignal | undefined {
    return this.#open(signalOf(options));
  }

  /** @throws {DisposedError} {OperationError} when the component is closed, or the signal has aborted. */
  #open(signal: AbortSignal | undefined): AbortSignal | undefined {
    if (this.#isClosed) throw new DisposedError(`this ${this.#component} is closed`);
    if (signal?.aborted === true) throw abortError(signal, 'not-sent');
    return signal;
  }
}
