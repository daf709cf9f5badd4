import assert from 'node:assert/strict';
import { describe, it } from 'vitest';
import { MemoryCollectionSite } from '../../../src/implements/data/collections/memory-collection-site.js';
import { refusedFor } from '../../contract/collections/refused.js';
import { rejectsWith } from '../../contract/expectations.js';
import { ManualClock } from '../../support/time/manual-clock.js';

describe('MemoryCollectionSite', () => {
  it('a full memory refuses every write that needs more as a whole, and evicts nothing', async () => {
    const site = new MemoryCollectionSite({ codec: 'text', maxBytes: 4000 });
    const [hash, list, set] = [
      site.getHash<string>('h'),
      site.getList<string>('l'),
      site.getSet<string>('s'),
    ];
    const board = site.getSortedSet<string>('b');
    await site.getCounter('c').increment();
    await hash.setField('f', 'v');
    await list.pushLast(['i', 'j']);
    await set.add('m');
    await board.add('m', 1);
    const long = 'x'.repeat(1500);
    const writes = {
      setField: () => hash.setField('f', long.repeat(2)),
      setFields: () => hash.setFields({ a: long, b: long }),
      pushLast: () => list.pushLast([long, long]),
      pushCapped: () => list.pushCapped([long, long], 1),
      add: () => set.add([long, `${long}2`], { expire: '1h' }),
      unionInto: () => set.unionInto('other', 'none').then(() => set.add(long.repeat(2))),
      addMany: () =>
        board.addMany([
          [long, 2],
          [`${long}2`, 3],
        ]),
      incrementScore: () => board.incrementScore(long.repeat(2)),
    };
    for (const [verb, write] of Object.entries(writes)) await refusedFor('OOM', verb, write);
    assert.deepEqual(await hash.all(), new Map([['f', 'v']]));
    assert.deepEqual(await list.range(0, -1), ['i', 'j']);
    assert.deepEqual([await set.size(), await board.size()], [1, 1]);
    assert.deepEqual(await set.lifeOf(), { state: 'persistent' });
    assert.equal(await site.getCounter('c').increment(), 2n);
    await site.close();
  });

  it('collections that are gone, emptied or replaced take no memory', async () => {
    const clock = new ManualClock();
    const site = new MemoryCollectionSite({ codec: 'text', maxBytes: 2000, clock });
    const long = 'x'.repeat(1200);
    for (let round = 0; round < 20; round += 1) {
      await site.getHash<string>(`h${round}`).setField('f', long, { expire: '1m' });
      clock.advance(60_000);
      await site.getList<string>(`l${round}`).pushLast(long);
      await site.getList<string>(`l${round}`).popFirst();
      await site.getSet<string>(`s${round}`).add(long);
      await site.getSet<string>(`s${round}`).delete();
      await site.getSortedSet<string>(`b${round}`).add(long, round);
      await site.getSortedSet<string>(`b${round}`).add(long, -round);
      await site.getSortedSet<string>(`b${round}`).removeByRank(0, -1);
      for (let write = 0; write < 5; write += 1) await site.getHash<string>('one').setField('f', long);
      await site.getHash('one').remove('f');
    }
    await site.close();
  });

  it('a leaderboard of a hundred thousand members keeps its order through changes of every member', async () => {
    const site = new MemoryCollectionSite({ codec: 'text', maxItems: 100_000 });
    const board = site.getSortedSet<string>('b');
    const count = 100_000;
    const score = (member: number): number => (member * 7919) % 1000;
    await board.addMany(Array.from({ length: count }, (_, member) => [`m${member}`, member]));
    await board.addMany(Array.from({ length: count }, (_, member) => [`m${member}`, score(member)]));
    const entries = await board.range(0, -1);
    for (let rank = 1; rank < count; rank += 1) {
      const [before, after] = [entries[rank - 1], entries[rank]];
      assert.ok(before !== undefined && after !== undefined);
      assert.ok(
        before.score < after.score || (before.score === after.score && before.member < after.member),
        `rank ${rank}`,
      );
    }
    for (const rank of [0, 1, 511, 512, 77_777, count - 1])
      assert.equal(await board.rank(entries[rank]?.member ?? ''), rank);
    await site.close();
  });

  it('a list is a queue of a hundred thousand items in either direction', async () => {
    const site = new MemoryCollectionSite({ codec: 'text', maxItems: 100_000 });
    const list = site.getList<string>('l');
    const items = Array.from({ length: 100_000 }, (_, item) => String(item));
    await list.pushLast(items);
    for (const item of items) assert.equal(await list.popFirst(), item);
    await list.pushFirst(items);
    for (const item of items) assert.equal(await list.popLast(), item);
    assert.equal(await list.size(), 0);
    await site.close();
  });

  it('options that are invalid are refused by their names', () => {
    for (const options of [
      { maxBytes: 0 },
      { maxItems: 0 },
      { wait: 0 },
      { codec: 'xml' as 'text' },
      { life: 1 },
    ])
      assert.throws(() => new MemoryCollectionSite(options), { code: 'E_ARGUMENT' });
  });

  it('a pop that waits is ended by its signal, whatever waits besides', async () => {
    const site = new MemoryCollectionSite({ codec: 'text' });
    const list = site.getList<string>('l');
    const abort = new AbortController();
    const { signal } = abort;
    const aborted = rejectsWith('E_ABORTED', 'the pop', () => list.blockingPopFirst({ signal }));
    const other = list.blockingPopFirst();
    abort.abort();
    await aborted;
    await list.pushLast('a');
    assert.equal(await other, 'a');
    await site.close();
  });
});
