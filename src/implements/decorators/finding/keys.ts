import { ArgumentError } from '../../../interfaces/errors.js';
import type { CacheKey } from '../../../interfaces/typed-cache.js';
import { encodeKey } from '../../foundation/codecs/values/cache-key.js';
import { classNameOf, settingsOf } from './settings.js';

const OF_ARGUMENTS = Symbol.for('inversify-cache.arguments-key');

/** A key of all arguments, in front of which are the names of the class and of the method. */
export interface ArgumentsKey {
  /** Key of another method's call with the same arguments, for what invalidates it. */
  (method: string): ArgumentsKey;
  readonly [OF_ARGUMENTS]: string | null;
}

/** Key of a call, of its arguments. What it leaves out must not matter: callers of one key share one load. */
export type KeyFunction<A extends unknown[], S> = (this: S, ...args: A) => CacheKey;

/** Key of a call. */
export type KeyOption = KeyFunction<never[], never> | ArgumentsKey;

/**
 * Key of all arguments, on request: each must be a key (text, number, list, plain object, …). Arguments that are left
 * out are the same as `undefined`. `byArguments('find')` is the key of the method `find`, for an eviction.
 */
export const byArguments: ArgumentsKey = argumentsKey(null);

function argumentsKey(method: string | null): ArgumentsKey {
  return Object.assign((other: string) => argumentsKey(other), { [OF_ARGUMENTS]: method } as const);
}

/** A method for which keys are made. */
interface KeyedMethod {
  readonly decorator: string;
  readonly name: string | symbol;
  prototypeOf(self: unknown): object;
}

/** Makes the key of a call: scope of the instance, and what the option says. */
export type KeyMaker = (self: unknown, args: readonly unknown[]) => CacheKey;

/** Prepares the keys of a method. */
export function keyMaker(option: KeyOption, method: KeyedMethod): KeyMaker {
  if (typeof option !== 'function') {
    throw new ArgumentError(
      `@${method.decorator}: expected a function as key, got another value; write one, or ask for byArguments`,
    );
  }
  const own = OF_ARGUMENTS in option ? byNames(option[OF_ARGUMENTS], method) : applying(option);
  return (self, args) => {
    const scope = settingsOf(self)?.scope;
    return scope === undefined ? own(self, args) : [scope(self), own(self, args)];
  };
}

/** Refuses a key that cannot be one, before the method runs that must not be repeated. */
export function checkedKey(key: CacheKey): CacheKey {
  encodeKey(key);
  return key;
}

function applying(key: KeyFunction<never[], never>): KeyMaker {
  return (self, args) => key.apply(self as never, args as never[]);
}

function byNames(other: string | null, { name, prototypeOf }: KeyedMethod): KeyMaker {
  const text = other ?? String(name);
  return (self, args) => {
    const prototype = other === null ? prototypeOf(self) : ownerOf(self, other);
    let { length } = args;
    while (length > 0 && args[length - 1] === undefined) length -= 1;
    return [classNameOf(prototype), text, ...(args.slice(0, length) as CacheKey[])];
  };
}

/** Nearest prototype that has a method of a name. */
function ownerOf(self: unknown, name: string): object {
  for (let step = Object.getPrototypeOf(self) as object | null; step !== null; ) {
    if (Object.hasOwn(step, name)) return step;
    step = Object.getPrototypeOf(step) as object | null;
  }
  throw new ArgumentError(`byArguments: expected the name of a method of the class, got another; correct it`);
}
