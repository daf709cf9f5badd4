import { ArgumentError } from '../../../interfaces/errors.js';
import type { CacheKey } from '../../../interfaces/typed-cache.js';
import { injectSite } from '../finding/sites.js';
import { isCaching, likeness, wraps } from './likeness.js';

/** A decorator of methods with these parameters and results, in both protocols of decorators. */
export interface CacheDecorator<A extends unknown[], R> {
  <M extends (...args: A) => Promise<R>>(method: M, context: ClassMethodDecoratorContext): M;
  <M extends (...args: A) => Promise<R>>(
    prototype: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<M>,
  ): void;
}

/** `unknown` for methods whose arguments are all keys, and `never` for others. */
export type KeyArguments<M> = M extends (...args: infer A) => unknown
  ? A extends readonly (CacheKey | undefined)[]
    ? unknown
    : never
  : never;

/** A decorator of methods whose arguments are their key. */
export interface ArgumentsDecorator<R> {
  <M extends (...args: never[]) => Promise<R>>(
    method: M & KeyArguments<M>,
    context: ClassMethodDecoratorContext,
  ): M;
  <M extends (...args: never[]) => Promise<R>>(
    prototype: object,
    name: string | symbol,
    descriptor: TypedPropertyDescriptor<M> & KeyArguments<M>,
  ): void;
}

/** A decorated method, at run time. */
export interface DecoratedMethod {
  /** Name of the decorator, for messages. */
  readonly decorator: string;
  readonly name: string | symbol;
  /** Prototype that has the method, by an instance; a subclass may have another method of that name. */
  prototypeOf(self: unknown): object;
}

/** Runs a method with something around it. */
export type Around<A extends unknown[]> = (self: unknown, args: A, run: () => Promise<unknown>) => unknown;

/** Properties of a decorator. */
interface Decoration {
  /** Name of the decorator, for messages. */
  readonly decorator: string;
  /** `true` when components are found by name: the site is injected. */
  readonly named: boolean;
  /** `true` when the method is cached, which may be once only. */
  readonly caches?: boolean;
}

/** Makes a decorator that replaces the method: no proxy, so that calls through `this` are seen. */
export function decorating<D, A extends unknown[] = never[]>(
  { decorator, named, caches = false }: Decoration,
  prepare: (method: DecoratedMethod) => Around<A>,
): D {
  const wrapperOf = (method: unknown, name: string | symbol, prototype: object | undefined) => {
    if (typeof method !== 'function' || typeof prototype === 'function') {
      throw new ArgumentError(`@${decorator}: expected a method of instances, got another member; move it`);
    }
    if (caches && isCaching(method)) {
      throw new ArgumentError(`@${decorator}: expected a method that is not cached yet, got one that is`);
    }
    const prototypeOf = (self: unknown): object => prototype ?? homeOf(self, name, wrapper);
    const around = prepare({ decorator, name, prototypeOf });
    const wrapper = function (this: unknown, ...args: A): unknown {
      try {
        return around(this, args, () => promised(method.apply(this, args), decorator));
      } catch (error) {
        return Promise.reject(error);
      }
    };
    return likeness(wrapper, method, caches);
  };
  const decorate = (
    target: unknown,
    context: ClassMethodDecoratorContext | string | symbol,
    descriptor?: PropertyDescriptor,
  ): unknown => {
    if (typeof context === 'object') {
      return wrapperOf(target, context.name, context.static ? Object : undefined);
    }
    const wrapper = wrapperOf(descriptor?.value, context, target as object);
    if (named) injectSite(target as object);
    if (descriptor !== undefined) descriptor.value = wrapper;
    return undefined;
  };
  return decorate as D;
}

/** Refuses a method that returns no promise: its callers do not expect one. */
export function promised<R>(result: R, name: string): R {
  if (typeof (result as { then?: unknown } | undefined)?.then === 'function') return result;
  throw new ArgumentError(`${name}: expected a promise, got another value; make the function async`);
}

/** Finds the prototype that holds a wrapper: standard decorators do not tell, and private methods are on none. */
function homeOf(self: unknown, name: string | symbol, wrapper: object): object {
  const first = Object.getPrototypeOf(Object(self)) as object;
  let nearest: object | undefined;
  for (let step: object | null = first; step !== null; step = Object.getPrototypeOf(step) as object | null) {
    const method: unknown = Object.getOwnPropertyDescriptor(step, name)?.value;
    if (wraps(method, wrapper)) return step;
    if (method !== undefined) nearest ??= step;
  }
  return nearest ?? first;
}
