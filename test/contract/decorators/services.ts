import type { Container, injectable as injectableOf } from 'inversify';
import type * as Door from '../../../src/decorators.js';
import type { ITransactions } from '../../../src/interfaces/transactions.js';
import type { ITypedCache } from '../../../src/interfaces/typed-cache.js';

/** Decorators of the package, and those of others that the services have as well. */
export type Decorators = Omit<typeof Door, 'cached'> & {
  readonly injectable: typeof injectableOf;
  /** Adds metadata of another library to a method, in the legacy protocol only. */
  readonly marked: (...args: unknown[]) => void;
};

export interface User {
  readonly id: number;
  readonly name: string;
  readonly team?: string;
}

/** Source of users that a law watches. */
export interface UserSource {
  read(id: number): Promise<User | null | undefined>;
  write(user: User): Promise<User | undefined>;
}

/** A list that counts, and is no key. */
export class Basket {
  constructor(readonly items: string[]) {}
}

/**
 * Services with decorators. It is compiled twice, once for each protocol of decorators, so that it imports nothing: all
 * comes as an argument.
 */
export function servicesWith(door: Decorators) {
  const {
    byArguments,
    Cacheable,
    CacheConfig,
    CacheEvict,
    CachePut,
    Caching,
    currentLoad,
    currentLock,
    injectable,
    Locked,
    marked,
    RateLimited,
  } = door;
  const cache = (self: { readonly users: ITypedCache<User> }) => self.users;

  class UserService {
    readonly seen: unknown[] = [];
    constructor(
      readonly users: ITypedCache<User>,
      readonly source: UserSource,
    ) {}

    @Cacheable({ cache, key: (id: number) => id })
    async find(id: number, _note?: string): Promise<User | null | undefined> {
      return this.source.read(id);
    }

    async findTwice(id: number): Promise<(User | null | undefined)[]> {
      return [await this.find(id), await this.find(id)];
    }

    @Cacheable({ cache, key: (basket: Basket) => basket.items })
    async buy(basket: Basket): Promise<User> {
      this.seen.push(basket, this);
      return { id: basket.items.length, name: basket.items.join() };
    }

    @Cacheable({ cache, key: (id: number) => id, negativeExpire: '1m' })
    async findMaybe(id: number): Promise<User | null | undefined> {
      return this.source.read(id);
    }

    @Cacheable({ cache, key: (id: number) => id, condition: (id: number) => id > 0 })
    async findPositive(id: number): Promise<User | null | undefined> {
      this.seen.push(currentLoad() !== undefined);
      return this.source.read(id);
    }

    @Cacheable({
      cache,
      key: (id: number) => id,
      unless: (user: User | null | undefined) => user?.name === 'draft',
      tags: (user: User | null | undefined) => (user?.team === undefined ? [] : [user.team]),
      expire: (user: User | null | undefined) => (user?.name === 'brief' ? 1000 : '1h'),
    })
    async findTagged(id: number): Promise<User | null | undefined> {
      return this.source.read(id);
    }

    @Cacheable({ cache, key: (id: number) => id })
    async findInside(id: number): Promise<User | null | undefined> {
      const load = currentLoad();
      this.seen.push(load?.key);
      load?.tag('inside');
      const user = await this.source.read(id);
      this.seen.push(currentLoad() === load);
      if (user?.name === 'skipped') load?.skip();
      return user;
    }

    @Cacheable({
      cache,
      key: (id: number, _signal?: AbortSignal) => id,
      signal: (_id: number, signal?: AbortSignal) => signal,
    })
    async findWithin(id: number, _signal?: AbortSignal): Promise<User | null | undefined> {
      return this.source.read(id);
    }

    // A method that returns no promise, past the compiler.
    @Cacheable({ cache, key: (id: number) => id })
    findAtOnce(id: number): Promise<User> {
      return { id, name: 'at once' } as unknown as Promise<User>;
    }

    @CachePut({ cache, key: (user: User) => user.id })
    async save(user: User): Promise<User | undefined> {
      return this.source.write(user);
    }

    @CachePut({
      cache,
      key: (user: User) => user.id,
      condition: (user: User) => user.id > 0,
      unless: (user: User | undefined) => user?.name === 'draft',
      tags: (user: User | undefined) => [user?.team ?? 'none'],
    })
    async saveTagged(user: User): Promise<User | undefined> {
      return this.source.write(user);
    }

    @CachePut({ cache, key: (user: User) => user.id, onFailure: 'throw' })
    async saveSurely(user: User): Promise<User | undefined> {
      return this.source.write(user);
    }

    @CacheEvict({ cache, key: (user: User) => user.id })
    async change(user: User): Promise<string> {
      this.seen.push(await this.users.get(user.id));
      await this.source.write(user);
      return 'changed';
    }

    @CacheEvict({ cache, key: (user: User) => user.id, onFailure: 'throw' })
    async changeSurely(user: User): Promise<string> {
      await this.source.write(user);
      return 'changed';
    }

    @CacheEvict({ cache, key: (user: User) => user.id, onlyOnSuccess: true })
    async changeOnly(user: User): Promise<void> {
      await this.source.write(user);
    }

    @CacheEvict({ cache, key: (user: User) => user.id, before: true })
    async changeAfter(user: User): Promise<void> {
      this.seen.push(await this.users.get(user.id));
      await this.source.write(user);
    }

    @CacheEvict({ cache, key: (user: User) => user.id, condition: (user: User) => user.name !== 'same' })
    async changeName(user: User): Promise<void> {
      await this.source.write(user);
    }

    @CacheEvict({ cache, tags: (team: string) => [team] })
    async dissolve(team: string): Promise<void> {
      this.seen.push(team);
    }

    @CacheEvict({ cache, all: true })
    async forget(...why: string[]): Promise<void> {
      this.seen.push(...why);
    }

    @CacheEvict({ cache, key: (user: { id: number }) => user.id })
    async rename(user: { id: number }): Promise<void> {
      user.id = -1;
    }

    @Caching({
      cacheable: { cache, key: (user: User) => user.id },
      put: { cache, key: (user: User) => user.name },
      evict: [
        { cache, key: (user: User) => user.id + 1, before: true },
        { cache, key: (user: User) => user.id + 2 },
      ],
    })
    async combine(user: User): Promise<User | undefined> {
      this.seen.push(...(await this.users.getMany([user.id + 1, user.id + 2])));
      return this.source.write(user);
    }

    @Cacheable({ cache, key: (ids: number[]) => ['names', ids] })
    async namesOf(ids: number[]): Promise<User> {
      const found = await Promise.all(ids.map((id) => this.find(id)));
      return { id: 0, name: found.map((user) => user?.name).join() };
    }

    // Bottom first: the result is stored, and the eviction of another key comes after it.
    @CacheEvict({ cache, key: (user: User, _note: string) => user.id + 1 })
    @CachePut({ cache, key: (user: User, _note: string) => user.id })
    @marked
    async replace(user: User, _note: string): Promise<User | undefined> {
      return this.source.write(user);
    }
  }

  class PetService extends UserService {
    get texts(): ITypedCache<string> {
      return this.users as unknown as ITypedCache<string>;
    }

    override async find(id: number): Promise<User | null | undefined> {
      return super.find(id);
    }

    @Cacheable({ cache: (self: { readonly texts: ITypedCache<string> }) => self.texts, key: byArguments })
    async of(...ids: (number | undefined)[]): Promise<string> {
      return `pet ${ids.join()} ${(await this.source.read(0))?.name ?? ''}`;
    }
  }

  @CacheConfig({ cache: (self: PetService) => self.texts, name: 'Vet' })
  class VetService extends PetService {
    @Cacheable({ key: byArguments })
    override async of(...ids: (number | undefined)[]): Promise<string> {
      return `vet of ${await super.of(...ids)}`;
    }

    @Cacheable({ key: byArguments })
    async near(...ids: (number | undefined)[]): Promise<string> {
      return `near ${ids.join()}`;
    }

    @CacheEvict({ key: byArguments('of') })
    async left(..._ids: (number | undefined)[]): Promise<void> {}
  }

  @CacheConfig({ cache, scope: (self: TenantService) => self.tenant })
  class TenantService {
    constructor(
      readonly users: ITypedCache<User>,
      readonly source: UserSource,
      readonly tenant: string,
    ) {}

    @Cacheable({ key: (id: number) => id })
    async find(id: number): Promise<User | null | undefined> {
      return this.source.read(id);
    }

    @CachePut({ key: (user: User) => user.id })
    async save(user: User): Promise<User | undefined> {
      return this.source.write(user);
    }

    @CacheEvict({ key: (id: number) => id })
    async remove(_id: number): Promise<void> {}
  }

  class PartService extends TenantService {}

  @injectable()
  @CacheConfig({ cache: 'users' })
  class NamedService {
    loads = 0;

    @Cacheable({ key: (id: number) => id })
    async find(id: number): Promise<User> {
      this.loads += 1;
      return { id, name: `user ${id}` };
    }
  }

  @CacheConfig({ cache, transactions: (self: LedgerService) => self.transactions })
  class LedgerService {
    constructor(
      readonly users: ITypedCache<User>,
      readonly source: UserSource,
      readonly transactions: ITransactions,
    ) {}

    @Cacheable({ key: (id: number) => id })
    async find(id: number): Promise<User | null | undefined> {
      return this.source.read(id);
    }

    @CacheEvict({ key: (id: number) => id })
    async remove(_id: number): Promise<void> {}
  }

  @injectable()
  @CacheConfig({})
  class GuardedService {
    readonly seen: (string | number | undefined)[] = [];
    running = 0;
    most = 0;

    @Locked({ mutex: 'locks', key: (id: number) => `user:${id}`, wait: '5s' })
    async pay(id: number, amount: number): Promise<number> {
      const lock = currentLock();
      this.seen.push(lock?.name, lock?.signal.aborted === false ? amount : undefined);
      this.running += 1;
      this.most = Math.max(this.most, this.running);
      await new Promise(setImmediate);
      this.running -= 1;
      return id + amount;
    }

    @Locked({
      mutex: 'locks',
      key: (id: number) => `user:${id}`,
      method: 'non-blocking',
      signal: (_id: number, signal?: AbortSignal) => signal,
    })
    async tryPay(id: number, _signal?: AbortSignal): Promise<number> {
      this.seen.push(id);
      return id;
    }

    @RateLimited({
      limiter: 'calls',
      key: (user: string) => user,
      cost: (_user: string, cost?: number) => cost ?? 1,
    })
    async call(user: string, _cost?: number): Promise<string> {
      this.seen.push(user);
      return user;
    }

    @RateLimited({ limiter: 'calls', key: (_id: string) => 'all', requestId: (id: string) => id })
    async callOnce(id: string): Promise<string> {
      return id;
    }
  }

  class PlainChild extends NamedService {}

  class Box {
    constructor(readonly users: ITypedCache<unknown>) {}

    @Cacheable({ cache: (self: Box) => self.users, key: (id: number, _value: unknown) => id })
    async keep<V>(_id: number, value: V): Promise<V> {
      return value;
    }
  }

  return {
    UserService,
    PetService,
    VetService,
    TenantService,
    PartService,
    NamedService,
    PlainChild,
    Box,
    LedgerService,
    GuardedService,
  };
}

export type Services = ReturnType<typeof servicesWith>;
export type UserServiceOf = InstanceType<Services['UserService']>;
export type ContainerOf = Container;
