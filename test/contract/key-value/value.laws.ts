import assert from 'node:assert/strict';
import { assertPatterned, bytes, patterned, rejectsWith, text } from '../expectations.js';
import { type KeyValueLaw, law } from './subject.js';

const EVERY_BYTE = Uint8Array.from({ length: 256 }, (_, byte) => byte);

/** Laws of reading and writing. */
export const valueLaws: readonly KeyValueLaw[] = [
  law('a value is read as it was written, and an empty one is not an absent one', async (open) => {
    const { values } = await open();
    assert.equal(await values.get('k'), undefined);
    assert.equal(await values.getText('k'), undefined);
    for (const value of [EVERY_BYTE, new Uint8Array(0), bytes('OK'), bytes('nil')]) {
      assert.equal(await values.set('k', value), true);
      assert.deepEqual([...((await values.get('k')) ?? [])], [...value]);
    }
    assert.equal(await values.set('large', patterned(1_048_576)), true);
    assertPatterned(await values.get('large'), 1_048_576, 'get');
    await values.set('k', '');
    assert.equal((await values.get('k'))?.byteLength, 0);
    assert.equal(await values.exists('k'), true);
  }),
  law('text is written as UTF-8, and a number as its decimal text', async (open) => {
    const { values } = await open();
    await values.set('k', 'zażółć 日本 😀\0\r\n');
    assert.equal(text(await values.get('k')), 'zażółć 日本 😀\0\r\n');
    assert.equal(await values.getText('k'), 'zażółć 日本 😀\0\r\n');
    for (const [number, written] of [
      [7, '7'],
      [-0.5, '-0.5'],
      [0, '0'],
      [1e21, '1e+21'],
    ] as const) {
      await values.set('k', number);
      assert.equal(await values.getText('k'), written);
    }
  }),
  law('bytes that are not UTF-8 are refused as text, and stay', async (open) => {
    const { values } = await open();
    await values.set('k', Uint8Array.of(0x61, 0xff, 0xfe));
    await rejectsWith('E_DECODE', 'getText', () => values.getText('k'));
    assert.equal((await values.get('k'))?.byteLength, 3);
  }),
  law('bytes of a caller and bytes of the store are apart', async (open) => {
    const { values } = await open();
    const mine = bytes('before');
    const writing = values.set('k', mine);
    const many = values.setMany([['m', mine]]);
    mine.fill(0x78);
    await Promise.all([writing, many]);
    assert.equal(await values.getText('k'), 'before');
    assert.equal(await values.getText('m'), 'before');
    (await values.get('k'))?.fill(0x78);
    const [one, other] = await values.getMany(['k', 'k']);
    one?.fill(0x78);
    assert.equal(text(other), 'before');
    assert.equal(await values.getText('k'), 'before');
  }),
  law(
    '`when: absent` writes where there is no value, and changes nothing where there is one',
    async (open) => {
      const { values } = await open();
      assert.equal(await values.set('k', 'first', { when: 'absent', expire: '1h' }), true);
      assert.equal(await values.set('k', 'second', { when: 'absent', expire: '9h' }), false);
      assert.equal(await values.set('k', 'third', { when: 'absent' }), false);
      assert.equal(await values.setJson('k', 4, { when: 'absent' }), false);
      assert.equal(await values.getText('k'), 'first');
      const life = await values.lifeOf('k');
      assert.ok(life.state === 'expiring' && life.remainingMs <= 3_600_000);
      const results = await Promise.all(
        Array.from({ length: 20 }, (_, index) => values.set('race', index, { when: 'absent' })),
      );
      assert.equal(results.filter(Boolean).length, 1);
    },
  ),
  law('`when: present` writes where there is a value, and nothing where there is none', async (open) => {
    const { values } = await open();
    assert.equal(await values.set('k', 'first', { when: 'present' }), false);
    assert.equal(await values.setJson('k', 1, { when: 'present', expire: '1h' }), false);
    assert.equal(await values.exists('k'), false);
    await values.set('k', '');
    assert.equal(await values.set('k', 'second', { when: 'present' }), true);
    assert.equal(await values.getText('k'), 'second');
  }),
  law('`getMany` answers in the order of the keys, for each as often as it is named', async (open) => {
    const { values } = await open();
    await values.setMany([
      ['a', '1'],
      ['b', ''],
      ['__proto__', '3'],
    ]);
    const found = await values.getMany(['b', 'none', 'a', '__proto__', 'a']);
    assert.deepEqual(
      found.map((value) => value && text(value)),
      ['', undefined, '1', '3', '1'],
    );
    assert.deepEqual(await values.getMany([]), []);
    const keys = Array.from({ length: 3000 }, (_, index) => `many:${index}`);
    await values.setMany(keys.map((key) => [key, key]));
    const all = await values.getMany(keys);
    assert.deepEqual(
      all.map((value) => text(value)),
      keys,
    );
  }),
  law('`setMany` gives each entry its own life, and of a key named twice writes the last', async (open) => {
    const { values } = await open();
    await values.set('kept', 'old', { expire: '2h' });
    await values.setMany(
      [
        ['a', 'first', { expire: '3h' }],
        ['b', Uint8Array.of(1), { expire: '30m' }],
        ['kept', 7, { keepExpire: true }],
        ['a', 'last'],
      ],
      { expire: '1h' },
    );
    const lives: (number | string)[] = [];
    for (const key of ['a', 'b', 'kept']) {
      const life = await values.lifeOf(key);
      lives.push(life.state === 'expiring' ? Math.ceil(life.remainingMs / 60_000) : life.state);
    }
    assert.deepEqual(lives, [60, 30, 120]);
    assert.equal(await values.getText('a'), 'last');
    await values.setMany(new Map([['a', 'of a map']]));
    assert.deepEqual(await values.lifeOf('a'), { state: 'persistent' });
    await values.setMany([]);
  }),
  law('`delete` counts the keys that it deleted, each once', async (open) => {
    const { values } = await open();
    await values.setMany([
      ['a', '1'],
      ['b', '2'],
      ['c', '3'],
    ]);
    assert.equal(await values.delete('a', 'none', 'b', 'a'), 2);
    assert.equal(await values.delete('a'), 0);
    assert.equal(await values.delete(), 0);
    assert.equal(await values.exists('c'), true);
    const keys = Array.from({ length: 3000 }, (_, index) => `many:${index}`);
    await values.setMany(keys.map((key) => [key, '']));
    assert.equal(await values.delete(...keys), 3000);
  }),
  law('`countExisting` counts the different keys of a list that have a value', async (open) => {
    const { values } = await open();
    await values.set('a', '');
    assert.equal(await values.countExisting(['a', 'a', 'none']), 1);
    assert.equal(await values.countExisting([]), 0);
    assert.equal(await values.exists('none'), false);
  }),
  law('a value that is larger than a chunk is as any other', async (open) => {
    const { values, advance } = await open({ chunk: 1024, maxValueBytes: 65_536 });
    const large = patterned(10_000);
    assert.equal(await values.set('k', large, { when: 'present' }), false);
    assert.equal(await values.exists('k'), false);
    assert.equal(await values.set('k', large, { when: 'absent', expire: '1h' }), true);
    assert.equal(await values.set('k', 'x', { when: 'absent' }), false);
    assertPatterned(await values.get('k'), 10_000, 'get');
    assert.equal(await values.set('k', large, { keepExpire: true }), true);
    assert.equal((await values.lifeOf('k')).state, 'expiring');
    assertPatterned(await values.getAndExpire('k', '2h'), 10_000, 'getAndExpire');
    const life = await values.lifeOf('k');
    assert.ok(life.state === 'expiring' && life.remainingMs > 3_600_000);
    assert.equal(await values.persist('k'), true);
    await values.set('small', 's');
    assert.equal(await values.setJson('json', { text: 'ä'.repeat(3000) }), true);
    assert.deepEqual(await values.getJson('json'), { text: 'ä'.repeat(3000) });
    const [found, none, small] = await values.getMany(['k', 'none', 'small']);
    assertPatterned(found, 10_000, 'getMany');
    assert.deepEqual([none, small && text(small)], [undefined, 's']);
    await values.setMany([['k', patterned(5000), { expire: 5000 }]]);
    assertPatterned(await values.get('k'), 5000, 'get after setMany');
    assert.equal(await values.expire('k', 4000), true);
    await advance(4000);
    assert.equal(await values.get('k'), undefined);
    await values.set('k', large);
    await values.set('k', 'small again', { keepExpire: true });
    assert.equal(await values.getText('k'), 'small again');
    await values.set('k', large, { expire: '1h' });
    await values.set('k', large);
    assert.deepEqual(await values.lifeOf('k'), { state: 'persistent' });
    await rejectsWith('E_OPERATION_REFUSED', 'increment', () => values.increment('k'));
    assert.equal(await values.count(), 3);
    assert.equal(await values.delete('k', 'json'), 2);
  }),
  law('calls of one turn take effect in their order', async (open) => {
    const { values } = await open({ chunk: 1024 });
    const large = 'x'.repeat(5000);
    const answers = await Promise.all([
      values.set('k', '1'),
      values.increment('k', 5),
      values.getText('k'),
      values.set('k', large),
      values.getText('k'),
      values.set('k', 'small', { when: 'present' }),
      values.getText('k'),
      values.delete('k'),
      values.exists('k'),
      values.setMany([['k', large]]),
      values.getMany(['k']).then(([value]) => value?.byteLength),
      values.getAndExpire('k', '1h').then((value) => value?.byteLength),
      values.lifeOf('k').then(({ state }) => state),
    ]);
    const expected = [true, 6n, '6', true, large, true, 'small', 1, false, undefined, 5000, 5000, 'expiring'];
    assert.deepEqual(answers, expected);
  }),
];
