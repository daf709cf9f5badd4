import assert from 'node:assert/strict';
import { OperationError } from '../../../src/interfaces/errors.js';
import { patterned, rejectsWith } from '../expectations.js';
import { type KeyValueLaw, lawOfShared } from './subject.js';

/** Laws of values that other processes, and other programs, have access to. */
export const sharedLaws: readonly KeyValueLaw[] = [
  lawOfShared('another process has the same values, and a condition holds among all', async (open) => {
    const { values, twin } = await open();
    const other = twin();
    await values.set('k', 'v', { expire: '1h' });
    assert.equal(await other.getText('k'), 'v');
    const races = Array.from({ length: 40 }, (_, index) =>
      (index % 2 === 0 ? values : other).set('race', index, { when: 'absent' }),
    );
    assert.equal((await Promise.all(races)).filter(Boolean).length, 1);
    const sums = Array.from({ length: 200 }, (_, index) =>
      (index % 2 === 0 ? values : other).increment('n', 1, { expire: '1h' }),
    );
    assert.equal(new Set(await Promise.all(sums)).size, 200);
    assert.equal(await other.clear(), 3);
    assert.equal(await values.get('k'), undefined);
  }),
  lawOfShared('another program reads values and JSON under their keys, and writes them', async (open) => {
    const { values, command } = await open();
    await values.setJson('user', { id: 7, name: 'Ana' });
    assert.equal(String(await command('GET', 'user')), '{"id":7,"name":"Ana"}');
    await values.set('n', 41, { expire: '1h' });
    assert.equal(Number(await command('INCR', 'n')), 42);
    assert.equal(await values.increment('n'), 43n);
    await command('SET', 'theirs', '{"a": [1, null]}');
    assert.deepEqual(await values.getJson('theirs'), { a: [1, null] });
    assert.deepEqual(await values.lifeOf('theirs'), { state: 'persistent' });
  }),
  lawOfShared(
    'a key that holds another type of value is refused by every read, and never absent',
    async (open) => {
      const { values, command } = await open();
      await values.set('k', 'v');
      await command('RPUSH', 'list', 'e');
      await command('HSET', 'hash', 'f', 'v');
      for (const key of ['list', 'hash']) {
        for (const call of [
          () => values.get(key),
          () => values.getText(key),
          () => values.getJson(key),
          () => values.getMany(['k', key]),
          () => values.getMany(['none', key, 'k']),
          () => values.increment(key),
          () => values.increment(key, 1, { expire: '1h' }),
          () => values.getAndExpire(key, '1h'),
        ]) {
          const error = await rejectsWith('E_OPERATION_REFUSED', `${key}: ${call}`, call);
          assert.ok(OperationError.is(error) && error.reason === 'WRONGTYPE' && error.outcome === 'refused');
        }
        assert.equal(await values.exists(key), true);
        assert.deepEqual(await values.lifeOf(key), { state: 'persistent' });
        assert.equal(await values.set(key, 'v', { when: 'absent' }), false);
        assert.equal(await values.expire(key, '1h'), true);
      }
      assert.equal(await values.set('list', 'v'), true);
      assert.equal(await values.delete('hash'), 1);
    },
  ),
  lawOfShared(
    'a value in parts is read whole while others replace it, with or without the option',
    async (open) => {
      const { values, twin } = await open({ chunk: 1024 });
      const [writer, plain] = [twin({ chunk: 2048 }), twin()];
      await values.set('k', patterned(3000).fill(1));
      let isDone = false;
      const writing = (async () => {
        for (let round = 0; round < 60; round += 1) {
          const value = new Uint8Array(2000 + 100 * (round % 40)).fill(round % 250);
          await (round % 3 === 0 ? plain : writer).set('k', value);
        }
        isDone = true;
      })();
      while (!isDone) {
        const [one, [other]] = await Promise.all([plain.get('k'), values.getMany(['k'])]);
        for (const value of [one, other]) {
          assert.ok(value && value.byteLength >= 2000, 'the value is there');
          assert.equal(new Set(value).size, 1, 'its parts are of one write');
        }
      }
      await writing;
    },
  ),
  lawOfShared(
    'no command moves more than a chunk of a value, and a value in parts is one key',
    async (open) => {
      const { values, command } = await open({ chunk: 1024 });
      await values.set('k', patterned(10_000), { expire: '1h' });
      const sizes: number[] = [];
      const fields = (await command('HKEYS', 'k')) as unknown[];
      for (const field of fields) sizes.push(Number(await command('HSTRLEN', 'k', String(field))));
      assert.ok(Math.max(...sizes) <= 1024, String(sizes));
      assert.equal(sizes.length, 11);
      assert.equal(await values.count(), 1);
    },
  ),
];
