import { ArgumentError } from '../../interfaces/errors.js';
import { IMutexSite, type MutexOptions } from '../../interfaces/mutex.js';
import { componentOf } from './finding/sites.js';
import { type CacheDecorator, decorating } from './methods/decorating.js';
import { runWithin } from './scopes/surroundings.js';

/** Options of `@Locked`: those of an acquisition, and the lock. */
export interface LockedOptions<A extends unknown[], S> extends Omit<MutexOptions, 'signal'> {
  /** Mutexes: the name of their component, or a function of the instance. */
  readonly mutex: string | ((self: S) => IMutexSite);
  /** Name of the lock of a call. */
  readonly key: (this: S, ...args: A) => string;
  /** Signal that ends the wait for the lock. */
  readonly signal?: ((this: S, ...args: A) => AbortSignal | undefined) | undefined;
}

/** Arguments of a method that may have more of them than a function which looks at some. */
export type Leading<A extends unknown[]> = [...A, ...never[]];

/**
 * Runs a method under a lock, in which `currentLock()` is the lock: its fence, and the signal that aborts when it is
 * lost. A call that does not get the lock within `wait` rejects with `E_LOCK_BUSY`, and the method does not run. A
 * method that calls another one with the same lock waits for itself.
 */
export function Locked<A extends unknown[], S = unknown>(
  options: LockedOptions<A, S>,
): CacheDecorator<Leading<A>, unknown> {
  const { mutex, key, signal, ...rest } = options;
  check('Locked', 'mutex', mutex, key);
  return decorating(
    { decorator: 'Locked', named: typeof mutex === 'string' },
    () => (self, args: unknown[], run) => {
      const site =
        typeof mutex === 'string'
          ? componentOf<IMutexSite>(self, IMutexSite, mutex, 'Locked')
          : mutex(self as S);
      const own = signal?.apply(self as S, args as A);
      return site
        .getMutex(key.apply(self as S, args as A))
        .run((lock) => runWithin({ lock }, run), own === undefined ? rest : { ...rest, signal: own });
    },
  );
}

/** Refuses options when the class is defined. */
export function check(decorator: string, option: string, component: unknown, key: unknown): void {
  if (typeof component !== 'string' && typeof component !== 'function') {
    throw new ArgumentError(`@${decorator}: expected a name or a function as ${option}, got another value`);
  }
  if (typeof key !== 'function') {
    throw new ArgumentError(`@${decorator}: expected a function as key, got another value; write one`);
  }
}
