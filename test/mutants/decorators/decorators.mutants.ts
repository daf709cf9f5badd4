import type { ITypedCache } from '../../../src/interfaces/typed-cache.js';
import type { Decorators, User } from '../../contract/decorators/services.js';
import { always, around, type Flaw, idle, inPlace, remembering, withOptions, without } from './flaws.js';

/** Decorators that are wrong in one way. */
export interface DecoratorMutant {
  /** Title of the law that it breaks. */
  readonly breaks: string;
  /** Verb phrase that says the flaw. */
  readonly flaw: string;
  readonly change: Flaw;
}

function mutant(breaks: string, flaw: string, change: Flaw): DecoratorMutant {
  return { breaks, flaw, change };
}

type Cached = { readonly users: ITypedCache<User> };
const cacheOf = (self: object): ITypedCache<User> => (self as Cached).users;
const idOf = (args: readonly unknown[]): number => (args[0] as User).id;
const byArgumentsInstead = (key: (...args: unknown[]) => unknown): Flaw =>
  withOptions('Cacheable', (options, { byArguments }) =>
    options.key === byArguments ? { ...options, key } : options,
  );
const forgettingNames = withOptions('CacheConfig', ({ cache, ...options }) =>
  typeof cache === 'string' ? options : { ...options, cache },
);
const transactionless = inPlace('transaction', () => async (run: () => unknown) => run());
const withOutcome = (outcome: 'rolled-back' | 'unknown'): Flaw =>
  inPlace(
    'transaction',
    ({ transaction }) =>
      (run: () => unknown) =>
        transaction(run, { outcome: () => outcome }),
  );
const requestless = inPlace('requestScope', () => (run: () => unknown) => run());
const evictionless = withOptions('CacheEvict', ({ key: _, ...options }) => ({ ...options, all: true }));
const lateKeys: Flaw = () => ({
  CacheEvict: ((options: { key?: (...args: unknown[]) => number }) =>
    (_target: object, _name: string, descriptor: PropertyDescriptor) => {
      const method = descriptor.value as (...args: unknown[]) => Promise<unknown>;
      descriptor.value = async function (this: object, ...args: unknown[]) {
        const result = await method.apply(this, args);
        await cacheOf(this).delete(options.key?.(...args) ?? 0);
        return result;
      };
    }) as unknown as Decorators['CacheEvict'],
});
const withoutFlight: Flaw = () => ({
  Cacheable: ((options: { key(...args: unknown[]): number }) =>
    (_target: object, _name: string, descriptor: PropertyDescriptor) => {
      const method = descriptor.value as (...args: unknown[]) => Promise<User>;
      descriptor.value = async function (this: object, ...args: unknown[]) {
        const result = await method.apply(this, args);
        await cacheOf(this).set(options.key(...args), result);
        return result;
      };
    }) as unknown as Decorators['Cacheable'],
});
const unnamed = around('CachePut', (decorated) =>
  Object.defineProperties(
    function (this: object, ...args: unknown[]) {
      return decorated.apply(this, args);
    },
    { name: { value: 'replace' }, length: { value: 2 } },
  ),
);
const endless = inPlace('transaction', ({ transaction }) => (run: () => Promise<unknown>) => {
  return new Promise((resolve, reject) => {
    const forever = async (): Promise<void> => {
      resolve(await run());
      await new Promise(() => {});
    };
    transaction(forever).catch(reject);
  });
});
const refusals = (decorated: (this: object, ...args: unknown[]) => unknown, method: typeof decorated) =>
  async function (this: object, ...args: unknown[]) {
    try {
      return await decorated.apply(this, args);
    } catch {
      return method.apply(this, args);
    }
  };

