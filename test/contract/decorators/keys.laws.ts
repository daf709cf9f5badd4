import assert from 'node:assert/strict';
import { type DecoratorLaw, law } from './subject.js';

/** Decorates by hand, in either protocol. */
type Hand = (decorator: unknown, method: unknown) => unknown;
const inLegacy: Hand = (decorator, method) => {
  const descriptor = { value: method };
  (decorator as (...args: unknown[]) => void)({}, 'by hand', descriptor);
  return descriptor.value;
};
const inStandard: Hand = (decorator, method) =>
  (decorator as (...args: unknown[]) => unknown)(method, { kind: 'method', name: 'by hand', static: false });
const HANDS = [inLegacy, inStandard];

/** Laws of keys, of inheritance, and of what is refused. */
export const keyLaws: readonly DecoratorLaw[] = [
  law('keys of all arguments differ by class and by method', async (open) => {
    const { services, users, source } = await open();
    const [pet, vet] = [new services.PetService(users, source), new services.VetService(users, source)];
    assert.equal(await pet.of(1), 'pet 1 user 0');
    assert.equal(await vet.of(1), 'vet of pet 1 user 0');
    assert.equal(await vet.near(1), 'near 1');
    assert.deepEqual([await pet.of(2), await pet.of(1)], ['pet 2 user 0', 'pet 1 user 0']);
    assert.equal(await users.has(['PetService', 'of', 1]), true);
    assert.equal(await users.has(['Vet', 'of', 1]), true);
  }),
  law('an argument that is left out is undefined, in keys of all arguments', async (open) => {
    const { services, users, source } = await open();
    const pet = new services.PetService(users, source);
    assert.equal(await pet.of(1), await pet.of(1, undefined));
    assert.notEqual(await pet.of(1), await pet.of(undefined, 1));
    assert.deepEqual(source.reads, [0, 0]);
  }),
  law('an eviction by arguments names the method whose values it takes', async (open) => {
    const { services, users, source } = await open();
    const vet = new services.VetService(users, source);
    await vet.of(1);
    await vet.near(1);
    await vet.left(1);
    assert.equal(await users.has(['Vet', 'of', 1]), false);
    assert.equal(await users.has(['Vet', 'near', 1]), true);
  }),
  law('an argument that is no key is refused, before the method runs', async (open) => {
    const { services, users, source } = await open();
    const vet = new services.VetService(users, source);
    for (const odd of [() => 1, new AbortController().signal, new Map(), Symbol('s')]) {
      await assert.rejects(vet.of(odd as never), { code: 'E_ARGUMENT' });
      await assert.rejects(vet.left(odd as never), { code: 'E_ARGUMENT' });
    }
    assert.deepEqual(source.reads, []);
  }),
  law('a scope of the instance is a part of every key', async (open) => {
    const { services, users, source } = await open();
    const [red, blue] = ['red', 'blue'].map((tenant) => new services.TenantService(users, source, tenant));
    const part = new services.PartService(users, source, 'red');
    await red?.find(1);
    await blue?.find(1);
    assert.deepEqual(source.reads, [1, 1]);
    await blue?.save({ id: 1, name: 'blue user' });
    assert.deepEqual(await part.find(1), { id: 1, name: 'user 1' });
    await red?.remove(1);
    assert.deepEqual([await users.has(['red', 1]), await users.has(['blue', 1])], [false, true]);
  }),
  law('an inherited method is cached, and one that overrides it is not', async (open) => {
    const { services, users, source } = await open();
    class Own extends services.UserService {
      override async find(): Promise<{ id: number; name: string }> {
        return { id: 0, name: `own ${source.reads.push(0)}` };
      }
    }
    const [pet, own] = [new services.PetService(users, source), new Own(users, source)];
    assert.deepEqual(await pet.find(1), await pet.find(1));
    assert.deepEqual(source.reads, [1]);
    assert.notDeepEqual(await own.find(), await own.find());
    await own.save({ id: 5, name: 'saved' });
    assert.equal(await users.has(5), true);
  }),
  law('a method that is cached already, static methods, and other members are refused', async (open) => {
    const { door, users } = await open();
    const options = { cache: () => users, key: () => 1 };
    for (const hand of HANDS) {
      const once = hand(door.Cacheable(options), async () => ({ id: 1, name: '' }));
      const twice = hand(door.CacheEvict({ cache: () => users, all: true }), once);
      assert.throws(() => hand(door.Cacheable(options), twice), /expected a method that is not cached yet/);
      assert.throws(() => hand(door.Cacheable(options), 'a field'), /expected a method of instances/);
    }
    const decorate = door.CachePut(options) as (...args: unknown[]) => void;
    const method = async () => null;
    assert.throws(() => decorate(class {}, 'method', { value: method }), /expected a method of instances/);
    assert.throws(() => decorate(method, { kind: 'method', name: 'm', static: true }), /method of instances/);
  }),
  law('options that make no sense are refused when the class is defined', async (open) => {
    const { door, users } = await open();
    const cache = () => users;
    const bad: (() => unknown)[] = [
      () => door.Cacheable({ cache } as never),
      () => door.Cacheable({ cache: 7, key: () => 1 } as never),
      () => door.CachePut({ cache, key: 'user' } as never),
      () => door.CacheEvict({ cache } as never),
      () => door.CacheEvict({ cache, key: () => 1, all: true } as never),
      () => door.CacheEvict({ cache, key: () => 1, before: true, onlyOnSuccess: true } as never),
      () => door.CacheEvict({ cache, key: () => 1, onFailure: 'ignore' } as never),
    ];
    for (const hand of HANDS) {
      for (const make of bad) assert.throws(() => hand(make(), async () => 1), { code: 'E_ARGUMENT' });
    }
    assert.throws(() => door.CacheConfig({ cache: 7 } as never), { code: 'E_ARGUMENT' });
    assert.throws(() => door.CacheConfig({ cache: 'users', name: '' }), { code: 'E_ARGUMENT' });
  }),
];
