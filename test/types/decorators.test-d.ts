import type { ITypedCache } from 'inversify-cache';
import {
  byArguments,
  Cacheable,
  CacheConfig,
  CacheEvict,
  CachePut,
  cached,
  type ValuesOf,
} from 'inversify-cache/decorators';
import { describe, expectTypeOf, it } from 'vitest';
import { cacheName } from '../../src/index.js';

declare module 'inversify-cache/decorators' {
  interface DeclaredCaches {
    declaredTexts: ITypedCache<string>;
  }
}

interface User {
  readonly id: number;
}

declare const users: ITypedCache<User>;
const Users = cacheName<User>('users');

describe('cached', () => {
  it('the arguments of a cached function are those of its key, and its result is that of the cache', () => {
    const find = cached(users, { key: (id: number) => id }, async (id) => ({ id }));
    expectTypeOf(find).toEqualTypeOf<(id: number) => Promise<User>>();
    const maybe = cached(users, { key: (id: number) => id }, async (): Promise<User | null> => null);
    expectTypeOf(maybe).toEqualTypeOf<(id: number) => Promise<User | null>>();
  });

  it('a function that requires more than its key has does not compile', () => {
    // @ts-expect-error the key lacks the tenant
    cached(users, { key: (id: number) => id }, async (id: number, _tenant: string) => ({ id }));
    // @ts-expect-error the cache has other values
    cached(users, { key: (id: number) => id }, async () => 'text');
  });
});

describe('decorators of methods', () => {
  it('the names of caches tell the types of their values', () => {
    expectTypeOf<ValuesOf<typeof Users>>().toEqualTypeOf<User>();
    expectTypeOf<ValuesOf<'declaredTexts'>>().toEqualTypeOf<string>();
    expectTypeOf<ValuesOf<'undeclared'>>().toEqualTypeOf<unknown>();
    expectTypeOf<ValuesOf<(self: object) => ITypedCache<User>>>().toEqualTypeOf<User>();
  });

  it('a parameter that the method requires and the key forgets does not compile', () => {
    class Service {
      // @ts-expect-error the key lacks the tenant
      @Cacheable({ cache: Users, key: (id: number) => id })
      async find(id: number, _tenant: string): Promise<User> {
        return { id };
      }

      @Cacheable({ cache: Users, key: (id: number) => id })
      async optional(id: number, _note?: string): Promise<User> {
        return { id };
      }

      // @ts-expect-error the key lacks the tenant
      @CachePut({ cache: Users, key: (user: User) => user.id })
      async save(user: User, _tenant: string): Promise<User> {
        return user;
      }

      // @ts-expect-error the key lacks the tenant
      @CacheEvict({ cache: Users, key: (id: number) => id })
      async remove(_id: number, _tenant: string): Promise<void> {}

      @CacheEvict({ cache: Users, all: true })
      async forget(_id: number, _tenant: string): Promise<void> {}

      // @ts-expect-error the key takes another type
      @Cacheable({ cache: Users, key: (id: string) => id })
      async other(id: number): Promise<User> {
        return { id };
      }
    }
    expectTypeOf<Service['find']>().returns.resolves.toEqualTypeOf<User>();
  });

  it('a result that is no value of the cache does not compile', () => {
    class Service {
      // @ts-expect-error a text is no user
      @Cacheable({ cache: Users, key: (id: number) => id })
      async text(id: number): Promise<string> {
        return `${id}`;
      }

      // @ts-expect-error a user is no text
      @Cacheable({ cache: 'declaredTexts', key: (id: number) => id })
      async user(id: number): Promise<User> {
        return { id };
      }

      // @ts-expect-error a cached method returns a promise
      @Cacheable({ cache: Users, key: (id: number) => id })
      now(id: number): User {
        return { id };
      }

      // @ts-expect-error the result may be null, which unless does not take
      @Cacheable({ cache: Users, key: (id: number) => id, unless: (user: User) => user.id === 0 })
      async unless(_id: number): Promise<User | null> {
        return null;
      }

      @Cacheable({ cache: Users, key: (id: number) => id, unless: (user: User | null) => user?.id === 0 })
      async missing(_id: number): Promise<User | null> {
        return null;
      }
    }
    expectTypeOf<Service['missing']>().returns.resolves.toEqualTypeOf<User | null>();
  });

  it('byArguments takes methods whose arguments are keys, and no others', () => {
    class Service {
      @Cacheable({ cache: Users, key: byArguments })
      async find(id: number, _tenant?: string): Promise<User> {
        return { id };
      }

      // @ts-expect-error a function is no key
      @Cacheable({ cache: Users, key: byArguments })
      async by(_filter: (user: User) => boolean): Promise<User> {
        return { id: 1 };
      }

      @CacheEvict({ cache: Users, key: byArguments('find') })
      async remove(_id: number, _tenant?: string): Promise<void> {}
    }
    expectTypeOf<Service['find']>().returns.resolves.toEqualTypeOf<User>();
  });

  it('a generic method stays generic', () => {
    class Service {
      @Cacheable({ key: (id: number, _value: unknown) => id })
      async keep<V>(_id: number, value: V): Promise<V> {
        return value;
      }
    }
    expectTypeOf<Service['keep']>().toEqualTypeOf<<V>(id: number, value: V) => Promise<V>>();
  });

  it('the settings of a class take a function of its instance, or a name', () => {
    @CacheConfig({ cache: (self: Service) => self.users, scope: (self: Service) => self.tenant })
    class Service {
      readonly users = users;
      readonly tenant = 'a';
    }
    expectTypeOf<Service['tenant']>().toEqualTypeOf<'a'>();
    // @ts-expect-error an eviction takes a key, tags, or all
    CacheEvict({ cache: Users });
    // @ts-expect-error an eviction takes one of them only
    CacheEvict({ cache: Users, key: (id: number) => id, all: true });
  });
});
