import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type DecoratorLaw, law, type OpenDecorators } from './subject.js';

const BOB = { id: 1, name: 'Bob' };
const service = ({ services, users, source }: OpenDecorators) => new services.UserService(users, source);
const hits = ({ users }: OpenDecorators): number => users.stats().hits;

/** Laws of `requestScope`. */
export const requestLaws: readonly DecoratorLaw[] = [
  law('a request asks its cache once for each key, and its callers share the result', async (open) => {
    const world = await open();
    const users = service(world);
    await users.find(1);
    await world.door.requestScope(async () => {
      const [first, second] = await Promise.all([users.find(1), users.find(1)]);
      assert.equal(second, first);
      assert.equal(await world.door.requestScope(() => users.find(1)), first);
      assert.equal(hits(world), 1);
    });
    await world.door.requestScope(() => users.find(1));
    assert.equal(hits(world), 2);
  }),
  law('own invalidations and puts end what a request has kept', async (open) => {
    const world = await open();
    const users = service(world);
    const changes = [
      () => users.change(BOB),
      () => users.forget(),
      () => world.users.delete(1),
      () => world.users.expire(1),
      () => world.users.deleteMany([2, 1]),
      () => world.users.invalidateTags('any'),
      () => world.users.clear(),
    ];
    await world.door.requestScope(async () => {
      for (const change of changes) {
        const before = await users.find(1);
        await change();
        assert.notEqual(await users.find(1), before);
      }
      await users.save(BOB);
      assert.deepEqual(await users.find(1), BOB);
    });
  }),
  law('a request does not keep an error, nor a result that unless refuses', async (open) => {
    const world = await open();
    const users = service(world);
    const { answer } = world.source;
    await world.door.requestScope(async () => {
      world.source.answer = () => Promise.reject(new RangeError('away'));
      await assert.rejects(users.find(1), RangeError);
      world.source.answer = answer;
      assert.deepEqual(await users.find(1), { id: 1, name: 'user 1' });
      world.source.answer = async () => ({ id: 2, name: 'draft' });
      for (const _ of [1, 2]) await users.findTagged(2);
    });
    assert.deepEqual(world.source.reads, [1, 1, 2, 2]);
  }),
  law('a load does not see what its request has kept', async (open) => {
    const world = await open();
    const users = service(world);
    await world.door.requestScope(async () => {
      await users.find(1);
      world.source.answer = async (id) => ({ id, name: 'renamed' });
      // Another request, or another process, changes the user.
      await elsewhere(() => world.users.delete(1));
      assert.deepEqual(await users.namesOf([1]), { id: 0, name: 'renamed' });
    });
  }),
  law('methods of one key with other options do not share in a request', async (open) => {
    const world = await open();
    const users = service(world);
    await world.door.requestScope(async () => {
      const first = await users.find(1);
      assert.notEqual(await users.findTagged(1), first);
    });
  }),
  law('a task that runs on after a request asks the cache', async (open) => {
    const world = await open();
    const users = service(world);
    const later = await world.door.requestScope(async () => {
      await users.find(1);
      return AsyncLocalStorage.snapshot();
    });
    const before = hits(world);
    await later(() => users.find(1));
    await later(() => users.find(1));
    assert.equal(hits(world), before + 2);
  }),
  law('a request whose function returns no promise keeps results, too', async (open) => {
    const world = await open();
    const users = service(world);
    await users.find(1);
    let results: unknown[] = [];
    await new Promise<void>((done, failed) => {
      const handle = async (): Promise<void> => {
        results = [await users.find(1), await users.find(1)];
        done();
      };
      world.door.requestScope(() => void handle().catch(failed));
    });
    assert.equal(results[1], results[0]);
  }),
  law('a request keeps a bounded number of results', async (open) => {
    const world = await open();
    const users = service(world);
    await world.door.requestScope(async () => {
      const first = await users.find(-1);
      for (let id = 0; id < 1000; id += 1) await users.find(id);
      assert.notEqual(await users.find(-1), first);
    });
  }),
];

const outside = AsyncLocalStorage.snapshot();

/** Runs a function outside of every request. */
function elsewhere<R>(run: () => R): R {
  return outside(run);
}
