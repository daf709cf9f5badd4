import type { IClock } from '../../../interfaces/clock.js';
import { OperationError } from '../../../interfaces/errors.js';
import { globMatcher } from '../../foundation/arguments/glob.js';
import type { NamedValues } from '../../foundation/store/named-values.js';
import type { StorableValue, ValueStore, ValueWrite, WriteCondition, WrittenLife } from './value-store.js';

/** Number of keys on a page. */
const PAGE = 1000;
const INTEGER = /^(?:0|-?[1-9]\d{0,18})$/;
const ENDLESS = Number.POSITIVE_INFINITY;
const encoder = new TextEncoder();

/** Values in the memory of this process. Each call is one step, because nothing in it waits. */
export class MemoryValueStore implements ValueStore {
  readonly #values: NamedValues<Uint8Array>;
  readonly #clock: IClock;

  constructor(values: NamedValues<Uint8Array>, clock: IClock) {
    this.#values = values;
    this.#clock = clock;
  }

  async get(key: string): Promise<Uint8Array | undefined> {
    return this.#copy(key);
  }

  async getMany(keys: readonly string[]): Promise<(Uint8Array | undefined)[]> {
    return keys.map((key) => this.#copy(key));
  }

  async set({ key, value, life }: ValueWrite, when: WriteCondition): Promise<boolean> {
    if (when !== undefined && (this.#values.get(key) !== undefined) !== (when === 'present')) return false;
    this.#put(key, bytesOf(value), life);
    return true;
  }

  async setMany(writes: readonly ValueWrite[]): Promise<void> {
    const all = writes.map(({ key, value, life }) => ({ name: key, value: bytesOf(value), life }));
    this.#values.requireRoom(all.map(({ name, value }) => ({ name, bytes: value.byteLength })));
    for (const { name, value, life } of all) this.#put(name, value, life);
  }

  async delete(keys: readonly string[]): Promise<number> {
    return keys.filter((key) => this.#values.delete(key)).length;
  }

  async countExisting(keys: readonly string[]): Promise<number> {
    return keys.filter((key) => this.#values.get(key) !== undefined).length;
  }

  async increment(key: string, by: bigint, lifeMs: number | undefined): Promise<bigint> {
    const before = this.#values.get(key);
    const sum = (before === undefined ? 0n : integerOf(before.value)) + by;
    if (BigInt.asIntN(64, sum) !== sum) throw refusal('increment or decrement would overflow');
    this.#put(key, encoder.encode(String(sum)), before === undefined ? (lifeMs ?? 'endless') : 'keep');
    return sum;
  }

  async expire(key: string, ms: number): Promise<boolean> {
    return this.#values.setExpiry(key, this.#clock.now() + ms);
  }

  async persist(key: string): Promise<boolean> {
    const held = this.#values.get(key);
    return held !== undefined && held.expiresAt !== ENDLESS && this.#values.setExpiry(key, ENDLESS);
  }

  async getAndExpire(key: string, ms: number): Promise<Uint8Array | undefined> {
    this.#values.setExpiry(key, this.#clock.now() + ms);
    return this.#copy(key);
  }

  async remainingMs(key: string): Promise<number | undefined> {
    const held = this.#values.get(key);
    return held && Math.max(1, Math.ceil(held.expiresAt - this.#clock.now()));
  }

  async *pages(pattern = '*'): AsyncIterable<readonly string[]> {
    const matches = globMatcher(pattern);
    const names = this.#values.names();
    for (let from = 0; from < names.length; from += PAGE) {
      if (from > 0) await new Promise<void>((resolve) => setImmediate(resolve));
      const page = names.slice(from, from + PAGE);
      yield page.filter((name) => matches(name) && this.#values.get(name) !== undefined);
    }
  }

  async count(): Promise<number> {
    return this.#values.size;
  }

  async deleteMatching(pattern = '*'): Promise<number> {
    return this.delete(this.#values.names().filter(globMatcher(pattern)));
  }

  #copy(key: string): Uint8Array | undefined {
    const held = this.#values.get(key);
    return held && Buffer.from(held.value);
  }

  #put(key: string, value: Uint8Array, life: WrittenLife): void {
    const expiresAt =
      life === 'keep'
        ? this.#values.get(key)?.expiresAt
        : life === 'endless'
          ? ENDLESS
          : this.#clock.now() + life;
    this.#values.set(key, value, value.byteLength, expiresAt);
  }
}

/** Bytes outside of the pool of Node, in which others could see them. */
function bytesOf(value: StorableValue): Uint8Array {
  return typeof value === 'string' ? encoder.encode(value) : new Uint8Array(value);
}

function integerOf(value: Uint8Array): bigint {
  const text = Buffer.from(value).toString('latin1');
  const integer = INTEGER.test(text) ? BigInt(text) : undefined;
  if (integer === undefined || BigInt.asIntN(64, integer) !== integer) {
    throw refusal('value is not an integer or out of range');
  }
  return integer;
}

/** The refusal that Redis would give. */
function refusal(text: string): OperationError {
  return new OperationError('E_OPERATION_REFUSED', text, 'refused', { reason: 'ERR' });
}
