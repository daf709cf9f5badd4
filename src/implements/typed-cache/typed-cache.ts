import { ICache } from '../../interfaces/cache.js';
import { IClock } from '../../interfaces/clock.js';
import { ICodec } from '../../interfaces/codec.js';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../interfaces/component.js';
import { ArgumentError, DisposedError } from '../../interfaces/errors.js';
import { ILoggerSite } from '../../interfaces/logger.js';
import { IStandardSchema } from '../../interfaces/standard-schema.js';
import type {
  CacheEntry,
  CacheExplanation,
  CacheKey,
  ITypedCache,
  Loader,
  ManyLoader,
  TypedCacheEvents,
  TypedCacheStats,
} from '../../interfaces/typed-cache.js';
import type {
  TypedLoadOptions,
  TypedReadOptions,
  TypedWriteOptions,
} from '../../interfaces/typed-cache-policy.js';
import { checkEntries } from '../foundation/arguments/entries.js';
import { SystemClock } from '../foundation/clock/system-clock.js';
import { describe } from '../foundation/describe.js';
import { guardedLogger } from '../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../foundation/logger/process-logger-site.js';
import { parseOptions } from '../foundation/options/parse-options.js';
import { Engine } from './engine.js';
import type { LoadRequest } from './loading/loads.js';
import { Lookup } from './lookup.js';
import { ManyValues } from './many-values.js';
import { declared, isFenced, keySpaceOf, type TypedCacheOptions } from './policy/component-options.js';
import { type Call, CallOptions, checkedCodec } from './policy/policy.js';
import { abortError } from './policy/within.js';
import { missing, type Reading } from './reading/entry-reader.js';
import { explanationOf } from './reading/explanation.js';
import { decodeInTime, type EncodedValue, encodeValue } from './reading/values.js';
import { ProcessFencedStore } from './store/process-fenced-store.js';
import type { StoredForm } from './store/stored-entry.js';

/**
 * Values with a policy, on a store that holds their bytes.
 *
 * On an `IFencedStore` (memory, Redis) all that `ITypedCache` says holds among all who share the store; on another
 * `ICache` it holds in this process. The store is the application's, which closes it.
 */
export class TypedCache<T = unknown> implements ITypedCache<T>, IComponent, IKeySpaceOwner {
  static readonly component: ComponentDefinition<typeof declared, TypedCache> = {
    options: declared,
    create: (site, { store, clock, schema, ...options }) =>
      new TypedCache({
        ...options,
        findCodec: (name) => site.queryComponent(ICodec, name),
        schema: schema === undefined ? undefined : site.getComponent(IStandardSchema, schema),
        store: site.getComponent(ICache, store),
        clock: clock === undefined ? site.queryComponent(IClock) : site.getComponent(IClock, clock),
        loggerSite: site.queryComponent(ILoggerSite),
      }),
  };

  readonly keySpace: KeySpaceClaim;
  readonly #clock: IClock;
  readonly #calls: CallOptions;
  readonly #engine: Engine<T>;
  readonly #lookup: Lookup<T>;
  readonly #many: ManyValues<T>;
  #closed = false;

