/** Life that a write gives a value: milliseconds, what remains of that before (`keep`), or no end (`endless`). */
export type WrittenLife = number | 'keep' | 'endless';

/** Condition of a write. */
export type WriteCondition = 'absent' | 'present' | undefined;

/** A value that is ready to be stored: bytes that belong to the store, or text. */
export type StorableValue = Uint8Array | string;

/** A checked write. */
export interface ValueWrite {
  readonly key: string;
  readonly value: StorableValue;
  readonly life: WrittenLife;
}

/** Place of the values of a component. Its arguments are checked; a full or absent store is a typed error. */
export interface ValueStore {
  get(key: string, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  getMany(keys: readonly string[], signal?: AbortSignal): Promise<(Uint8Array | undefined)[]>;
  set(write: ValueWrite, when: WriteCondition, signal?: AbortSignal): Promise<boolean>;
  /** @param writes  Of different keys. */
  setMany(writes: readonly ValueWrite[], signal?: AbortSignal): Promise<void>;
  /** @param keys  Different ones. */
  delete(keys: readonly string[]): Promise<number>;
  /** @param keys  Different ones. */
  countExisting(keys: readonly string[], signal?: AbortSignal): Promise<number>;
  /** @param lifeMs  Of a counter that this call creates. */
  increment(key: string, by: bigint, lifeMs: number | undefined, signal?: AbortSignal): Promise<bigint>;
  expire(key: string, ms: number, signal?: AbortSignal): Promise<boolean>;
  persist(key: string, signal?: AbortSignal): Promise<boolean>;
  getAndExpire(key: string, ms: number, signal?: AbortSignal): Promise<Uint8Array | undefined>;
  /** @returns Milliseconds, `Infinity` without end; `undefined` for an absent key. */
  remainingMs(key: string, signal?: AbortSignal): Promise<number | undefined>;
  /** Lists keys one page at a time; some may appear twice. */
  pages(pattern: string | undefined, signal?: AbortSignal): AsyncIterable<readonly string[]>;
  count(signal?: AbortSignal): Promise<number>;
  /** @param pattern  Default: all keys of the component. */
  deleteMatching(pattern: string | undefined, signal?: AbortSignal): Promise<number>;
}
