import { describe, expectTypeOf, it } from 'vitest';
import type { MemoryStore } from '../../src/implements/cache/memory/memory-store.js';
import type { RedisStore } from '../../src/implements/cache/redis/redis-store.js';
import type { SystemClock } from '../../src/implements/foundation/clock/system-clock.js';
import type { ProcessFencedStore } from '../../src/implements/typed-cache/store/process-fenced-store.js';
import type {
  ComponentSite,
  ComponentSiteBuilder,
  Duration,
  FenceToAdvance,
  ICache,
  IClock,
  IComponent,
  IComponentSite,
  IComponentSiteBuilder,
  IFencedStore,
  IKeySpaceOwner,
  IRedisConnection,
  ITypedCache,
  MemoryCache,
  NullCache,
  RedisCache,
  RedisConnection,
  TypedCache,
} from '../../src/index.js';

type Method = (...args: never[]) => unknown;
type Extends<One, Other> = [One] extends [Other] ? true : false;
type IsSame<One, Other> = Extends<One, Other> extends true ? Extends<Other, One> : false;

/**
 * Names of a port that a class has otherwise: a method with other parameters or an answer of another type, or a
 * property of another type. `implements` does not see the parameters: those of methods may be narrower.
 */
type Drift<Class, Port> = {
  [Name in keyof Port]-?: Name extends keyof Class
    ? NonNullable<Port[Name]> extends Method
      ? Class[Name] extends Method
        ? IsSame<Parameters<Class[Name]>, Parameters<NonNullable<Port[Name]>>> extends true
          ? ReturnType<Class[Name]> extends ReturnType<NonNullable<Port[Name]>>
            ? never
            : Name
          : Name
        : Name
      : Class[Name] extends Port[Name]
        ? never
        : Name
    : undefined extends Port[Name]
      ? never
      : Name;
}[keyof Port];

/** Verbs of a cache that a store has with the same parameters; bulk calls have one more. */
type StoreVerbs = Omit<ICache, 'setValue' | 'getValues' | 'setValues' | 'deleteValues' | 'clear'>;

describe('Classes and their ports', () => {
  it('every cache and every store has the methods of ICache with the same parameters', () => {
    expectTypeOf<Drift<MemoryCache, ICache>>().toBeNever();
    expectTypeOf<Drift<RedisCache, ICache>>().toBeNever();
    expectTypeOf<Drift<NullCache, ICache>>().toBeNever();
    expectTypeOf<Drift<MemoryStore, StoreVerbs>>().toBeNever();
    expectTypeOf<Drift<RedisStore, StoreVerbs>>().toBeNever();
  });

  it('every fenced store has the methods of IFencedStore with the same parameters', () => {
    expectTypeOf<Drift<MemoryCache, IFencedStore>>().toBeNever();
    expectTypeOf<Drift<RedisCache, IFencedStore>>().toBeNever();
    expectTypeOf<Drift<MemoryStore, IFencedStore>>().toBeNever();
    expectTypeOf<Drift<RedisStore, IFencedStore>>().toBeNever();
    expectTypeOf<Drift<ProcessFencedStore, IFencedStore>>().toBeNever();
  });

  it('every other class has the methods of its port with the same parameters', () => {
    expectTypeOf<Drift<RedisConnection, IRedisConnection>>().toBeNever();
    expectTypeOf<Drift<TypedCache<string>, ITypedCache<string>>>().toBeNever();
    expectTypeOf<Drift<ComponentSite, IComponentSite>>().toBeNever();
    expectTypeOf<Drift<ComponentSiteBuilder, IComponentSiteBuilder>>().toBeNever();
    expectTypeOf<Drift<SystemClock, IClock>>().toBeNever();
    expectTypeOf<Drift<MemoryCache | RedisCache | RedisConnection | TypedCache, IComponent>>().toBeNever();
    expectTypeOf<Drift<RedisCache | TypedCache, IKeySpaceOwner>>().toBeNever();
  });

  it('a parameter, an answer or a property that drifted is found', () => {
    interface Drifted extends Omit<IFencedStore, 'write' | 'advance' | 'releaseLease'> {
      write(key: string, value: Uint8Array, expire: Duration, fence?: string): Promise<'stored' | 'fenced'>;
      advance(generations: readonly string[]): void;
    }
    expectTypeOf<Drift<Drifted, IFencedStore>>().toEqualTypeOf<'write' | 'advance' | 'releaseLease'>();
    expectTypeOf<Drift<{ connected: string }, Pick<ICache, 'connected'>>>().toEqualTypeOf<'connected'>();
    expectTypeOf<{
      write(fence: string): void;
    }>().toExtend<{ write(fence: string | FenceToAdvance): void }>();
  });
});
