import assert from 'node:assert/strict';
import { all } from '../expectations.js';
import { type CollectionLaw, law } from './subject.js';

const sorted = async (members: Promise<string[]>): Promise<string> => (await members).sort().join('');

/** Laws of sets. */
export const setLaws: readonly CollectionLaw[] = [
  law('a set counts the members that are new, and those that it loses', async (open) => {
    const { site } = await open();
    const set = site.getSet<string>('s');
    assert.deepEqual([await set.size(), await set.has('a'), await set.remove('a')], [0, false, 0]);
    assert.deepEqual([await set.add('a'), await set.add('a'), await set.add([])], [1, 0, 0]);
    assert.equal(await set.add(['a', 'b', 'c', 'c']), 2);
    assert.deepEqual([await set.size(), await set.has('b'), await set.has('z')], [3, true, false]);
    assert.deepEqual([await set.remove(['a', 'z', 'a']), await set.remove([])], [1, 0]);
    assert.equal(await sorted(all(set.members())), 'bc');
    assert.equal(await set.remove(['b', 'c']), 2);
    assert.deepEqual(await set.lifeOf(), { state: 'absent' });
  }),
  law('a random member is any one, and `pop` takes it away', async (open) => {
    const { site } = await open();
    const set = site.getSet<string>('s');
    assert.deepEqual([await set.randomMember(), await set.pop()], [undefined, undefined]);
    await set.add([...'abc']);
    const seen = new Set<string | undefined>();
    for (let call = 0; call < 200; call += 1) seen.add(await set.randomMember());
    assert.deepEqual([...seen].sort(), ['a', 'b', 'c']);
    assert.equal(await set.size(), 3);
    const popped = await Promise.all([set.pop(), set.pop(), set.pop(), set.pop()]);
    assert.deepEqual(popped.filter((member) => member !== undefined).sort(), ['a', 'b', 'c']);
    assert.equal(await set.size(), 0);
  }),
  law('union, intersection and difference are those of all sets, wherever they are', async (open) => {
    const { site } = await open();
    const [a, b, c] = ['a', 'b', 'c'].map((name) => site.getSet<string>(name)) as [
      ReturnType<typeof site.getSet<string>>,
      ReturnType<typeof site.getSet<string>>,
      ReturnType<typeof site.getSet<string>>,
    ];
    await a.add([...'123']);
    await b.add([...'234']);
    await c.add([...'35']);
    assert.equal(await sorted(a.union('b')), '1234');
    assert.equal(await sorted(a.union([b, c])), '12345');
    assert.equal(await sorted(a.intersection(b)), '23');
    assert.equal(await sorted(a.intersection([b, 'c'])), '3');
    assert.equal(await sorted(a.difference(b)), '1');
    assert.equal(await sorted(a.difference([c, 'none'])), '12');
    assert.equal(await sorted(a.intersection('none')), '');
    assert.equal(await sorted(a.union([])), '123');
    assert.equal(await sorted(site.getSet<string>('none').union('c')), '35');
    assert.equal(await sorted(a.intersection('a')), '123');
  }),
  law('the result of an operation replaces a set, with the life that is asked for', async (open) => {
    const { site } = await open();
    const [a, b, into] = ['{x}a', '{x}b', '{x}into'].map((name) => site.getSet<string>(name)) as [
      ReturnType<typeof site.getSet<string>>,
      ReturnType<typeof site.getSet<string>>,
      ReturnType<typeof site.getSet<string>>,
    ];
    await a.add([...'123']);
    await b.add([...'234']);
    await into.add('old', { expire: '1h' });
    assert.equal(await a.unionInto(into, b), 4);
    assert.equal(await sorted(all(into.members())), '1234');
    assert.deepEqual(await into.lifeOf(), { state: 'persistent' });
    assert.equal(await a.intersectionInto('{x}into', b, { expire: '1h' }), 2);
    assert.equal(await sorted(all(into.members())), '23');
    assert.equal((await into.lifeOf()).state, 'expiring');
    assert.equal(await a.differenceInto(a, b), 1);
    assert.equal(await sorted(all(a.members())), '1');
    assert.equal(await a.intersectionInto(into, b), 0);
    assert.deepEqual(await into.lifeOf(), { state: 'absent' });
  }),
  law('a set has its life from the step that creates it', async (open) => {
    const { site, advance } = await open();
    const set = site.getSet<string>('s');
    await set.add(['a', 'b'], { expire: '1m' });
    await advance(40_000);
    await set.add('c', { expire: '1m' });
    const life = await set.lifeOf();
    assert.ok(life.state === 'expiring' && life.remainingMs <= 20_000, JSON.stringify(life));
    await advance(20_000);
    assert.equal(await set.size(), 0);
  }),
  law('`members` reports every member of a large set', async (open) => {
    const { site } = await open();
    const set = site.getSet<string>('s');
    assert.deepEqual(await all(set.members()), []);
    const members = Array.from({ length: 1500 }, (_, index) => `m${index}`);
    await set.add(members);
    assert.deepEqual([...new Set(await all(set.members()))].sort(), [...members].sort());
  }),
];
