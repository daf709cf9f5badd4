import assert from 'node:assert/strict';
import { Basket, type User } from './services.js';
import { type DecoratorLaw, law, lawOfLegacy, type OpenDecorators } from './subject.js';

const service = ({ services, users, source }: OpenDecorators) => new services.UserService(users, source);
const DRAFT: User = { id: 1, name: 'draft' };

/** Laws of `@Cacheable`. */
export const cachedLaws: readonly DecoratorLaw[] = [
  law('results of a method are cached by the key of its arguments', async (open) => {
    const world = await open();
    const [one, other] = [service(world), service(world)];
    assert.deepEqual(await one.find(1), { id: 1, name: 'user 1' });
    assert.deepEqual(await other.find(1, 'a note that is no part of the key'), { id: 1, name: 'user 1' });
    assert.deepEqual(await other.find(2), { id: 2, name: 'user 2' });
    assert.deepEqual(world.source.reads, [1, 2]);
  }),
  law('a call through this is cached', async (open) => {
    const world = await open();
    const [first, second] = await service(world).findTwice(1);
    assert.deepEqual(second, first);
    assert.deepEqual(world.source.reads, [1]);
  }),
  law('callers at the same time share one run of a method, its result or its error', async (open) => {
    const world = await open();
    const users = service(world);
    await Promise.all(Array.from({ length: 20 }, () => users.find(1)));
    assert.deepEqual(world.source.reads, [1]);
    const failure = new RangeError('the source is away');
    world.source.answer = () => Promise.reject(failure);
    const outcomes = await Promise.allSettled([users.find(2), users.find(2)]);
    for (const outcome of outcomes) assert.equal(outcome.status === 'rejected' && outcome.reason, failure);
    assert.deepEqual(world.source.reads, [1, 2]);
  }),
  law('an error of a method is not kept', async (open) => {
    const world = await open();
    const users = service(world);
    const { answer } = world.source;
    world.source.answer = () => Promise.reject(new RangeError('the source is away'));
    await assert.rejects(users.find(1), RangeError);
    world.source.answer = answer;
    assert.deepEqual(await users.find(1), { id: 1, name: 'user 1' });
  }),
  law('a method gets its own arguments and its own instance', async (open) => {
    const world = await open();
    const users = service(world);
    const basket = new Basket(['milk']);
    await users.buy(basket);
    assert.equal(users.seen[0], basket);
    assert.equal(users.seen[1], users);
    basket.items.push('tea');
    assert.deepEqual(await users.buy(basket), { id: 2, name: 'milk,tea' });
  }),
  law('null is a result as any other, and undefined is kept when negativeExpire says so', async (open) => {
    const world = await open();
    const users = service(world);
    world.source.answer = async (id) => (id === 1 ? null : undefined);
    assert.deepEqual([await users.find(1), await users.find(1)], [null, null]);
    assert.deepEqual([await users.find(2), await users.find(2)], [undefined, undefined]);
    assert.deepEqual([await users.findMaybe(3), await users.findMaybe(3)], [undefined, undefined]);
    assert.deepEqual(world.source.reads, [1, 2, 2, 3]);
  }),
  law('a call whose condition is false neither reads nor stores', async (open) => {
    const world = await open();
    const users = service(world);
    await world.users.set(-1, { id: -1, name: 'stored' });
    assert.deepEqual(await users.findPositive(-1), { id: -1, name: 'user -1' });
    assert.deepEqual(await world.users.get(-1), { id: -1, name: 'stored' });
    assert.deepEqual(users.seen, [false]);
    await users.findPositive(1);
    await users.findPositive(1);
    assert.deepEqual(world.source.reads, [-1, 1]);
  }),
  law('a result that unless refuses reaches its caller, and is not stored', async (open) => {
    const world = await open();
    const users = service(world);
    world.source.answer = async () => DRAFT;
    assert.deepEqual([await users.findTagged(1), await users.findTagged(1)], [DRAFT, DRAFT]);
    assert.deepEqual(world.source.reads, [1, 1]);
    assert.equal(await world.users.get(1), undefined);
  }),
  law('tags and the TTL of a value may depend on it', async (open) => {
    const world = await open();
    const users = service(world);
    world.source.answer = async (id) => ({ id, name: id === 1 ? 'brief' : 'long', team: `team ${id}` });
    for (const id of [1, 2]) await users.findTagged(id);
    const entry = await world.users.getEntry(2);
    assert.deepEqual(entry?.tags, ['team 2']);
    world.advance(2000);
    for (const id of [1, 2]) await users.findTagged(id);
    assert.deepEqual(world.source.reads, [1, 2, 1]);
    await world.users.invalidateTags('team 2');
    await users.findTagged(2);
    assert.deepEqual(world.source.reads, [1, 2, 1, 2]);
  }),
  law('the context of a load is found in the method that runs, and nowhere else', async (open) => {
    const world = await open();
    const users = service(world);
    world.source.answer = async (id) => ({ id, name: id === 1 ? 'skipped' : 'kept' });
    assert.equal(world.door.currentLoad(), undefined);
    await Promise.all([users.findInside(1), users.findInside(2)]);
    assert.deepEqual(users.seen, [1, 2, true, true]);
    assert.equal(world.door.currentLoad(), undefined);
    assert.equal(await world.users.get(1), undefined);
    assert.deepEqual((await world.users.getEntry(2))?.tags, ['inside']);
  }),
  law('a signal among the arguments ends the wait of its caller, and is no part of the key', async (open) => {
    const world = await open();
    const users = service(world);
    const abort = new AbortController();
    const later = world.source.answersLater();
    const aborted = users.findWithin(1, abort.signal);
    const patient = users.findWithin(1, new AbortController().signal);
    abort.abort();
    await assert.rejects(aborted, { code: 'E_ABORTED' });
    later(DRAFT);
    assert.deepEqual(await patient, DRAFT);
    assert.deepEqual(world.source.reads, [1]);
  }),
  law('a method that returns no promise rejects, and says so', async (open) => {
    const world = await open();
    await assert.rejects(async () => service(world).findAtOnce(1), /expected a promise, got another value/);
    assert.equal(await world.users.get(1), undefined);
  }),
  law('a decorated method keeps its name and its length', async (open) => {
    const world = await open();
    const { find, replace, forget } = world.services.UserService.prototype;
    assert.deepEqual([find.name, find.length, replace.name, replace.length], ['find', 2, 'replace', 2]);
    assert.deepEqual([forget.name, forget.length], ['forget', 0]);
    assert.deepEqual(Object.keys(service(world)).sort(), ['seen', 'source', 'users']);
  }),
  lawOfLegacy('a decorated method keeps the metadata of other decorators', async (open) => {
    const world = await open();
    const { replace } = world.services.UserService.prototype;
    const { getMetadata } = Reflect as { getMetadata?: (key: string, on: object) => unknown };
    assert.equal(getMetadata?.('mark', replace), 'kept');
  }),
  law('a generic method stays generic, and values keep their types', async (open) => {
    const world = await open();
    const box = new world.services.Box(world.cache() as never);
    const text: string = await box.keep(1, 'text');
    assert.deepEqual([text, await box.keep(1, 'other')], ['text', 'text']);
  }),
];
