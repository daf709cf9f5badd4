import assert from 'node:assert/strict';
import { afterAll, beforeAll, beforeEach, describe, it, onTestFinished } from 'vitest';
import { throttlerStorage } from '../../../src/adapters/nest-throttler.js';
import { eventually } from '../../support/time/eventually.js';
import { PLACES } from '../cache-under-test.js';
import { type CollectionsUnderTest, openCollections } from '../collections-under-test.js';

const MINUTE = 60_000;
const PATIENT = { withinMs: 15_000, everyMs: 50 };

describe.each(PLACES)('throttlerStorage in %s', (where) => {
  let subject: CollectionsUnderTest;
  let rounds = 0;

  beforeAll(async () => {
    subject = await openCollections(where);
  });
  beforeEach(() => {
    rounds += 1;
  });
  afterAll(() => subject?.close());

  const open = () => throttlerStorage(subject.collections, { prefix: `t${rounds}` });

  it('10 of 40 parallel hits of two storages pass, and times are whole seconds', async () => {
    const [one, other] = [open(), open()];
    const hits = await Promise.all(
      Array.from({ length: 40 }, (_, index) =>
        (index % 2 ? one : other).increment('ip', MINUTE, 10, 1500, 'x'),
      ),
    );
    assert.equal(hits.filter(({ isBlocked }) => !isBlocked).length, 10);
    for (const { isBlocked, timeToExpire, timeToBlockExpire, totalHits } of hits) {
      assert.ok(timeToExpire > 30 && timeToExpire <= 60, `${timeToExpire}`);
      assert.ok(isBlocked ? timeToBlockExpire >= 1 && timeToBlockExpire <= 2 : timeToBlockExpire === 0);
      assert.equal(totalHits > 10, isBlocked);
    }
  });

  it('a block lasts as long as it was said, and hits during it do not count after it', async () => {
    const storage = open();
    const hit = () => storage.increment('ip', MINUTE, 2, 3000, 'x');
    for (const isBlocked of [false, false, true, true, true])
      assert.equal((await hit()).isBlocked, isBlocked);
    await eventually('the block is over', async () => !(await hit()).isBlocked, PATIENT);
    assert.equal((await hit()).isBlocked, false);
    assert.equal((await hit()).isBlocked, true);
  });

  it('a block of 0 lasts to the end of the window, and a window of 0 has one hit', async () => {
    const storage = open();
    const hit = () => storage.increment('ip', 3000, 1, 0, 'x');
    assert.equal((await hit()).isBlocked, false);
    const denied = await hit();
    assert.deepEqual([denied.totalHits, denied.isBlocked], [2, true]);
    assert.ok(denied.timeToBlockExpire >= 1 && denied.timeToBlockExpire <= 3);
    assert.equal(denied.timeToExpire, denied.timeToBlockExpire);
    await eventually('the window is over', async () => !(await hit()).isBlocked, PATIENT);
    for (let call = 0; call < 3; call++) {
      const single = { totalHits: 1, timeToExpire: 0, isBlocked: false, timeToBlockExpire: 0 };
      assert.deepEqual(await storage.increment('none', 0, 1, 0, 'x'), single);
    }
  });

  it('keys and throttlers are counted apart, however long they are', async () => {
    const storage = open();
    const long = 'k'.repeat(3000);
    const pairs = [
      ['a', 'x'],
      ['a', 'y'],
      ['x:a', 'x'],
      [long, 'x'],
      [`${long}!`, 'x'],
    ] as const;
    for (const [key, name] of pairs)
      assert.equal((await storage.increment(key, MINUTE, 9, 0, name)).totalHits, 1);
    assert.equal((await storage.increment(long, MINUTE, 9, 0, 'x')).totalHits, 2);
  });
});

describe('throttlerStorage without a server', () => {
  it('a hit that was not counted rejects, and is never allowed', async () => {
    const subject = await openCollections('Redis', 300);
    onTestFinished(() => subject.close());
    subject.server?.freeze();
    await assert.rejects(throttlerStorage(subject.collections).increment('ip', MINUTE, 1, 0, 'x'), {
      code: /^E_/,
    });
  });
});
