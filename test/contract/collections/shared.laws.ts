import assert from 'node:assert/strict';
import type { ICollectionSite } from '../../../src/interfaces/collection-site.js';
import { all, rejectsWith } from '../expectations.js';
import { refusedFor } from './refused.js';
import { type CollectionLaw, law, lawOfShared } from './subject.js';

/** Calls of every verb on the collection of a name, by kind. */
function calls(site: ICollectionSite, name: string): Record<string, Record<string, () => Promise<unknown>>> {
  const counter = site.getCounter(name);
  const hash = site.getHash<string>(name);
  const list = site.getList<string>(name);
  const set = site.getSet<string>(name);
  const board = site.getSortedSet<string>(name);
  return {
    counter: {
      increment: () => counter.increment(),
      'increment with a life': () => counter.increment(1, { expire: '1h' }),
      incrementFloat: () => counter.incrementFloat(1),
      value: () => counter.value(),
      reset: () => counter.reset(),
    },
    hash: {
      setField: () => hash.setField('f', '1'),
      'setFields with a life': () => hash.setFields({ f: '1' }, { expire: '1h' }),
      field: () => hash.field('f'),
      fields: () => hash.fields(['f', 'g']),
      all: () => hash.all(),
      incrementField: () => hash.incrementField('f'),
      incrementFieldFloat: () => hash.incrementFieldFloat('f', 1),
      remove: () => hash.remove('f'),
      has: () => hash.has('f'),
      size: () => hash.size(),
      entries: () => all(hash.entries()),
    },
    list: {
      pushFirst: () => list.pushFirst('i'),
      'pushLast with a life': () => list.pushLast('i', { expire: '1h' }),
      pushCapped: () => list.pushCapped('i', 3),
      range: () => list.range(0, -1),
      'range of known length': () => list.range(0, 1),
      at: () => list.at(0),
      popFirst: () => list.popFirst(),
      popLast: () => list.popLast(),
      blockingPopFirst: () => list.blockingPopFirst({ wait: 10 }),
      blockingPopLast: () => list.blockingPopLast({ wait: 10 }),
      remove: () => list.remove('i'),
      trim: () => list.trim(0, 1),
      size: () => list.size(),
      items: () => all(list.items()),
    },
    set: {
      add: () => set.add('m'),
      'add with a life': () => set.add('m', { expire: '1h' }),
      remove: () => set.remove('m'),
      has: () => set.has('m'),
      size: () => set.size(),
      randomMember: () => set.randomMember(),
      pop: () => set.pop(),
      members: () => all(set.members()),
      union: () => set.union('other'),
      intersection: () => set.intersection('other'),
      difference: () => set.difference('other'),
      unionInto: () => set.unionInto('{x}into', '{x}other'),
    },
    sortedSet: {
      add: () => board.add('m', 1),
      'add with a life': () => board.add('m', 1, { expire: '1h' }),
      incrementScore: () => board.incrementScore('m'),
      score: () => board.score('m'),
      rank: () => board.rank('m'),
      reverseRank: () => board.reverseRank('m'),
      range: () => board.range(0, -1),
      'range of known length': () => board.range(0, 1),
      rangeByScore: () => board.rangeByScore(0, 1),
      around: () => board.around('m', 1),
      remove: () => board.remove('m'),
      removeByRank: () => board.removeByRank(0, 0),
      removeByScore: () => board.removeByScore(0, 1),
      count: () => board.count(),
      size: () => board.size(),
      entries: () => all(board.entries()),
    },
  };
}

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);
const NAMES = [
  'a',
  'a:b',
  '{a}',
  '{a',
  'a}',
  '*',
  '[a]',
  '__proto__',
  ' ',
  '\0',
  '\r\n',
  'ä',
  'x'.repeat(1024),
];
const BAD_NAMES = ['', 'x'.repeat(1025), '\ud800', 7 as unknown as string];

