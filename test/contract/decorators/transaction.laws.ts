import assert from 'node:assert/strict';
import { AsyncLocalStorage } from 'node:async_hooks';
import { type DecoratorLaw, law, type OpenDecorators } from './subject.js';

const ADA = { id: 1, name: 'Ada' };
const BOB = { id: 1, name: 'Bob' };

async function withAda(world: OpenDecorators) {
  await world.users.set(1, ADA, { tags: ['red'] });
  return new world.services.UserService(world.users, world.source);
}

/** Laws of `transaction`, and of transactions of others. */
export const transactionLaws: readonly DecoratorLaw[] = [
  law('changes in a transaction wait for its commit', async (open) => {
    const world = await open();
    const users = await withAda(world);
    await world.users.set(2, { ...ADA, id: 2 });
    const result = await world.door.transaction(async () => {
      await users.change(BOB);
      await users.save({ ...BOB, id: 2 });
      assert.deepEqual(await world.users.getMany([1, 2]), [ADA, { ...ADA, id: 2 }]);
      return 'committed';
    });
    assert.equal(result, 'committed');
    assert.deepEqual(await world.users.getMany([1, 2]), [undefined, undefined]);
  }),
  law('changes in a transaction that fails are dropped', async (open) => {
    const world = await open();
    const users = await withAda(world);
    const failure = new RangeError('a constraint');
    const failing = world.door.transaction(async () => {
      await users.change(BOB);
      throw failure;
    });
    await assert.rejects(failing, (error) => error === failure);
    assert.deepEqual(await world.users.get(1), ADA);
  }),
  law('changes in a transaction whose outcome is unknown are done', async (open) => {
    const world = await open();
    const lost = Object.assign(new Error('read'), { code: 'ECONNRESET' });
    const failures = [
      lost,
      new Error('query failed', { cause: lost }),
      new Error('Connection terminated unexpectedly'),
    ];
    for (const failure of failures) {
      const users = await withAda(world);
      const failing = world.door.transaction(async () => {
        await users.change(BOB);
        throw failure;
      });
      await assert.rejects(failing, (error) => error === failure);
      assert.equal(await world.users.get(1), undefined);
    }
    const users = await withAda(world);
    const told = world.door.transaction(
      async () => {
        await users.change(BOB);
        throw lost;
      },
      { outcome: () => 'rolled-back' },
    );
    await assert.rejects(told, /read/);
    assert.deepEqual(await world.users.get(1), ADA);
  }),
  law('a value that a transaction loads is neither stored nor shared', async (open) => {
    const world = await open();
    const users = new world.services.UserService(world.users, world.source);
    const later = world.source.answersLater();
    const inside = world.door.transaction(() => Promise.all([users.find(1), users.findInside(2)]));
    const outside = users.find(1);
    later(BOB);
    assert.deepEqual(await inside, [BOB, BOB]);
    await outside;
    assert.deepEqual(world.source.reads.toSorted(), [1, 1, 2]);
    assert.deepEqual(await world.users.getMany([1, 2]), [BOB, undefined]);
    assert.deepEqual(users.seen, [2, true]);
  }),
  law('a value that was committed before is found in a transaction', async (open) => {
    const world = await open();
    const users = await withAda(world);
    await world.users.set(3, null as never);
    const found = () => Promise.all([users.find(1), users.find(3)]);
    assert.deepEqual(await world.door.transaction(found), [ADA, null]);
    assert.deepEqual(world.source.reads, []);
  }),
  law('a value that a transaction has changed is a miss inside of it', async (open) => {
    const world = await open();
    const users = await withAda(world);
    const changes = [() => users.change(BOB), () => users.dissolve('red'), () => users.forget()];
    for (const change of changes) {
      await withAda(world);
      world.source.reads.length = 0;
      await world.door.transaction(async () => {
        assert.deepEqual(await users.find(1), ADA);
        await change();
        assert.deepEqual(await users.find(1), { id: 1, name: 'user 1' });
      });
      assert.deepEqual(world.source.reads, [1]);
    }
  }),
  law('a transaction in a transaction is a part of it', async (open) => {
    const world = await open();
    const users = await withAda(world);
    const { transaction } = world.door;
    await transaction(async () => {
      await transaction(() => users.change(BOB));
      assert.deepEqual(await world.users.get(1), ADA);
    });
    assert.equal(await world.users.get(1), undefined);
  }),
  law('a task that runs on after a transaction is outside of it', async (open) => {
    const world = await open();
    const users = await withAda(world);
    let late = async (): Promise<unknown> => undefined;
    await world.door.transaction(async () => {
      const here = AsyncLocalStorage.snapshot();
      late = () => here(() => users.change(BOB));
    });
    assert.deepEqual(await world.users.get(1), ADA);
    await late();
    assert.equal(await world.users.get(1), undefined);
  }),
  law(
    'a failure of a change that was asked to throw rejects the transaction, which has committed',
    async (open) => {
      const world = await open();
      const users = await withAda(world);
      world.fail();
      await world.door.transaction(() => users.change(BOB));
      await assert.rejects(
        world.door.transaction(() => users.changeSurely(BOB)),
        { code: 'E_CONNECTION_LOST' },
      );
      assert.deepEqual(world.source.written, [BOB, BOB]);
    },
  ),
  law('transactions of a library count for the classes that name them', async (open) => {
    const world = await open();
    const tasks: (() => Promise<void>)[] = [];
    let running: object | undefined;
    const ledger = new world.services.LedgerService(world.users, world.source, {
      active: () => running,
      afterCommit: (task) => void tasks.push(task),
    });
    await withAda(world);
    running = {};
    await ledger.remove(1);
    assert.deepEqual(
      [await ledger.find(1), await ledger.find(2)].map((user) => user?.name),
      ['user 1', 'user 2'],
    );
    assert.deepEqual(await world.users.getMany([1, 2]), [ADA, undefined]);
    running = {};
    assert.deepEqual(await ledger.find(1), ADA);
    running = undefined;
    for (const task of tasks) await task();
    assert.equal(await world.users.get(1), undefined);
  }),
];
