import assert from 'node:assert/strict';
import { all, rejectsWith } from '../expectations.js';
import { refusedFor } from './refused.js';
import { type CollectionLaw, law } from './subject.js';

const names = async (entries: Promise<readonly { member: string }[]>): Promise<string> =>
  (await entries).map(({ member }) => member).join(' ');
const { NEGATIVE_INFINITY, POSITIVE_INFINITY } = Number;

/** Laws of sorted sets. */
export const sortedSetLaws: readonly CollectionLaw[] = [
  law('members come in the order of their scores, and back in the other one', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    assert.deepEqual(await board.range(0, -1), []);
    assert.deepEqual([await board.add('p2', 200), await board.add('p1', 100)], [1, 1]);
    assert.equal(
      await board.addMany([
        ['p3', 0.1],
        ['p1', 101],
      ]),
      1,
    );
    assert.deepEqual(await board.range(0, -1), [
      { member: 'p3', score: 0.1 },
      { member: 'p1', score: 101 },
      { member: 'p2', score: 200 },
    ]);
    assert.equal(await names(board.range(0, 1, { reverse: true })), 'p2 p1');
    assert.equal(await names(board.range(-2, 99)), 'p1 p2');
    assert.equal(await names(board.range(2, 1)), '');
    assert.equal(await board.addMany([]), 0);
    assert.deepEqual([await board.score('p1'), await board.score('none')], [101, undefined]);
    assert.equal(await board.size(), 3);
  }),
  law('members of one score are in the order of their bytes', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    const members = ['b', 'a', 'B', 'ä', '10', '9', 'aa', '\0'];
    await board.addMany(members.map((member) => [member, 7]));
    const inOrder = ['\0', '10', '9', 'B', 'a', 'aa', 'b', 'ä'];
    assert.equal(await names(board.range(0, -1)), inOrder.join(' '));
    assert.equal(await names(board.range(0, -1, { reverse: true })), [...inOrder].reverse().join(' '));
    for (const [index, member] of inOrder.entries()) {
      assert.equal(await board.rank(member), index, member);
      assert.equal(await board.reverseRank(member), inOrder.length - 1 - index, member);
    }
    assert.deepEqual([await board.rank('z'), await board.reverseRank('z')], [undefined, undefined]);
  }),
  law('overlapping increments of scores add up', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    await Promise.all(
      Array.from({ length: 300 }, (_, call) => board.incrementScore(`p${call % 3}`, call % 3)),
    );
    assert.deepEqual(await board.range(0, -1), [
      { member: 'p0', score: 0 },
      { member: 'p1', score: 100 },
      { member: 'p2', score: 200 },
    ]);
    assert.equal(await board.incrementScore('p1', -100.5), -0.5);
    assert.equal(await board.incrementScore('new'), 1);
  }),
  law('`around` returns a member with its neighbours and their ranks', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    assert.deepEqual(await board.around('c', 2), []);
    await board.addMany([...'abcdefg'].map((member, index) => [member, index * 10]));
    const near = await board.around('c', 1);
    assert.deepEqual(near, [
      { member: 'b', score: 10, rank: 1 },
      { member: 'c', score: 20, rank: 2 },
      { member: 'd', score: 30, rank: 3 },
    ]);
    const best = await board.around('f', 2, { reverse: true });
    assert.deepEqual(
      best.map(({ member, rank }) => `${member}${rank}`),
      ['g0', 'f1', 'e2', 'd3'],
    );
    assert.equal((await board.around('a', 0)).length, 1);
    assert.equal((await board.around('d', 50)).length, 7);
    assert.deepEqual(await board.around('z', 2), []);
  }),
  law('`around` is one step, before the calls that follow in its turn', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    await board.addMany([
      ['a', 0],
      ['b', 10],
    ]);
    const near = board.around('a', 1);
    const later = board.incrementScore('b', -20);
    assert.deepEqual(await near, [
      { member: 'a', score: 0, rank: 0 },
      { member: 'b', score: 10, rank: 1 },
    ]);
    assert.equal(await later, -10);
  }),
  law('bounds of scores are included or excluded, and pages are cut in the asked order', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    await board.addMany([...'abcdef'].map((member, index) => [member, index]));
    assert.equal(await names(board.rangeByScore(1, 3)), 'b c d');
    assert.equal(await names(board.rangeByScore({ exclusive: 1 }, 3)), 'c d');
    assert.equal(await names(board.rangeByScore(1, { exclusive: 3 })), 'b c');
    assert.equal(await names(board.rangeByScore({ exclusive: 1 }, { exclusive: 2 })), '');
    assert.equal(await names(board.rangeByScore(3, 1)), '');
    const whole = [NEGATIVE_INFINITY, POSITIVE_INFINITY] as const;
    assert.equal(await names(board.rangeByScore(...whole, { offset: 1, count: 2 })), 'b c');
    assert.equal(await names(board.rangeByScore(...whole, { offset: 1, count: 2, reverse: true })), 'e d');
    assert.equal(await names(board.rangeByScore(1, 3, { reverse: true })), 'd c b');
    assert.equal(await names(board.rangeByScore(...whole, { offset: 9 })), '');
    assert.deepEqual(
      [await board.count(), await board.count(1, 3), await board.count({ exclusive: 1 }, 3)],
      [6, 3, 2],
    );
  }),
  law('members are removed by name, by rank and by score', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    await board.addMany([...'abcdefgh'].map((member, index) => [member, index]));
    assert.deepEqual(
      [await board.remove('a'), await board.remove(['a', 'h', 'z']), await board.remove([])],
      [1, 1, 0],
    );
    assert.equal(await board.removeByRank(-1, -1), 1);
    assert.equal(await board.removeByScore({ exclusive: 1 }, 3), 2);
    assert.equal(await names(board.range(0, -1)), 'b e f');
    assert.equal(await board.removeByRank(0, -1), 3);
    assert.equal(await board.removeByRank(0, -1), 0);
    assert.deepEqual(await board.lifeOf(), { state: 'absent' });
  }),
  law('a score is written under a condition', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    assert.equal(await board.add('a', 5, { when: 'present' }), 0);
    assert.equal(await board.score('a'), undefined);
    assert.equal(await board.add('a', 5, { when: 'absent' }), 1);
    assert.equal(await board.add('a', 9, { when: 'absent' }), 0);
    assert.equal(await board.score('a'), 5);
    await board.add('a', 4, { when: 'greater' });
    assert.equal(await board.score('a'), 5);
    await board.add('a', 6, { when: 'greater' });
    assert.equal(await board.score('a'), 6);
    await board.add('a', 7, { when: 'less' });
    assert.equal(await board.score('a'), 6);
    await board.add('a', 3, { when: 'less' });
    assert.equal(await board.score('a'), 3);
    await board.add('a', 8, { when: 'present' });
    assert.equal(await board.score('a'), 8);
    assert.equal(
      await board.addMany(
        [
          ['b', 1],
          ['a', 9],
        ],
        { when: 'greater' },
      ),
      1,
    );
    assert.deepEqual([await board.score('a'), await board.score('b')], [9, 1]);
  }),
  law('scores are exact, with both infinities and without NaN', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    const scores = [
      0.1,
      1 / 3,
      2 ** 53,
      -(2 ** 53) - 2,
      5e-324,
      Number.MAX_VALUE,
      POSITIVE_INFINITY,
      NEGATIVE_INFINITY,
    ];
    await board.addMany(scores.map((score) => [String(score), score]));
    for (const score of scores) assert.equal(await board.score(String(score)), score);
    for (const { member, score } of await board.range(0, -1)) assert.equal(String(score), member);
    await board.add('zero', -0);
    assert.ok(Object.is(await board.score('zero'), 0));
    await refusedFor('ERR', 'a sum of both infinities', () =>
      board.incrementScore('Infinity', NEGATIVE_INFINITY),
    );
    assert.equal(await board.score('Infinity'), POSITIVE_INFINITY);
    await rejectsWith('E_ARGUMENT', 'NaN', () => board.add('n', Number.NaN));
    await rejectsWith('E_ARGUMENT', 'text', () => board.add('n', '1' as unknown as number));
  }),
  law('a sorted set has its life from the step that creates it', async (open) => {
    const { site, advance } = await open();
    const calls = {
      add: () => site.getSortedSet<string>('a').add('m', 1, { expire: '1m' }),
      addMany: () =>
        site.getSortedSet<string>('b').addMany(
          [
            ['m', 1],
            ['n', 2],
          ],
          { expire: '1m' },
        ),
      incrementScore: () => site.getSortedSet<string>('c').incrementScore('m', 1, { expire: '1m' }),
    };
    for (const call of Object.values(calls)) await call();
    await advance(40_000);
    for (const call of Object.values(calls)) await call();
    assert.equal(await site.getSortedSet<string>('c').score('m'), 2);
    for (const name of ['a', 'b', 'c']) {
      const life = await site.getSortedSet(name).lifeOf();
      assert.ok(life.state === 'expiring' && life.remainingMs <= 20_000, `${name}: ${JSON.stringify(life)}`);
    }
    await advance(20_000);
    for (const name of ['a', 'b', 'c']) assert.equal(await site.getSortedSet(name).size(), 0);
  }),
  law('`entries` reports every member of a large sorted set', async (open) => {
    const { site } = await open();
    const board = site.getSortedSet<string>('b');
    assert.deepEqual(await all(board.entries()), []);
    const pairs = Array.from({ length: 1500 }, (_, index): [string, number] => [`m${index}`, index % 7]);
    await board.addMany(pairs);
    const seen = (await all(board.entries())).map(({ member, score }): [string, number] => [member, score]);
    assert.deepEqual(new Map(seen), new Map(pairs));
  }),
];
