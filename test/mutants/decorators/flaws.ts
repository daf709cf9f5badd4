import type { Decorators } from '../../contract/decorators/services.js';

type Options = Record<string, unknown>;
type Make = (options: Options) => Decorate;
type Decorate = (target: object, name: string, descriptor: PropertyDescriptor) => void;
type Method = (this: object, ...args: unknown[]) => unknown;
export type Flaw = (door: Decorators) => Partial<Decorators>;

type Name = 'Cacheable' | 'CachePut' | 'CacheEvict' | 'Caching' | 'CacheConfig' | 'Locked' | 'RateLimited';

/** The decorator, with other options. */
export function withOptions(name: Name, change: (options: Options, door: Decorators) => Options): Flaw {
  return (door) => {
    const make = door[name] as unknown as Make;
    return { [name]: (options: Options) => make(change(options, door)) };
  };
}

/** The decorator, with these options in place of its own. */
export function always(name: Name, fixed: Options): Flaw {
  return withOptions(name, (options) => ({ ...options, ...fixed }));
}

/** The decorator, without some of its options. */
export function without(name: Name, ...ignored: string[]): Flaw {
  return always(name, Object.fromEntries(ignored.map((option) => [option, undefined])));
}

/** A decorator that changes nothing. */
export function idle(name: Name): Flaw {
  return () => ({ [name]: () => () => undefined });
}

/** The decorator, with something around what it makes of a method. */
export function around(name: Name, wrap: (decorated: Method, method: Method) => Method): Flaw {
  return (door) => {
    const make = door[name] as unknown as Make;
    const decorating =
      (options: Options): Decorate =>
      (target, member, descriptor) => {
        const method = descriptor.value as Method;
        make(options)(target, member, descriptor);
        descriptor.value = wrap(descriptor.value as Method, method);
      };
    return { [name]: decorating };
  };
}

/** Another function of the door. */
export function inPlace<N extends keyof Decorators>(name: N, make: (door: Decorators) => unknown): Flaw {
  return (door) => ({ [name]: make(door) }) as Partial<Decorators>;
}

const results = new WeakMap<object, Map<unknown, unknown>>();

/** Keeps results for the instance, by the first argument, for all of its methods, and never forgets one. */
export const remembering = around(
  'Cacheable',
  (decorated) =>
    function (...args) {
      const own = results.get(this) ?? new Map<unknown, unknown>();
      results.set(this, own);
      if (!own.has(args[0])) own.set(args[0], decorated.apply(this, args));
      return own.get(args[0]);
    },
);
