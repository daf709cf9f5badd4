import assert from 'node:assert/strict';
import { all, rejectsWith } from '../expectations.js';
import { refusedFor } from './refused.js';
import { type CollectionLaw, law } from './subject.js';

const FIELDS = ['__proto__', 'constructor', 'a b', '{x}', '*', 'ä', '\0', '0'];

/** Laws of hashes. */
export const hashLaws: readonly CollectionLaw[] = [
  law('a hash counts the fields that are new', async (open) => {
    const { site } = await open();
    const hash = site.getHash<string>('h');
    assert.equal(await hash.setFields({}), 0);
    assert.deepEqual(await hash.lifeOf(), { state: 'absent' });
    assert.equal(await hash.setFields({ a: '1', b: '2' }), 2);
    assert.equal(
      await hash.setFields(
        new Map([
          ['b', '3'],
          ['c', '4'],
        ]),
      ),
      1,
    );
    assert.equal(await hash.setField('a', 'x'), 0);
    assert.equal(await hash.setField('d', 'y'), 1);
    assert.deepEqual(await hash.fields(['a', 'b', 'c', 'd']), ['x', '3', '4', 'y']);
  }),
  law('a field that is absent is undefined, and one that is empty is not', async (open) => {
    const { site } = await open();
    const hash = site.getHash<string>('h');
    assert.equal(await hash.field('a'), undefined);
    await hash.setField('a', '');
    assert.equal(await hash.field('a'), '');
    assert.equal(await hash.field('b'), undefined);
    assert.deepEqual(await hash.fields(['b', 'a']), [undefined, '']);
    assert.deepEqual(await hash.fields([]), []);
  }),
  law('fields of all names come back with `all`', async (open) => {
    const { site } = await open();
    const hash = site.getHash<string>('h');
    assert.deepEqual(await hash.all(), new Map());
    await hash.setFields(FIELDS.map((field): [string, string] => [field, `of ${field}`]));
    assert.deepEqual([...(await hash.all()).keys()].sort(), [...FIELDS].sort());
    for (const [field, value] of await hash.all()) assert.equal(value, `of ${field}`);
  }),
  law('a field is incremented exactly, and one that is no number stays as it was', async (open) => {
    const { site } = await open();
    const hash = site.getHash<string>('h');
    assert.equal(await hash.incrementField('clicks'), 1n);
    assert.equal(await hash.incrementField('clicks', 2n ** 53n), 2n ** 53n + 1n);
    assert.equal(await hash.field('clicks'), '9007199254740993');
    assert.equal(await hash.incrementField('with', 2n ** 53n + 1n, { expire: '1h' }), 2n ** 53n + 1n);
    await refusedFor('ERR', 'overflow', () => hash.incrementField('clicks', 2n ** 63n - 1n));
    await hash.setField('name', 'ada');
    await refusedFor('ERR', 'text', () => hash.incrementField('name'));
    await refusedFor('ERR', 'text, as a fraction', () => hash.incrementFieldFloat('name', 0.5));
    assert.deepEqual(await hash.fields(['name', 'clicks']), ['ada', '9007199254740993']);
    assert.equal(await hash.incrementFieldFloat('mean', 0.5), 0.5);
    assert.equal(await hash.incrementFieldFloat('mean', -2, { expire: '1h' }), -1.5);
  }),
  law('fields are found, counted and removed', async (open) => {
    const { site } = await open();
    const hash = site.getHash<string>('h');
    assert.deepEqual([await hash.size(), await hash.has('a'), await hash.remove('a')], [0, false, 0]);
    await hash.setFields({ a: '1', b: '2', c: '3' });
    assert.deepEqual([await hash.size(), await hash.has('a'), await hash.has('z')], [3, true, false]);
    assert.equal(await hash.remove([]), 0);
    assert.equal(await hash.remove(['a', 'z', 'c', 'a']), 2);
    assert.deepEqual(await hash.all(), new Map([['b', '2']]));
    assert.equal(await hash.remove('b'), 1);
    assert.deepEqual(await hash.lifeOf(), { state: 'absent' });
  }),
  law('a hash has its life from the step that creates it', async (open) => {
    const { site, advance } = await open();
    const calls = {
      setField: () => site.getHash<string>('a').setField('f', 'v', { expire: '1m' }),
      setFields: () => site.getHash<string>('b').setFields({ f: 'v', g: 'w' }, { expire: '1m' }),
      incrementField: () => site.getHash('c').incrementField('f', 1, { expire: '1m' }),
      incrementFieldFloat: () => site.getHash('d').incrementFieldFloat('f', 1, { expire: '1m' }),
    };
    for (const call of Object.values(calls)) await call();
    await advance(40_000);
    for (const call of Object.values(calls)) await call();
    for (const name of ['a', 'b', 'c', 'd']) {
      const life = await site.getHash(name).lifeOf();
      assert.ok(life.state === 'expiring' && life.remainingMs <= 20_000, `${name}: ${JSON.stringify(life)}`);
    }
    await advance(20_000);
    for (const name of ['a', 'b', 'c', 'd']) assert.equal(await site.getHash(name).size(), 0);
  }),
  law('`entries` reports every field of a large hash', async (open) => {
    const { site } = await open();
    const hash = site.getHash<string>('h');
    assert.deepEqual(await all(hash.entries()), []);
    const pairs = Array.from({ length: 1500 }, (_, index): [string, string] => [`f${index}`, `v${index}`]);
    await hash.setFields(pairs);
    assert.deepEqual(new Map(await all(hash.entries())), new Map(pairs));
  }),
  law('a value that the codec cannot write is refused, and no field is changed', async (open) => {
    const { site } = await open();
    const hash = site.getHash<unknown>('h');
    await hash.setField('a', 'before');
    for (const value of [true, 7, null, undefined, {}, new Uint8Array(1)]) {
      await rejectsWith('E_ENCODE', 'one', () => hash.setField('a', value));
      await rejectsWith('E_ENCODE', 'several', () => hash.setFields({ b: 'ok', a: value }));
    }
    assert.deepEqual(await hash.all(), new Map([['a', 'before']]));
    const json = (await open({ codec: 'json' })).site.getHash<unknown>('h');
    await json.setFields({ t: true, n: null, x: 1.5, o: { a: [1] } });
    assert.deepEqual(await json.fields(['t', 'n', 'x', 'o', 'z']), [true, null, 1.5, { a: [1] }, undefined]);
  }),
];
