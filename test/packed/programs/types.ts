import {
  type CacheName,
  cacheName,
  defineInterface,
  ICache,
  type IComponentSite,
  type InterfaceToken,
  ITypedCache,
  type Loader,
  type ManyLoader,
  parseDuration,
  TypedCache,
} from 'inversify-cache';

interface User {
  readonly id: number;
  readonly name?: string;
}
interface IBox<T> {
  get(): T;
}
const IBox: InterfaceToken<IBox<unknown>> = defineInterface<IBox<unknown>>('IBox', ['get']);

type Same<One, Other> =
  (<T>() => T extends One ? 1 : 2) extends <T>() => T extends Other ? 1 : 2 ? true : false;
declare function hasType<Expected>(): <Actual>(value: Actual, same: Same<Actual, Expected>) => void;

declare const site: IComponentSite;
declare const cache: ICache;
declare const users: ITypedCache<User>;
declare const names: ITypedCache<string>;
declare const perhaps: ITypedCache<User | null>;
declare const unknowns: ITypedCache<unknown>;
declare const db: {
  find(id: number): Promise<User>;
  seek(id: number): Promise<User | undefined>;
  seekOrNull(id: number): Promise<User | null>;
  findAll(ids: readonly number[]): Promise<Map<number, User>>;
};

// A loader that always has a value gives one.
hasType<Promise<User>>()(
  users.getOrSet(7, () => db.find(7)),
  true,
);
hasType<Promise<User>>()(
  users.getOrSet(7, async () => db.find(7)),
  true,
);
hasType<Promise<User>>()(
  users.getOrSet(7, async ({ key }) => ({ id: Number(key) })),
  true,
);
hasType<Promise<User>>()(
  users.getOrSet(7, async ({ previous }) => previous?.value ?? db.find(7)),
  true,
);
hasType<Promise<User>>()(
  users.getOrSet(7, () => Promise.reject(new Error('down'))),
  true,
);
hasType<Promise<string>>()(
  names.getOrSet(7, () => 'Ada'),
  true,
);
hasType<Promise<unknown>>()(
  unknowns.getOrSet(7, () => 5),
  true,
);
const find: Loader<User> = () => db.find(7);
hasType<Promise<User>>()(users.getOrSet(7, find, { tags: ['tenant:1'] }), true);

// One that may have none gives what it gives.
hasType<Promise<User | undefined>>()(
  users.getOrSet(7, () => db.seek(7)),
  true,
);
hasType<Promise<User | null>>()(
  users.getOrSet(7, async () => db.seekOrNull(7)),
  true,
);
hasType<Promise<User | null>>()(
  users.getOrSet(7, () => null),
  true,
);
hasType<Promise<User | null>>()(
  perhaps.getOrSet(7, () => db.seekOrNull(7)),
  true,
);
const seek: Loader<User | undefined> = () => db.seek(7);
hasType<Promise<User | undefined>>()(users.getOrSet(7, seek), true);
// @ts-expect-error a string is no user.
void users.getOrSet(7, () => 'Ada');
// @ts-expect-error a list is no user.
void users.getOrSet(7, async () => [await db.find(7)]);

// Keys written out are keys of their type to the loader.
void users.getOrSetMany([1, 2], (ids) => db.findAll(ids));
void users.getOrSetMany([1, 2], async (ids) => ids.map((id) => [id, { id }] as const));
void users.getOrSetMany([1, 'a', null], (keys) => keys.map((key) => [key, { id: 1 }] as const));
const findAll: ManyLoader<number, User> = (ids) => db.findAll(ids);
hasType<Promise<PromiseSettledResult<User | undefined>[]>>()(users.getOrSetMany([1, 2], findAll), true);
// @ts-expect-error text is none of the keys.
void users.getOrSetMany([1, 2], (ids) => ids.map(() => ['a', { id: 1 }] as const));

function load<T>(typed: ITypedCache<T>, loader: Loader<T>): Promise<T> {
  return typed.getOrSet('key', loader);
}
hasType<Promise<User>>()(load(users, find), true);
hasType<Promise<User>>()(new TypedCache<User>({ store: cache, namespace: 'users' }).getOrSet(7, find), true);

// Values of a cache that is looked up without their type are unknown.
hasType<ITypedCache<unknown>>()(site.getComponent(ITypedCache, 'users'), true);
hasType<ITypedCache<unknown> | undefined>()(site.queryComponent(ITypedCache), true);
hasType<ITypedCache<User>>()(site.getComponent<ITypedCache<User>>(ITypedCache, 'users'), true);
const Users = cacheName<User>('users');
hasType<CacheName<User>>()(Users, true);
hasType<ITypedCache<User>>()(site.getComponent(ITypedCache, Users), true);
hasType<ITypedCache<User> | undefined>()(site.queryComponent(ITypedCache, Users), true);
hasType<ICache>()(site.getComponent(ICache, 'Redis'), true);
hasType<IBox<string>>()(site.getComponent<IBox<string>>(IBox as InterfaceToken<IBox<string>>), true);
hasType<unknown>()(site.getComponent(Symbol.for('other')), true);
function find2<T>(token: InterfaceToken<T>): T {
  return site.getComponent(token);
}
hasType<ICache>()(find2(ICache), true);

hasType<number>()(parseDuration('5m'), true);
