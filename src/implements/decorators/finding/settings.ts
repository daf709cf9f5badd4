import { ArgumentError } from '../../../interfaces/errors.js';
import type { ITransactions } from '../../../interfaces/transactions.js';
import type { CacheKey } from '../../../interfaces/typed-cache.js';
import type { CacheReference } from './cache-reference.js';
import { injectSite } from './sites.js';

/** Settings of a class, for all of its decorated methods. A subclass inherits those that it does not have itself. */
export interface CacheConfigOptions<S> {
  /** Cache of the methods that name none: a name, or a function of the instance. */
  readonly cache?: CacheReference<S> | undefined;
  /** Part of every key, in front: of the instance, such as its tenant. Default: none. */
  readonly scope?: ((self: S) => CacheKey) | undefined;
  /** Transactions of a database library, such as an adapter of its hooks. Default: those of `transaction`. */
  readonly transactions?: ((self: S) => ITransactions) | undefined;
  /** Name of the class in keys that `byArguments` makes, for minifiers rename classes. Default: that of the class. */
  readonly name?: string | undefined;
}

const SETTINGS = Symbol.for('inversify-cache.settings');
type Configured = { readonly [SETTINGS]?: CacheConfigOptions<unknown> };

/** A decorator of classes, in both protocols of decorators. */
export type ClassCacheDecorator = <C extends abstract new (...args: never[]) => unknown>(
  target: C,
  context?: ClassDecoratorContext,
) => void;

/**
 * Sets the cache of a class, and a part of all its keys.
 */
export function CacheConfig<S>(options: CacheConfigOptions<S>): ClassCacheDecorator {
  const { cache, name } = options;
  if (cache !== undefined && typeof cache !== 'string' && typeof cache !== 'function') {
    throw new ArgumentError('@CacheConfig: expected a name or a function as cache, got another value');
  }
  if (name === '')
    throw new ArgumentError('@CacheConfig: expected a name with a character, got an empty one');
  return (target) => {
    const prototype = target.prototype as object;
    const own = options as CacheConfigOptions<unknown>;
    const given = Object.fromEntries(Object.entries(own).filter(([, value]) => value !== undefined));
    const { name: _, ...inherited } = settingsOf(prototype) ?? {};
    Object.defineProperty(prototype, SETTINGS, { value: { ...inherited, ...given }, configurable: true });
    injectSite(prototype);
  };
}

/** Settings of the class of an instance, or of the nearest of its superclasses; `undefined` when there are none. */
export function settingsOf(self: unknown): CacheConfigOptions<unknown> | undefined {
  return (self as Configured | undefined)?.[SETTINGS];
}

/** Transactions that the class of an instance names. */
export function transactionsOf(self: unknown): ITransactions | undefined {
  return settingsOf(self)?.transactions?.(self);
}

/** Name of a class in keys, by its prototype. */
export function classNameOf(prototype: object): string {
  const own = Object.hasOwn(prototype, SETTINGS) ? settingsOf(prototype)?.name : undefined;
  const name = own ?? prototype.constructor.name;
  if (name !== '') return name;
  throw new ArgumentError(
    'byArguments: expected a class with a name, got one without; name it by @CacheConfig',
  );
}
