import assert from 'node:assert/strict';
import { eventually } from '../../support/time/eventually.js';
import { type DecoratorLaw, law, type OpenDecorators } from './subject.js';

const ADA = { id: 1, name: 'Ada' };
const BOB = { id: 1, name: 'Bob' };

/** A service, with Ada under her key. */
async function withAda(world: OpenDecorators) {
  await world.users.set(1, ADA, { tags: ['red'] });
  return new world.services.UserService(world.users, world.source);
}

/** Laws of `@CachePut` and `@CacheEvict`. */
export const changeLaws: readonly DecoratorLaw[] = [
  law('a put runs the method at every call, and stores its result', async (open) => {
    const world = await open();
    const users = await withAda(world);
    assert.deepEqual([await users.save(BOB), await users.save(BOB)], [BOB, BOB]);
    assert.deepEqual(world.source.written, [BOB, BOB]);
    assert.deepEqual(await users.find(1), BOB);
    assert.deepEqual(world.source.reads, []);
  }),
  law('a put whose method fails changes nothing', async (open) => {
    const world = await open();
    const users = await withAda(world);
    world.source.refusal = new RangeError('no space');
    await assert.rejects(users.save(BOB), RangeError);
    assert.deepEqual(await world.users.get(1), ADA);
  }),
  law('a put without a result, or with one that unless refuses, removes the outdated value', async (open) => {
    const world = await open();
    const users = await withAda(world);
    assert.equal(await users.save({ id: 1, name: 'gone' }), undefined);
    assert.equal(await world.users.get(1), undefined);
    await world.users.set(1, ADA);
    assert.deepEqual(await users.saveTagged({ id: 1, name: 'draft' }), { id: 1, name: 'draft' });
    assert.equal(await world.users.get(1), undefined);
  }),
  law('a put has the condition and the tags of its call', async (open) => {
    const world = await open();
    const users = await withAda(world);
    await users.saveTagged({ ...BOB, team: 'blue' });
    assert.deepEqual((await world.users.getEntry(1))?.tags, ['blue']);
    await users.saveTagged({ ...BOB, id: -1 });
    assert.equal(await world.users.get(-1), undefined);
  }),
  law('a value that cannot be stored is the result of its put all the same', async (open) => {
    const world = await open();
    const users = await withAda(world);
    const odd = { id: 1, name: 'odd', cycle: () => 1 };
    assert.equal(await users.save(odd), odd);
    assert.equal(await world.users.get(1), undefined);
    await assert.rejects(users.saveSurely(odd), { code: 'E_ENCODE' });
    await eventually('a warning was logged', () => world.warnings().length === 1);
  }),
  law('an eviction comes after the method', async (open) => {
    const world = await open();
    const users = await withAda(world);
    assert.equal(await users.change(BOB), 'changed');
    assert.deepEqual(users.seen, [ADA]);
    assert.equal(await world.users.get(1), undefined);
  }),
  law('an eviction comes after a method that failed, too', async (open) => {
    const world = await open();
    const users = await withAda(world);
    const failure = new RangeError('timed out');
    world.source.refusal = failure;
    await assert.rejects(users.change(BOB), (error) => error === failure);
    assert.equal(await world.users.get(1), undefined);
  }),
  law('an eviction of successes alone spares the cache of a method that failed', async (open) => {
    const world = await open();
    const users = await withAda(world);
    world.source.refusal = new RangeError('refused');
    await assert.rejects(users.changeOnly(BOB), RangeError);
    assert.deepEqual(await world.users.get(1), ADA);
    world.source.refusal = undefined;
    await users.changeOnly(BOB);
    assert.equal(await world.users.get(1), undefined);
  }),
  law('an eviction beforehand is done when the method begins', async (open) => {
    const world = await open();
    const users = await withAda(world);
    await users.changeAfter(BOB);
    assert.deepEqual(users.seen, [undefined]);
  }),
  law('an eviction whose condition is false leaves the cache as it is', async (open) => {
    const world = await open();
    const users = await withAda(world);
    await users.changeName({ id: 1, name: 'same' });
    assert.deepEqual(await world.users.get(1), ADA);
    await users.changeName(BOB);
    assert.equal(await world.users.get(1), undefined);
  }),
  law('an eviction takes a key, tags, or all', async (open) => {
    const world = await open();
    const users = await withAda(world);
    await world.users.set(2, { ...ADA, id: 2 });
    const kept = async () => [await world.users.has(1), await world.users.has(2)];
    await users.dissolve('red');
    assert.deepEqual(await kept(), [false, true]);
    await users.forget();
    assert.deepEqual(await kept(), [false, false]);
  }),
  law('the key of a change is that of the arguments before the method', async (open) => {
    const world = await open();
    const users = await withAda(world);
    await users.rename({ id: 1 });
    assert.equal(await world.users.get(1), undefined);
  }),
  law('a result stands when its change does not reach the store, and a warning is logged', async (open) => {
    const world = await open();
    const users = await withAda(world);
    world.fail();
    assert.equal(await users.change(BOB), 'changed');
    await users.dissolve('red');
    await users.forget();
    assert.deepEqual(await users.save(BOB), BOB);
    await eventually('a warning was logged', () => world.warnings().length > 0);
    assert.match(world.warnings().join(), /@CacheEvict: .* its cache failed/);
    const failure = new RangeError('both fail');
    world.source.refusal = failure;
    await assert.rejects(users.changeSurely(BOB), (error) => error === failure);
  }),
  law('a change that was asked to throw rejects when it does not reach the store', async (open) => {
    const world = await open();
    const users = await withAda(world);
    world.fail();
    await assert.rejects(users.changeSurely(BOB), { code: 'E_CONNECTION_LOST' });
    await assert.rejects(users.saveSurely(BOB), { code: 'E_CONNECTION_LOST' });
    assert.deepEqual(world.source.written, [BOB, BOB]);
  }),
  law('a load that began before an eviction is not stored after it', async (open) => {
    const world = await open();
    const users = new world.services.UserService(world.users, world.source);
    const later = world.source.answersLater();
    const early = users.find(1);
    await eventually('the load has begun', () => world.source.reads.length === 1);
    await users.change(BOB);
    later(ADA);
    assert.deepEqual(await early, ADA);
    assert.equal(await world.users.get(1), undefined);
  }),
  law('decorators of one method compose from the bottom to the top', async (open) => {
    const world = await open();
    const users = await withAda(world);
    await world.users.set(2, { ...ADA, id: 2 });
    await users.replace(BOB, '');
    assert.deepEqual([await world.users.get(1), await world.users.get(2)], [BOB, undefined]);
  }),
  law('combined decorators evict, look up, run, put and evict in this order', async (open) => {
    const world = await open();
    const users = new world.services.UserService(world.users, world.source);
    for (const id of [2, 3]) await world.users.set(id, { ...ADA, id });
    await users.combine(BOB);
    assert.deepEqual(users.seen, [undefined, { ...ADA, id: 3 }]);
    assert.deepEqual(await world.users.getMany([1, 'Bob', 2, 3]), [BOB, BOB, undefined, undefined]);
    await world.users.delete('Bob');
    await world.users.set(3, { ...ADA, id: 3 });
    await users.combine(BOB);
    assert.deepEqual(world.source.written, [BOB]);
    assert.deepEqual(await world.users.getMany(['Bob', 3]), [undefined, undefined]);
  }),
];