/** Laws of all collections. */
export const sharedLaws: readonly CollectionLaw[] = [
  law('a collection of another kind is refused by every call, and never taken for absence', async (open) => {
    const { site } = await open();
    for (const [kind, name] of [
      ['hash', '{x}h'],
      ['list', '{x}l'],
      ['counter', '{x}c'],
    ] as const) {
      if (kind === 'hash') await site.getHash<string>(name).setField('f', '1');
      if (kind === 'list') await site.getList<string>(name).pushLast('i');
      if (kind === 'counter') await site.getCounter(name).increment();
      for (const [other, verbs] of Object.entries(calls(site, name))) {
        if (other === kind) continue;
        for (const [verb, call] of Object.entries(verbs))
          await refusedFor('WRONGTYPE', `${verb} of a ${other} that is a ${kind}`, call);
      }
    }
    await refusedFor('WRONGTYPE', 'an operand', () => site.getSet('{x}s').union('{x}h'));
    assert.deepEqual(await site.getHash<string>('{x}h').all(), new Map([['f', '1']]));
    assert.deepEqual(await site.getList<string>('{x}l').range(0, -1), ['i']);
    assert.equal(await site.getCounter('{x}c').value(), 1n);
  }),
  law('every collection tells its life, takes another one and is deleted', async (open) => {
    const { site, advance } = await open();
    const [counter, hash, list] = [
      site.getCounter('c'),
      site.getHash<string>('h'),
      site.getList<string>('l'),
    ];
    const [set, board] = [site.getSet<string>('s'), site.getSortedSet<string>('b')];
    for (const each of [counter, hash, list, set, board]) {
      assert.deepEqual(await each.lifeOf(), { state: 'absent' });
      assert.deepEqual([await each.expire('1h'), await each.delete()], [false, false]);
    }
    await Promise.all([counter.increment(), hash.setField('f', 'v'), list.pushLast('i'), set.add('m')]);
    await board.add('m', 1);
    for (const each of [counter, hash, list, set, board]) {
      assert.deepEqual(await each.lifeOf(), { state: 'persistent' });
      assert.equal(await each.expire('1m'), true);
      const life = await each.lifeOf();
      assert.ok(life.state === 'expiring' && life.remainingMs > 50_000 && life.remainingMs <= 60_000);
      assert.equal(await each.expire('2m'), true);
    }
    await advance(60_000);
    for (const each of [counter, hash, list, set, board])
      assert.equal((await each.lifeOf()).state, 'expiring');
    assert.deepEqual([await hash.delete(), await hash.delete()], [true, false]);
    await advance(60_000);
    for (const each of [counter, hash, list, set, board])
      assert.deepEqual(await each.lifeOf(), { state: 'absent' });
    assert.deepEqual([await counter.value(), await set.size(), await board.size()], [0n, 0, 0]);
  }),
  law('items are bytes of any kind, whole and apart', async (open) => {
    const { site } = await open({ codec: 'bytes' });
    const other = Uint8Array.from([0xff, 0xfe]);
    await site.getHash('h').setField('f', EVERY_BYTE);
    assert.deepEqual(await site.getHash('h').field('f'), EVERY_BYTE);
    await site.getList('l').pushLast([EVERY_BYTE, other, '__proto__', 7]);
    const texts = ['__proto__', '7'].map((text) => new TextEncoder().encode(text));
    assert.deepEqual(await site.getList('l').range(0, -1), [EVERY_BYTE, other, ...texts]);
    await site.getSet('s').add([EVERY_BYTE, other, '__proto__']);
    assert.deepEqual([await site.getSet('s').has(EVERY_BYTE), await site.getSet('s').size()], [true, 3]);
    await site.getSortedSet('b').addMany([
      [other, 1],
      ['__proto__', 1],
      [EVERY_BYTE, 1],
    ]);
    assert.deepEqual(
      (await site.getSortedSet('b').range(0, -1)).map(({ member }) => member),
      [EVERY_BYTE, texts[0], other],
    );
    assert.equal(await site.getSortedSet('b').rank(other), 2);
  }),
  law('bytes that a caller changes after its call are stored as they were', async (open) => {
    const { site } = await open({ codec: 'bytes' });
    const item = Uint8Array.from([1, 2, 3]);
    const pushed = site.getList('l').pushLast(item);
    item.fill(9);
    await pushed;
    const [given] = await site.getList('l').range(0, 0);
    assert.deepEqual(given, Uint8Array.from([1, 2, 3]));
    given?.fill(8);
    assert.deepEqual(await site.getList('l').at(0), Uint8Array.from([1, 2, 3]));
  }),
  law('a call that would return more items than its limit is refused as a whole', async (open) => {
    const { site } = await open({ maxItems: 4 });
    const [hash, list, set] = [
      site.getHash<string>('h'),
      site.getList<string>('l'),
      site.getSet<string>('s'),
    ];
    const board = site.getSortedSet<string>('b');
    for (const each of [...'abc']) {
      await hash.setField(each, each);
      await list.pushLast(each);
      await set.add(each);
      await board.add(each, 1);
    }
    const reads = (limit?: number): Record<string, () => Promise<unknown>> => ({
      all: () => hash.all({ limit }),
      range: () => list.range(0, -1, { limit }),
      union: () => set.union('other', { limit }),
      'range of a sorted set': () => board.range(0, -1, { limit, reverse: true }),
      rangeByScore: () => board.rangeByScore(0, 9, { limit }),
    });
    for (const [verb, read] of Object.entries(reads(2))) await refusedFor('TOOLARGE', verb, read);
    for (const read of Object.values(reads(3))) await read();
    for (const read of Object.values(reads())) await read();
    await hash.setFields({ d: 'd', e: 'e' });
    await list.pushLast(['d', 'e']);
    await set.add(['d', 'e']);
    await board.addMany([
      ['d', 2],
      ['e', 2],
    ]);
    for (const [verb, read] of Object.entries(reads())) await refusedFor('TOOLARGE', verb, read);
    assert.equal((await list.range(0, -1, { limit: 5 })).length, 5);
    assert.equal((await board.rangeByScore(0, 9, { count: 2 })).length, 2);
  }),
  law('every name is a collection of its own, whatever its characters', async (open) => {
    const { site } = await open();
    for (const [index, name] of NAMES.entries()) await site.getCounter(name).increment(index + 1);
    for (const [index, name] of NAMES.entries())
      assert.equal(await site.getCounter(name).value(), BigInt(index + 1), JSON.stringify(name.slice(0, 9)));
    await site.getCounter('*').delete();
    assert.equal(await site.getCounter('a').value(), 1n);
  }),
  law('invalid arguments are refused before anything is done', async (open) => {
    const { site } = await open({ maxItems: 3, maxValueBytes: 10 });
    for (const name of BAD_NAMES) {
      for (const get of ['getCounter', 'getHash', 'getList', 'getSet', 'getSortedSet'] as const)
        assert.throws(() => site[get](name), { code: 'E_ARGUMENT' });
      await rejectsWith('E_ARGUMENT', 'a field', () => site.getHash<string>('x').setField(name, 'v'));
      await rejectsWith('E_ARGUMENT', 'another set', () => site.getSet('x').union(name));
    }
    const [counter, hash, list, set] = [
      site.getCounter('x'),
      site.getHash<string>('x'),
      site.getList<string>('x'),
      site.getSet<string>('x'),
    ];
    const board = site.getSortedSet<string>('x');
    const bad = <T>(value: unknown): T => value as T;
    const refused: readonly (readonly [what: string, call: () => Promise<unknown>])[] = [
      ['a fraction', () => counter.increment(1.5)],
      ['an integer that is not exact', () => counter.increment(2 ** 53)],
      ['an integer of 65 bits', () => counter.increment(2n ** 63n)],
      ['a subtraction of 65 bits', () => counter.decrement(-(2n ** 63n))],
      ['text', () => counter.increment(bad('1'))],
      ['a life of 0', () => counter.increment(1, { expire: 0 })],
      ['a life that is none', () => list.pushLast('i', { expire: bad('soon') })],
      ['an expiry of 0', () => counter.expire(0)],
      ['options that are none', () => list.pushLast('i', bad('j'))],
      ['an option that is unknown', () => list.pushLast('i', bad({ ttl: '1h' }))],
      ['an unknown option of a read', () => board.range(0, 1, bad({ withScores: true }))],
      ['a signal that is none', () => set.add('m', { signal: bad({}) })],
      ['too many items', () => list.pushLast([...'abcd'])],
      ['too many fields', () => hash.setFields({ a: '', b: '', c: '', d: '' })],
      ['an item that is too large', () => set.add('x'.repeat(11))],
      ['a pair that is none', () => hash.setFields(bad([['a']]))],
      ['fields that are none', () => hash.setFields(bad('ab'))],
      ['a cap of 0', () => list.pushCapped('i', 0)],
      ['an end that is none', () => list.pushCapped('i', 1, { end: bad('middle') })],
      ['a position that is none', () => list.range(0, 1.5)],
      ['a limit of 0', () => list.range(0, -1, { limit: 0 })],
      ['a wait of 0', () => list.blockingPopFirst({ wait: 0 })],
      ['a score that is text', () => board.addMany([['m', bad('1')]])],
      ['a condition that is none', () => board.add('m', 1, { when: bad('greatest') })],
      ['a bound that is none', () => board.count(bad('-inf'))],
      ['a bound that is NaN', () => board.rangeByScore({ exclusive: Number.NaN }, 1)],
      ['a negative offset', () => board.rangeByScore(0, 1, { offset: -1 })],
      ['a distance beyond the limit', () => board.around('m', 2)],
      ['a direction that is none', () => board.range(0, 1, { reverse: bad(1) })],
    ];
    for (const [what, call] of refused) await rejectsWith('E_ARGUMENT', what, call);
    assert.deepEqual(await counter.lifeOf(), { state: 'absent' });
  }),
  law('a call whose signal has aborted is refused, and changes nothing', async (open) => {
    const { site } = await open();
    const signal = AbortSignal.abort();
    const [counter, hash, list] = [
      site.getCounter('c'),
      site.getHash<string>('h'),
      site.getList<string>('l'),
    ];
    await rejectsWith('E_ABORTED', 'increment', () => counter.increment(1, { signal }));
    await rejectsWith('E_ABORTED', 'setField', () => hash.setField('f', 'v', { signal }));
    await rejectsWith('E_ABORTED', 'pushLast', () => list.pushLast('i', { signal, expire: '1h' }));
    await rejectsWith('E_ABORTED', 'blockingPopFirst', () => list.blockingPopFirst({ signal }));
    await rejectsWith('E_ABORTED', 'entries', () => all(hash.entries({ signal })));
    assert.deepEqual([await counter.value(), await hash.size(), await list.size()], [0n, 0, 0]);
  }),
  law('every call of a site that is closed rejects', async (open) => {
    const { site } = await open();
    const verbs = calls(site, 'x');
    await site.close();
    await site.close();
    for (const [kind, each] of Object.entries(verbs))
      for (const [verb, call] of Object.entries(each))
        await rejectsWith('E_DISPOSED', `${verb} of a ${kind}`, call);
    await rejectsWith('E_DISPOSED', 'expire', () => site.getCounter('x').expire('1h'));
    await rejectsWith('E_DISPOSED', 'lifeOf', () => site.getCounter('x').lifeOf());
    await rejectsWith('E_DISPOSED', 'delete', () => site.getCounter('x').delete());
  }),
  lawOfShared('two sites of one space have the same collections', async (open) => {
    const { site, twin } = await open();
    const other = await (twin as NonNullable<typeof twin>)();
    const pop = other.getList<string>('l').blockingPopFirst({ wait: '10s' });
    await site.getList<string>('l').pushLast('a');
    assert.equal(await pop, 'a');
    const both = [site, other].flatMap((each) =>
      Array.from({ length: 50 }, () => each.getCounter('c').increment()),
    );
    await Promise.all(both);
    assert.equal(await other.getCounter('c').value(), 100n);
  }),
];
