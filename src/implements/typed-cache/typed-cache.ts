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
import { SystemClock } from '../foundation/clock/system-clock.js';
import { describe } from '../foundation/describe.js';
import { guardedLogger } from '../foundation/logger/guarded-logger.js';
import { ProcessLoggerSite } from '../foundation/logger/process-logger-site.js';
import { parseOptions } from '../foundation/options/parse.js';
import { abortError } from '../foundation/waiting/abort-error.js';
import { Engine } from './engine.js';
import type { Miss } from './loading/loads.js';
import { Lookup } from './lookup.js';
import { ManyValues } from './many-values.js';
import { CallOptions, checkedCodec } from './policy/call-options.js';
import { declared, isFenced, keySpaceOf, type TypedCacheOptions } from './policy/component-options.js';
import { Requests } from './policy/requests.js';
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
  readonly #requests: Requests;
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
    const form: StoredForm = envelope === 'none' ? { codec: written.codec ?? 'json' } : 'envelope';
    this.#engine = new Engine<T>({
      cache: store,
      store: fenced ? store : new ProcessFencedStore(store, clock),
      namespace,
      form,
      clock,
      logger,
    });
    const { names, order, reader, sliding, ledger, loads, table, runner } = this.#engine;
    const calls = new CallOptions({
      written: { ...written, schema },
      codec: ownCodec,
      findCodec,
      clusters: fenced,
      names,
    });
    this.#requests = new Requests(calls, names, clock, order);
    this.#lookup = new Lookup<T>(reader, sliding, ledger);
    this.#many = new ManyValues<T>({
      lookup: this.#lookup,
      reader,
      sliding,
      loads,
      names,
      table,
      runner,
    });
    this.keySpace = keySpaceOf(store, namespace);
  }

  async get(key: CacheKey, options?: TypedReadOptions<T>): Promise<T | undefined> {
    const request = this.#requests.begin(key, options);
    const read = this.#lookup.read(request);
    const reading = read instanceof Promise ? await read : read;
    return (await this.#lookup.give(reading, request))?.value;
  }

  async getEntry(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheEntry<T> | undefined> {
    const request = this.#requests.begin(key, options);
    const reading = await this.#lookup.read(request, true);
    return this.#lookup.entry(reading, request);
  }

  async has(key: CacheKey, options?: TypedReadOptions<T>): Promise<boolean> {
    return (await this.get(key, options)) !== undefined;
  }

  async getMany(keys: readonly CacheKey[], options?: TypedReadOptions<T>): Promise<(T | undefined)[]> {
    const requests = this.#requests.beginMany(keys, options);
    const once = new Map(requests.map((request) => [request.name, request]));
    const readings = await this.#lookup.hitMany([...once.values()]);
    const values = requests.map(async (request) => {
      const reading = readings.get(request.name) ?? missing('absent');
      return (await this.#lookup.give(reading, request))?.value;
    });
    return Promise.all(values);
  }

  async set(key: CacheKey, value: T, options?: TypedWriteOptions<T>): Promise<boolean> {
    return this.setMany([[key, value]], options);
  }

  async setMany(entries: Iterable<readonly [CacheKey, T]>, options?: TypedWriteOptions<T>): Promise<boolean> {
    const terms = this.#requests.terms(options);
    const values = new Map<string, EncodedValue>();
    for (const [key, value] of pairsOf<CacheKey, T>(entries)) {
      if (value === undefined) throw new ArgumentError('expected a value, got undefined, which is none');
      values.set(this.#requests.entryName(key), encodeValue(value, terms.policy));
    }
    this.#requests.checkOpen();
    const { invalidations, writer, ledger } = this.#engine;
    const names = [...values.keys()];
    if (!terms.policy.mode.stores) {
      await invalidations.remove(names).catch(() => 0);
      return false;
    }
    const marks = names.map((name) => invalidations.replacing([name]));
    // Else what is repeated later would undo what is stored now.
    if (invalidations.pending.undoes(terms.tags)) await invalidations.pending.flush();
    const results = await writer.storeAll([...values], terms);
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
    const names = this.#requests.entryNames(keys);
    this.#engine.ledger.tell('invalidate', { kind: 'delete', keys: [...keys], tags: [] });
    return names.length === 0 ? 0 : this.#engine.invalidations.remove([...new Set(names)]);
  }

  async expire(key: CacheKey): Promise<boolean> {
    const name = this.#requests.entryName(key);
    this.#engine.ledger.tell('invalidate', { kind: 'expire', keys: [key], tags: [] });
    return this.#engine.invalidations.expire(name);
  }

  async getOrSet<Absent extends null | undefined = never>(
    key: CacheKey,
    load: Loader<T | Absent>,
    options?: TypedLoadOptions<T>,
  ): Promise<T | Absent> {
    const request = this.#requests.begin(key, options);
    if (typeof load !== 'function') throw new ArgumentError(`expected a loader, got ${describe(load)}`);
    const { mode, needsLives, refreshAhead, sliding } = request.policy;
    request.checkNotAborted();
    let reading: Reading | undefined;
    if (!request.isForced) {
      const { reader, loads } = this.#engine;
      reading = reader.readAtOnce(request) ?? (await reader.read(request));
      if (reading.verdict.state === 'fresh') {
        const found = this.#lookup.fresh(reading, request);
        const given = found instanceof Promise ? await found : found;
        if (given !== undefined) {
          if (needsLives) {
            if (refreshAhead < 1) loads.refresh({ request, load: load as Loader<T>, reading });
            if (sliding && reading.entry !== undefined) this.#engine.sliding.restart(reading.entry, request);
          }
          return given.value;
        }
        reading = missing('undecodable');
      } else this.#lookup.missed(reading, key);
    }
    const miss = { request, load: load as Loader<T>, reading };
    if (!mode.shares) return this.#engine.loads.alone(miss);
    if (mode.compares) return this.#shadowed(miss);
    if (request.forceFresh) this.#lookup.missed(missing('forced'), key);
    return this.#engine.loads.value(miss);
  }

  async getOrSetMany<K extends CacheKey>(
    keys: readonly K[],
    loadMissing: ManyLoader<K, T>,
    options?: TypedLoadOptions<T>,
  ): Promise<PromiseSettledResult<T | undefined>[]> {
    const requests = this.#requests.beginMany(keys, options);
    if (typeof loadMissing !== 'function') {
      throw new ArgumentError(`expected a loader, got ${describe(loadMissing)}`);
    }
    if (options?.signal?.aborted === true) throw abortError(options.signal);
    return this.#many.values(requests, loadMissing);
  }

  async invalidateTags(...tags: string[]): Promise<void> {
    this.#requests.checkOpen();
    this.#engine.names.checkTags(tags);
    const once = [...new Set(tags)];
    this.#engine.ledger.tell('invalidate', { kind: 'tags', keys: [], tags });
    await this.#engine.invalidations.tags(once);
  }

  async clear(): Promise<void> {
    this.#requests.checkOpen();
    this.#engine.ledger.tell('invalidate', { kind: 'clear', keys: [], tags: [] });
    await this.#engine.invalidations.everything();
  }

  async explain(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheExplanation> {
    const request = this.#requests.begin(key, options);
    const { name, policy, terms } = request;
    request.checkNotAborted();
    const { reader, table, backoff, invalidations } = this.#engine;
    const { reading, current } = await reader.inspect(request);
    const { entry, verdict } = reading;
    const decoded =
      entry === undefined || verdict.state === 'miss' ? undefined : await decodeInTime<T>(entry, request);
    const refused = decoded !== undefined && 'miss' in decoded ? decoded.miss : undefined;
    const reason = policy.mode.gives ? refused : 'mode';
    const found = reason === undefined ? reading : { ...missing(reason), entry };
    return explanationOf(found, terms, current, {
      storeKey: name,
      loading: table.get(name) !== undefined,
      backoffMs: backoff.remainingMs(name),
      pendingInvalidation: invalidations.pending.coversKey(name),
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
    this.#requests.close();
    this.#engine.table.close(new DisposedError('this TypedCache is closed'));
    await this.#engine.invalidations.close();
  }

  /** Answers what is loaded, and tells what the cache would have answered. */
  async #shadowed(miss: Miss<T>): Promise<T> {
    const { request } = miss;
    const reading = await this.#engine.reader.read(request);
    const tell = await this.#lookup.shadow<T>(reading, request);
    return tell(await this.#engine.loads.value(miss));
  }
}

function pairsOf<K, V>(entries: Iterable<readonly [K, V]>): Iterable<readonly [K, V]> {
  if (typeof entries !== 'object' || entries === null || !(Symbol.iterator in entries)) {
    throw new ArgumentError(`expected entries as an iterable of [key, value], got ${describe(entries)}`);
  }
  return entries;
}