/** Flaws of decorators, at least one for each law. */
export const decoratorMutants: readonly DecoratorMutant[] = [
  mutant(
    'results of a method are cached by the key of its arguments',
    'have one key for all calls',
    always('Cacheable', { key: () => 'all' }),
  ),
  mutant('a call through this is cached', 'do not read', always('Cacheable', { mode: 'writeOnly' })),
  mutant(
    'callers at the same time share one run of a method, its result or its error',
    'run for each caller',
    withoutFlight,
  ),
  mutant('an error of a method is not kept', 'keep errors', remembering),
  mutant(
    'a method gets its own arguments and its own instance',
    'copy arguments',
    around(
      'Cacheable',
      (decorated) =>
        function (...args) {
          return decorated.apply(
            this,
            args.map((arg) => (typeof arg === 'object' ? { ...arg } : arg)),
          );
        },
    ),
  ),
  mutant(
    'null is a result as any other, and undefined is kept when negativeExpire says so',
    'do not keep null',
    always('Cacheable', { unless: (result: unknown) => result === null }),
  ),
  mutant(
    'a call whose condition is false neither reads nor stores',
    'ignore the condition',
    without('Cacheable', 'condition'),
  ),
  mutant(
    'a result that unless refuses reaches its caller, and is not stored',
    'ignore unless',
    without('Cacheable', 'unless'),
  ),
  mutant(
    'tags and the TTL of a value may depend on it',
    'ignore tags and TTL',
    without('Cacheable', 'tags', 'expire'),
  ),
  mutant(
    'the context of a load is found in the method that runs, and nowhere else',
    'lose the context',
    inPlace('currentLoad', () => () => undefined),
  ),
  mutant(
    'a signal among the arguments ends the wait of its caller, and is no part of the key',
    'ignore the signal',
    without('Cacheable', 'signal'),
  ),
  mutant(
    'a method that returns no promise rejects, and says so',
    'take any result',
    around(
      'Cacheable',
      (_, method) =>
        async function (...args) {
          return method.apply(this, args);
        },
    ),
  ),
  mutant(
    'a decorated method keeps its name and its length',
    'lose the name',
    around(
      'Cacheable',
      (decorated) =>
        function (...args) {
          return decorated.apply(this, args);
        },
    ),
  ),
  mutant('a decorated method keeps the metadata of other decorators', 'lose metadata', unnamed),
  mutant('a generic method stays generic, and values keep their types', 'do nothing', idle('Cacheable')),
  mutant(
    'a put runs the method at every call, and stores its result',
    'skip the method when there is a value',
    inPlace('CachePut', ({ Cacheable }) => Cacheable),
  ),
  mutant(
    'a put whose method fails changes nothing',
    'remove the value when the method fails',
    around(
      'CachePut',
      (decorated) =>
        async function (...args) {
          try {
            return await decorated.apply(this, args);
          } catch (error) {
            await cacheOf(this).delete(idOf(args));
            throw error;
          }
        },
    ),
  ),
  mutant(
    'a put without a result, or with one that unless refuses, removes the outdated value',
    'leave the outdated value',
    around(
      'CachePut',
      (decorated) =>
        async function (...args) {
          const before = await cacheOf(this).get(idOf(args));
          const result = await decorated.apply(this, args);
          if (result === undefined && before !== undefined) await cacheOf(this).set(idOf(args), before);
          return result;
        },
    ),
  ),
  mutant(
    'a put has the condition and the tags of its call',
    'ignore condition and tags',
    without('CachePut', 'condition', 'tags'),
  ),
  mutant(
    'a value that cannot be stored is the result of its put all the same',
    'fail for what cannot be stored',
    always('CachePut', { onFailure: 'throw' }),
  ),
  mutant(
    'an eviction comes after the method',
    'evict before the method',
    always('CacheEvict', { before: true, onlyOnSuccess: undefined }),
  ),
  mutant(
    'an eviction comes after a method that failed, too',
    'evict after successes only',
    always('CacheEvict', { onlyOnSuccess: true, before: undefined }),
  ),
  mutant(
    'an eviction of successes alone spares the cache of a method that failed',
    'evict after failures',
    without('CacheEvict', 'onlyOnSuccess'),
  ),
  mutant(
    'an eviction beforehand is done when the method begins',
    'evict after the method',
    without('CacheEvict', 'before'),
  ),
  mutant(
    'an eviction whose condition is false leaves the cache as it is',
    'ignore the condition of evictions',
    without('CacheEvict', 'condition'),
  ),
  mutant(
    'an eviction takes a key, tags, or all',
    'evict another tag',
    withOptions('CacheEvict', (options) =>
      options.tags === undefined ? options : { ...options, tags: () => ['other'] },
    ),
  ),
  mutant(
    'the key of a change is that of the arguments before the method',
    'make the key after the method',
    lateKeys,
  ),
  mutant(
    'a result stands when its change does not reach the store, and a warning is logged',
    'fail with the store',
    always('CacheEvict', { onFailure: 'throw' }),
  ),
  mutant(
    'a change that was asked to throw rejects when it does not reach the store',
    'hide failures',
    without('CacheEvict', 'onFailure'),
  ),
  mutant(
    'a load that began before an eviction is not stored after it',
    'store whatever was loaded',
    withoutFlight,
  ),
  mutant(
    'decorators of one method compose from the bottom to the top',
    'evict all instead of a key',
    evictionless,
  ),
  mutant(
    'combined decorators evict, look up, run, put and evict in this order',
    'put nothing',
    without('Caching', 'put'),
  ),
  mutant(
    'keys of all arguments differ by class and by method',
    'take the arguments alone as key',
    byArgumentsInstead((...args) => args),
  ),
  mutant(
    'an argument that is left out is undefined, in keys of all arguments',
    'count arguments',
    byArgumentsInstead((...args) => [args.length, ...args]),
  ),
  mutant(
    'an eviction by arguments names the method whose values it takes',
    'evict all methods',
    evictionless,
  ),
  mutant(
    'an argument that is no key is refused, before the method runs',
    'write arguments as text',
    byArgumentsInstead((...args) => args.join()),
  ),
  mutant(
    'a scope of the instance is a part of every key',
    'ignore the scope',
    without('CacheConfig', 'scope'),
  ),
  mutant(
    'an inherited method is cached, and one that overrides it is not',
    'cache calls of the own class only',
    around(
      'Cacheable',
      (decorated, method) =>
        function (...args) {
          const own = Object.hasOwn(Object.getPrototypeOf(this) as object, 'findTwice');
          return (own ? decorated : method).apply(this, args);
        },
    ),
  ),
  mutant(
    'a method that is cached already, static methods, and other members are refused',
    'take a method without looking at it',
    inPlace('Cacheable', () => () => () => undefined),
  ),
  mutant(
    'options that make no sense are refused when the class is defined',
    'have a key by default',
    withOptions('Cacheable', (options) => ({ key: () => 1, ...options })),
  ),
  mutant(
    'a cache is found by name, in the site of the container that made the instance',
    'forget names',
    forgettingNames,
  ),
  mutant(
    'an instance that no decorator reaches gets its caches by the activation of its binding',
    'activate nothing',
    inPlace('withCaches', () => (_context: unknown, instance: unknown) => instance),
  ),
  mutant(
    'an instance that was made by hand has the site that is attached to it',
    'attach nothing',
    inPlace('attachCaches', () => (instance: unknown) => instance),
  ),
  mutant(
    'an instance without a site rejects, and names the three ways to one',
    'run without a cache',
    around('Cacheable', refusals),
  ),
  mutant(
    'a name that the site does not have rejects with those that it has',
    'run where the site has no cache',
    around('Cacheable', refusals),
  ),
  mutant(
    'a cache that replaces another is used from the next call on',
    'remember what the first cache had',
    remembering,
  ),
  mutant(
    'an instance of a child container has the site of the child, and else that of its parent',
    'forget the names of a child',
    forgettingNames,
  ),
  mutant(
    'a singleton of a parent container keeps the site of the container that resolves it first',
    'forget the names of a parent',
    forgettingNames,
  ),
  mutant(
    'the class of a cache that is not declared says so at the call',
    'run when no cache is declared',
    around('Cacheable', refusals),
  ),
  mutant('changes in a transaction wait for its commit', 'evict at once', transactionless),
  mutant('changes in a transaction that fails are dropped', 'evict after a rollback', withOutcome('unknown')),
  mutant(
    'changes in a transaction whose outcome is unknown are done',
    'take every failure for a rollback',
    withOutcome('rolled-back'),
  ),
  mutant(
    'a value that a transaction loads is neither stored nor shared',
    'know no transactions',
    transactionless,
  ),
  mutant(
    'a value that was committed before is found in a transaction',
    'never read',
    always('Cacheable', { mode: 'writeOnly' }),
  ),
  mutant(
    'a value that a transaction has changed is a miss inside of it',
    'remember what was read before',
    remembering,
  ),
  mutant('a transaction in a transaction is a part of it', 'commit at once', transactionless),
  mutant('a task that runs on after a transaction is outside of it', 'never end a transaction', endless),
  mutant(
    'a failure of a change that was asked to throw rejects the transaction, which has committed',
    'hide failures after the commit',
    without('CacheEvict', 'onFailure'),
  ),
  mutant(
    'transactions of a library count for the classes that name them',
    'ignore transactions of others',
    without('CacheConfig', 'transactions'),
  ),
  mutant(
    'a request asks its cache once for each key, and its callers share the result',
    'keep nothing',
    requestless,
  ),
  mutant('own invalidations and puts end what a request has kept', 'keep what was invalidated', remembering),
  mutant(
    'a request does not keep an error, nor a result that unless refuses',
    'keep errors of a request',
    remembering,
  ),
  mutant('a load does not see what its request has kept', 'let loads see what was read before', remembering),
  mutant(
    'methods of one key with other options do not share in a request',
    'have one memory for all methods',
    remembering,
  ),
  mutant('a task that runs on after a request asks the cache', 'keep results after the request', remembering),
  mutant(
    'a request whose function returns no promise keeps results, too',
    'end a request at once',
    requestless,
  ),
  mutant('a request keeps a bounded number of results', 'keep all results', remembering),
  mutant(
    'calls of one lock run one after the other, and those of another lock beside them',
    'lock nothing',
    idle('Locked'),
  ),
  mutant(
    'the lock is found in the method that holds it, and nowhere else',
    'lose the lock',
    inPlace('currentLock', () => () => undefined),
  ),
  mutant(
    'a call that does not get its lock is an error, and the method does not run',
    'run without the lock',
    idle('Locked'),
  ),
  mutant(
    'a call beyond the limit is an error with its decision, and the method does not run',
    'limit nothing',
    idle('RateLimited'),
  ),
  mutant(
    'a request that is repeated is charged once',
    'ignore request ids',
    without('RateLimited', 'requestId'),
  ),
  mutant(
    'guards without a mutex, a limiter or a key are refused when the class is defined',
    'have a lock by default',
    withOptions('Locked', (options) => ({ ...options, mutex: 'locks', key: () => 'a' })),
  ),
];