  constructor({
    store,
    clock = new SystemClock(),
    loggerSite,
    codec,
    schema,
    findCodec = () => undefined,
    ...options
  }: TypedCacheOptions<T>) {
    const ownCodec = typeof codec === 'object' ? checkedCodec(codec) : undefined;
    const named = { ...options, ...(codec !== undefined && { codec: ownCodec?.id ?? codec }) };
    const written = parseOptions(declared, 'TypedCache', named, { ports: { store } });
    const { namespace, envelope } = written;
    const fenced = isFenced(store);
    const logger = guardedLogger(loggerSite ?? new ProcessLoggerSite(clock), 'inversify-cache.typed-cache');
    this.#clock = clock;
    const form: StoredForm = envelope === 'none' ? { codec: written.codec ?? 'json' } : 'envelope';
    this.#engine = new Engine<T>({
      cache: store,
      store: fenced ? store : new ProcessFencedStore(store, clock),
      namespace,
      form,
      clock,
      logger,
    });
    const { names } = this.#engine;
    this.#calls = new CallOptions({
      written: { ...written, schema },
      codec: ownCodec,
      findCodec,
      clusters: fenced,
      generationsOf: (tags) => (envelope === 'none' ? [] : names.generations(tags)),
    });
    this.#lookup = new Lookup<T>(this.#engine);
    this.#many = new ManyValues<T>(this.#engine, this.#lookup);
    this.keySpace = keySpaceOf(store, namespace);
  }

  async get(key: CacheKey, options?: TypedReadOptions<T>): Promise<T | undefined> {
    const call = this.#calls.of(options);
    const endsAtMs = this.#endsAt(call);
    const read = this.#lookup.read(this.#name(key), call);
    const reading = read instanceof Promise ? await read : read;
    return (await this.#lookup.give(reading, key, call, endsAtMs))?.value;
  }

  async getEntry(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheEntry<T> | undefined> {
    const call = this.#calls.of(options);
    const endsAtMs = this.#endsAt(call);
    const reading = await this.#lookup.read(this.#name(key), call, true);
    return this.#lookup.entry(reading, key, call, endsAtMs);
  }

  async has(key: CacheKey, options?: TypedReadOptions<T>): Promise<boolean> {
    return (await this.get(key, options)) !== undefined;
  }

  async getMany(keys: readonly CacheKey[], options?: TypedReadOptions<T>): Promise<(T | undefined)[]> {
    const call = this.#calls.of(options);
    const endsAtMs = this.#endsAt(call);
    const names = this.#namesOf(keys);
    const readings = await this.#lookup.readMany([...new Set(names)], call);
    for (const [name, reading] of readings) this.#lookup.hit(name, reading, call);
    const values = names.map(async (name, index) => {
      const reading = readings.get(name) ?? missing('absent');
      return (await this.#lookup.give(reading, keys[index] as CacheKey, call, endsAtMs))?.value;
    });
    return Promise.all(values);
  }

  async set(key: CacheKey, value: T, options?: TypedWriteOptions<T>): Promise<boolean> {
    return this.setMany([[key, value]], options);
  }

  async setMany(entries: Iterable<readonly [CacheKey, T]>, options?: TypedWriteOptions<T>): Promise<boolean> {
    const call = this.#calls.of(options);
    const values = new Map<string, EncodedValue>();
    checkEntries(entries);
    for (const [key, value] of entries) {
      if (value === undefined) throw new ArgumentError('expected a value, got undefined, which is none');
      values.set(this.#name(key), encodeValue(value, call.policy));
    }
    this.#checkOpen();
    const { invalidations, writer, ledger } = this.#engine;
    const names = [...values.keys()];
    if (call.policy.mode === 'off' || call.policy.mode === 'readOnly') {
      await invalidations.remove(names).catch(() => 0);
      return false;
    }
    const marks = names.map((name) => invalidations.replacing([name]));
    // Else what is repeated later would undo what is stored now.
    if (invalidations.pending.undoes(call.tags)) await invalidations.pending.flush();
    const results = await writer.storeAll([...values], call);
    for (const [index, result] of results.entries()) {
      const mark = marks[index];
      if (mark === undefined) continue;
      if (result.status === 'fulfilled') {
        ledger.counts.stored++;
        invalidations.pending.reached(mark);
      } else invalidations.pending.failed(mark, result.reason);
    }
    const stored = results.every(({ status }) => status === 'fulfilled');
    // What was there goes at once, where the store refused no more than the new value.
    if (!stored) await invalidations.pending.flush();
    return stored;
  }

  async delete(key: CacheKey): Promise<boolean> {
    return (await this.deleteMany([key])) > 0;
  }

  async deleteMany(keys: readonly CacheKey[]): Promise<number> {
    const names = this.#namesOf(keys);
    this.#engine.ledger.tell('invalidate', { kind: 'delete', keys: [...keys], tags: [] });
    return names.length === 0 ? 0 : this.#engine.invalidations.remove([...new Set(names)]);
  }

  async expire(key: CacheKey): Promise<boolean> {
    const name = this.#name(key);
    this.#engine.ledger.tell('invalidate', { kind: 'expire', keys: [key], tags: [] });
    return this.#engine.invalidations.expire(name);
  }

  async getOrSet<Absent extends null | undefined = never>(
    key: CacheKey,
    load: Loader<T | Absent>,
    options?: TypedLoadOptions<T>,
  ): Promise<T | Absent> {
    const call = this.#calls.of(options);
    const name = this.#name(key);
    if (typeof load !== 'function') throw new ArgumentError(`expected a loader, got ${describe(load)}`);
    const { mode } = call.policy;
    const began = this.#engine.next();
    const endsAtMs = this.#endsAt(call);
    if (call.signal?.aborted === true) throw abortError(call.signal);
    let reading: Reading | undefined;
    const forced = call.forceFresh || mode === 'writeOnly' || mode === 'shadow';
    if (!forced && mode !== 'off') {
      const { reader } = this.#engine;
      reading = reader.readAtOnce(name, call) ?? (await reader.read(name, call));
      if (reading.verdict.state === 'fresh') {
        const found = this.#lookup.fresh(reading, key, call, endsAtMs);
        const given = found instanceof Promise ? await found : found;
        if (given !== undefined) {
          if (call.policy.needsLives)
            this.#lookup.used({ name, key, call, load: load as Loader<T>, began, endsAtMs, forced, reading });
          return given.value;
        }
        reading = missing('undecodable');
      } else this.#lookup.missed(reading, key);
    }
    const request = { name, key, call, load: load as Loader<T>, began, endsAtMs, forced, reading };
    if (mode === 'off') return this.#engine.loads.alone(request);
    if (mode === 'shadow') return this.#shadowed(request);
    if (call.forceFresh) this.#lookup.missed(missing('forced'), key);
    return this.#engine.loads.value(request);
  }

  async getOrSetMany<K extends CacheKey>(
    keys: readonly K[],
    loadMissing: ManyLoader<K, T>,
    options?: TypedLoadOptions<T>,
  ): Promise<PromiseSettledResult<T | undefined>[]> {
    const call = this.#calls.of(options);
    const names = this.#namesOf(keys);
    if (typeof loadMissing !== 'function') {
      throw new ArgumentError(`expected a loader, got ${describe(loadMissing)}`);
    }
    if (call.signal?.aborted === true) throw abortError(call.signal);
    // Names what a load that is under way answers, after `close` too.
    const nameOf = (key: unknown): string => this.#nameWhenever(key);
    return this.#many.values({ keys, names, nameOf, load: loadMissing, call, endsAtMs: this.#endsAt(call) });
  }

  async invalidateTags(...tags: string[]): Promise<void> {
    this.#checkOpen();
    this.#engine.checkTags(tags);
    const once = [...new Set(tags)];
    this.#engine.ledger.tell('invalidate', { kind: 'tags', keys: [], tags });
    await this.#engine.invalidations.tags(once);
  }

  async clear(): Promise<void> {
    this.#checkOpen();
    this.#engine.ledger.tell('invalidate', { kind: 'clear', keys: [], tags: [] });
    await this.#engine.invalidations.everything();
  }

  async explain(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheExplanation> {
    const call = this.#calls.of(options);
    const storeKey = this.#name(key);
    const endsAtMs = this.#endsAt(call);
    if (call.signal?.aborted === true) throw abortError(call.signal);
    const { reader, table, backoff, invalidations } = this.#engine;
    const { reading, current } = await reader.inspect(storeKey, call);
    const { mode } = call.policy;
    const isRead = mode === 'on' || mode === 'readOnly';
    const { entry, verdict } = reading;
    const decoded =
      entry === undefined || verdict.state === 'miss'
        ? undefined
        : await decodeInTime<T>(entry, call, this.#clock, endsAtMs);
    const refused = decoded !== undefined && 'miss' in decoded ? decoded.miss : undefined;
    const reason = isRead ? refused : 'mode';
    const found = reason === undefined ? reading : { ...missing(reason), entry };
    return explanationOf(found, call, current, {
      storeKey,
      loading: table.get(storeKey) !== undefined,
      backoffMs: backoff.remainingMs(storeKey),
      pendingInvalidation: invalidations.pending.coversKey(storeKey),
    });
  }

  stats(): TypedCacheStats {
    const { ledger, invalidations, table } = this.#engine;
    return Object.freeze({
      ...ledger.counts,
      misses: Object.freeze({ ...ledger.misses }),
      pendingInvalidations: invalidations.pending.count,
      loading: table.size,
    });
  }

  on<Name extends keyof TypedCacheEvents>(
    event: Name,
    listener: (event: TypedCacheEvents[Name]) => void,
  ): () => void {
    return this.#engine.ledger.on(event, listener);
  }

  /** Ends refreshes, and tries once more what has not reached the store. Loads that callers wait for go on. */
  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#engine.table.close(new DisposedError('this TypedCache is closed'));
    await this.#engine.invalidations.close();
  }

  /** Answers what is loaded, and tells what the cache would have answered. */
  async #shadowed(request: LoadRequest<T>): Promise<T> {
    const { key, call, name, endsAtMs } = request;
    const reading = await this.#engine.reader.read(name, call);
    const tell = await this.#lookup.shadow<T>(reading, key, call, endsAtMs);
    return tell(await this.#engine.loads.value(request));
  }

  #endsAt({ policy }: Call): number {
    const { hardTimeoutMs } = policy;
    return hardTimeoutMs === Number.POSITIVE_INFINITY ? hardTimeoutMs : this.#clock.now() + hardTimeoutMs;
  }

  /** The entry of a key. @throws {DisposedError} {ArgumentError} */
  #name(key: unknown): string {
    this.#checkOpen();
    return this.#nameWhenever(key);
  }

  /** @throws {ArgumentError} */
  #nameWhenever(key: unknown): string {
    if (key === undefined) throw new ArgumentError('expected a key, got undefined');
    return this.#engine.names.entry(key);
  }

  #namesOf(keys: readonly CacheKey[]): string[] {
    this.#checkOpen();
    if (!Array.isArray(keys)) throw new ArgumentError(`expected an array of keys, got ${describe(keys)}`);
    return keys.map((key) => this.#name(key));
  }

  #checkOpen(): void {
    if (this.#closed) throw new DisposedError('this TypedCache is closed');
  }
}
