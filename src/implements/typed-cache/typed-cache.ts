import { ICache } from '../../interfaces/cache.js';
import { IClock } from '../../interfaces/clock.js';
import { ICodec } from '../../interfaces/codec.js';
import type {
  ComponentDefinition,
  IComponent,
  IKeySpaceOwner,
  KeySpaceClaim,
} from '../../interfaces/component.js';
import { ArgumentError } from '../../interfaces/errors.js';
import type { HealthQuery, TypedCacheHealth } from '../../interfaces/health.js';
import { ILoggerSite } from '../../interfaces/logger.js';
import type { IStatistics } from '../../interfaces/statistics.js';
import { IStandardSchema } from '../../interfaces/standard-schema.js';
import type {
  CacheEntry,
  CacheExplanation,
  CacheKey,
  ITypedCache,
  LoadContext,
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
import { abortError } from '../foundation/waiting/abort-error.js';
import { type Assembly, assemble } from './assembly.js';
import { InvalidationFailures } from './invalidation-failures.js';
import type { Observation } from './observation.js';
import { Calls } from './policy/calls.js';
import { declared, isFenced, keySpaceOf, type TypedCacheOptions } from './policy/component-options.js';
import { checkedCodec, OptionResolver } from './policy/option-resolver.js';
import { DEFAULTS } from './policy/options.js';
import type { Lookup } from './reading/lookup.js';
import { missing } from './reading/reading.js';
import { checkAll } from './reading/schema.js';
import { type EncodedValue, encodeValue } from './reading/values.js';
import { fencedStore } from './store/fenced-store-of.js';
import { KeyNames } from './store/key-names.js';
import type { StoredForm } from './store/stored-entry.js';
import { StoreHealth } from './store-health.js';

/**
 * Values with a policy, on a store that holds their bytes.
 *
 * On an `IFencedStore` (memory, Redis) the promises of `ITypedCache` hold across all processes that share the store; on
 * any other `ICache` they hold within this process. The application owns the store, and closes it.
 *
 * @example
 * ```ts
 * const pages = new TypedCache<string>({ store: cache, namespace: 'pages', expire: '1m' });
 *
 * const page = await pages.getOrSet('/', async () => '<h1>Hello</h1>');
 * ```
 */
export class TypedCache<T = unknown>
  implements ITypedCache<T>, IComponent, IKeySpaceOwner, IStatistics<TypedCacheStats>
{
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
  readonly #names: KeyNames;
  readonly #calls: Calls;
  readonly #lookup: Lookup<T>;
  readonly #values: Assembly<T>['values'];
  readonly #changes: Assembly<T>['changes'];
  readonly #observation: Observation<T>;
  readonly #failures: InvalidationFailures;
  readonly #health: StoreHealth;

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
    const { namespace, envelope, invalidation } = written;
    const fenced = isFenced(store);
    const form: StoredForm = envelope === 'none' ? { codec: written.codec ?? DEFAULTS.codec } : 'envelope';
    const names = new KeyNames(namespace, form === 'envelope');
    const resolver = new OptionResolver({
      written: { ...written, schema },
      codec: ownCodec,
      findCodec,
      clusters: fenced,
      names,
    });
    const logger = guardedLogger(loggerSite ?? new ProcessLoggerSite(clock), 'inversify-cache.typed-cache');
    const ground = {
      cache: store,
      fenced: fencedStore(store, clock, logger),
      names,
      form,
    };
    const { order, lookup, values, changes, observation } = assemble<T>(ground, clock, logger);
    this.#names = names;
    this.#calls = new Calls(resolver, names, clock, order);
    this.#lookup = lookup;
    this.#values = values;
    this.#changes = changes;
    this.#observation = observation;
    this.#failures = new InvalidationFailures(invalidation, namespace, logger, clock);
    this.#health = new StoreHealth(store, clock);
    this.keySpace = keySpaceOf(store, namespace);
  }

  async get(key: CacheKey, options?: TypedReadOptions<T>): Promise<T | undefined> {
    const request = this.#calls.begin(key, options);
    const read = this.#lookup.read(request);
    const reading = read instanceof Promise ? await read : read;
    const given = this.#lookup.give(reading, request);
    return (given instanceof Promise ? await given : given)?.value;
  }

  async getEntry(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheEntry<T> | undefined> {
    const request = this.#calls.begin(key, options);
    const reading = await this.#lookup.read(request, true);
    return this.#lookup.entry(reading, request);
  }

  async has(key: CacheKey, options?: TypedReadOptions<T>): Promise<boolean> {
    return (await this.get(key, options)) !== undefined;
  }

  async getMany(keys: readonly CacheKey[], options?: TypedReadOptions<T>): Promise<(T | undefined)[]> {
    const requests = this.#calls.beginMany(keys, options);
    const once = new Map(requests.map((request) => [request.name, request]));
    const readings = await this.#lookup.hitMany([...once.values()]);
    const values = requests.map(async (request) => {
      const reading = readings.get(request.name) ?? missing('absent');
      return (await this.#lookup.give(reading, request))?.value;
    });
    return Promise.all(values);
  }

  async set(key: CacheKey, value: T, options?: TypedWriteOptions<T>): Promise<boolean> {
    return this.#set([[key, value]], options);
  }

  async setMany(entries: Iterable<readonly [CacheKey, T]>, options?: TypedWriteOptions<T>): Promise<boolean> {
    return this.#set(entries, options);
  }

  async delete(key: CacheKey): Promise<boolean> {
    return (await this.#remove('delete', [key])) > 0;
  }

  async deleteMany(keys: readonly CacheKey[]): Promise<number> {
    return this.#remove('deleteMany', keys);
  }

  async expire(key: CacheKey): Promise<boolean> {
    const name = this.#calls.entryName(key);
    this.#observation.tellInvalidate({ kind: 'expire', keys: [key], tags: [] });
    return this.#failures.answer('expire', false, this.#changes.invalidations.expire(name));
  }

  async getOrSet<Loaded extends T | null | undefined>(
    key: CacheKey,
    load: (context: LoadContext<T>) => Loaded | Promise<Loaded>,
    options?: TypedLoadOptions<T>,
  ): Promise<T | Extract<Loaded, null | undefined>> {
    const request = this.#calls.begin(key, options);
    if (typeof load !== 'function') throw new ArgumentError(`expected a loader, got ${describe(load)}`);
    request.checkNotAborted();
    return this.#values.one.value(request, load as Loader<T>) as Promise<T>;
  }

  async getOrSetMany<K extends CacheKey>(
    keys: readonly K[],
    loadMissing: ManyLoader<K, T>,
    options?: TypedLoadOptions<T>,
  ): Promise<PromiseSettledResult<T | undefined>[]> {
    const requests = this.#calls.beginMany(keys, options);
    if (typeof loadMissing !== 'function') {
      throw new ArgumentError(`expected a loader, got ${describe(loadMissing)}`);
    }
    if (options?.signal?.aborted === true) throw abortError(options.signal);
    return this.#values.many.values(requests, loadMissing);
  }

  async invalidateTags(...tags: string[]): Promise<void> {
    this.#calls.checkOpen();
    this.#names.checkTags(tags);
    const once = [...new Set(tags)];
    this.#observation.tellInvalidate({ kind: 'tags', keys: [], tags });
    await this.#failures.answer('invalidateTags', undefined, this.#changes.invalidations.tags(once));
  }

  async clear(): Promise<void> {
    this.#calls.checkOpen();
    this.#observation.tellInvalidate({ kind: 'clear', keys: [], tags: [] });
    await this.#failures.answer('clear', undefined, this.#changes.invalidations.everything());
  }

  async explain(key: CacheKey, options?: TypedReadOptions<T>): Promise<CacheExplanation> {
    return this.#observation.explain(this.#calls.begin(key, options));
  }

  stats(): TypedCacheStats {
    return this.#observation.stats();
  }

  resetStats(): void {
    this.#observation.resetStats();
  }

  on<Name extends keyof TypedCacheEvents>(
    event: Name,
    listener: (event: TypedCacheEvents[Name]) => void,
  ): () => void {
    return this.#observation.on(event, listener);
  }

  /**
   * Reports the health of the store, and what it has missed. Never rejects, and asks a store that is frozen no longer
   * than a quarter of a second.
   */
  async health(query?: HealthQuery): Promise<TypedCacheHealth> {
    const pending = () => this.stats().pendingInvalidations;
    if (!this.#calls.closed) return this.#health.report(pending, query);
    return { status: 'down', reasons: ['this TypedCache is closed'], pendingInvalidations: pending() };
  }

  /**
   * Ends refreshes, and repeats invalidations that have not reached the store. Loads that callers wait for continue.
   */
  async close(): Promise<void> {
    if (!this.#calls.close()) return;
    this.#failures.close();
    await this.#changes.invalidations.close();
  }

  async #remove(call: string, keys: readonly CacheKey[]): Promise<number> {
    const names = this.#calls.entryNames(keys);
    this.#observation.tellInvalidate({ kind: 'delete', keys: [...keys], tags: [] });
    if (names.length === 0) return 0;
    const removal = this.#changes.invalidations.remove([...new Set(names)]);
    const removed = await this.#failures.answer(call, 0, removal);
    this.#observation.removed(removed);
    return removed;
  }

  async #set(
    entries: Iterable<readonly [CacheKey, T]>,
    options: TypedWriteOptions<T> | undefined,
  ): Promise<boolean> {
    const terms = this.#calls.terms(options);
    const values = new Map<string, EncodedValue>();
    const given: T[] = [];
    checkEntries(entries);
    for (const [key, value] of entries) {
      if (value === undefined) throw new ArgumentError('expected a value, got undefined, which means absent');
      values.set(this.#calls.entryName(key), encodeValue(value, terms.policy));
      given.push(value);
    }
    this.#calls.checkOpen();
    const { writes } = this.#changes;
    const sets = writes.plan(values.keys(), terms);
    try {
      const checked = checkAll(given, terms.policy.schema);
      if (checked !== undefined) {
        await checked;
        this.#calls.checkOpen();
      }
    } catch (error) {
      writes.giveUp(sets);
      throw error;
    }
    return writes.set(sets, values, terms);
  }
}
