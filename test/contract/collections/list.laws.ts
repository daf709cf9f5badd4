import assert from 'node:assert/strict';
import { all } from '../expectations.js';
import { type CollectionLaw, law } from './subject.js';

const LETTERS = [...'abcdefgh'];

/** Laws of lists, without those of waiting. */
export const listLaws: readonly CollectionLaw[] = [
  law('items are pushed, counted and popped at both ends', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    assert.deepEqual(
      [await list.size(), await list.popFirst(), await list.popLast()],
      [0, undefined, undefined],
    );
    assert.equal(await list.pushFirst(['item1', 'item2']), 2);
    assert.deepEqual(await list.range(0, -1), ['item2', 'item1']);
    assert.equal(await list.pushLast('z'), 3);
    assert.equal(await list.pushLast(['y', 'x']), 5);
    assert.equal(await list.pushLast([]), 5);
    assert.deepEqual(await list.range(0, -1), ['item2', 'item1', 'z', 'y', 'x']);
    assert.deepEqual([await list.popFirst(), await list.popLast()], ['item2', 'x']);
    assert.equal(await list.size(), 3);
    for (const item of ['item1', 'z', 'y']) assert.equal(await list.popFirst(), item);
    assert.deepEqual(await list.lifeOf(), { state: 'absent' });
  }),
  law('positions of a list count from either end', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    await list.pushLast(LETTERS);
    assert.deepEqual(await list.range(2, 4), ['c', 'd', 'e']);
    assert.deepEqual(await list.range(-3, -2), ['f', 'g']);
    assert.deepEqual(await list.range(6, 99), ['g', 'h']);
    assert.deepEqual(await list.range(-99, 1), ['a', 'b']);
    assert.deepEqual(await list.range(5, 2), []);
    assert.deepEqual(await list.range(50, -1), []);
    assert.deepEqual(
      [await list.at(0), await list.at(-1), await list.at(8), await list.at(-9)],
      ['a', 'h', undefined, undefined],
    );
    assert.deepEqual(await site.getList('none').range(0, -1), []);
  }),
  law('`remove` takes equal items away from either end', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    await list.pushLast([...'abacada']);
    assert.equal(await list.remove('a', 1), 1);
    assert.equal((await list.range(0, -1)).join(''), 'bacada');
    assert.equal(await list.remove('a', -2), 2);
    assert.equal((await list.range(0, -1)).join(''), 'bacd');
    assert.equal(await list.remove('a'), 1);
    assert.equal(await list.remove('a'), 0);
    assert.equal((await list.range(0, -1)).join(''), 'bcd');
  }),
  law('`trim` keeps a range, and an empty one deletes the list', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    await list.pushLast(LETTERS);
    await list.trim(1, -3);
    assert.equal((await list.range(0, -1)).join(''), 'bcdef');
    await list.trim(0, 99);
    assert.equal(await list.size(), 5);
    await list.trim(3, 2);
    assert.deepEqual(await list.lifeOf(), { state: 'absent' });
    await list.trim(0, -1);
  }),
  law('a capped list is never longer than its cap, and keeps the newest items', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    const sizes = await Promise.all(LETTERS.map((item) => list.pushCapped(item, 3)));
    assert.ok(
      sizes.every((size) => size <= 3),
      sizes.join(),
    );
    assert.equal((await list.range(0, -1)).join(''), 'hgf');
    assert.equal(await list.pushCapped([...'wxyz'], 3, { end: 'last' }), 3);
    assert.equal((await list.range(0, -1)).join(''), 'xyz');
  }),
  law('a list has its life from the step that creates it', async (open) => {
    const { site, advance } = await open();
    const calls = {
      pushFirst: () => site.getList<string>('a').pushFirst('i', { expire: '1m' }),
      pushLast: () => site.getList<string>('b').pushLast(['i', 'j'], { expire: '1m' }),
      pushCapped: () => site.getList<string>('c').pushCapped('i', 1, { expire: '1m' }),
    };
    for (const call of Object.values(calls)) await call();
    await advance(40_000);
    for (const call of Object.values(calls)) await call();
    for (const name of ['a', 'b', 'c']) {
      const life = await site.getList(name).lifeOf();
      assert.ok(life.state === 'expiring' && life.remainingMs <= 20_000, `${name}: ${JSON.stringify(life)}`);
    }
    await advance(20_000);
    for (const name of ['a', 'b', 'c']) assert.equal(await site.getList(name).size(), 0);
  }),
  law('overlapping pops hand out every item once', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    const items = Array.from({ length: 200 }, (_, index) => `i${index}`);
    await list.pushLast(items);
    const pops = Array.from({ length: 220 }, (_, call) =>
      call % 2 === 0 ? list.popFirst() : list.popLast(),
    );
    const popped = (await Promise.all(pops)).filter((item) => item !== undefined);
    assert.deepEqual([...popped].sort(), [...items].sort());
  }),
  law('`items` reports a large list in its order', async (open) => {
    const { site } = await open();
    const list = site.getList<string>('l');
    assert.deepEqual(await all(list.items()), []);
    const items = Array.from({ length: 1500 }, (_, index) => `i${index}`);
    await list.pushLast(items);
    assert.deepEqual(await all(list.items()), items);
    await list.trim(0, 511);
    assert.deepEqual(await all(list.items()), items.slice(0, 512));
  }),
];
