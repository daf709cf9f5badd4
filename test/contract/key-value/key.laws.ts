import assert from 'node:assert/strict';
import { all } from '../expectations.js';
import { type KeyValueLaw, law } from './subject.js';

/** Keys of special characters, each of which another one might be taken for. */
const KEYS = [
  ...[
    'a',
    'A',
    'a}',
    '{a}',
    '{a}b',
    '{}a',
    'a{',
    'a:b',
    'a::b',
    '*',
    'a*',
    '[a]',
    '?',
    '\\',
    ' ',
    'a ',
    '\0',
  ],
  ...[
    '__proto__',
    'constructor',
    'ä',
    'a\u0308',
    '😀',
    '\r\nFLUSHALL\r\n',
    'x'.repeat(1024),
    'ä'.repeat(512),
  ],
];

/** Laws of keys and of calls on many of them. */
export const keyLaws: readonly KeyValueLaw[] = [
  law('keys of all characters are literal and apart', async (open) => {
    const { values } = await open();
    for (const [index, key] of KEYS.entries()) await values.set(key, index);
    for (const [index, key] of KEYS.entries()) {
      assert.equal(await values.getText(key), String(index), JSON.stringify(key.slice(0, 20)));
    }
    assert.deepEqual((await all(values.keys())).sort(), [...KEYS].sort());
    assert.equal(await values.countExisting(KEYS), KEYS.length);
    assert.equal(await values.delete('*'), 1);
    assert.equal(await values.count(), KEYS.length - 1);
    const found = await values.getMany(KEYS);
    assert.equal(found.filter((value) => value === undefined).length, 1);
  }),
  law('`keys` lists the keys that match a glob, each once', async (open) => {
    const { values } = await open();
    for (const key of ['user:1', 'user:2', 'xuser:1', 'a.b', 'axb', 'a*b', 'user:', '[', 'ab']) {
      await values.set(key, '');
    }
    for (const [pattern, expected] of [
      ['user:*', ['user:', 'user:1', 'user:2']],
      ['user:?', ['user:1', 'user:2']],
      ['a.b', ['a.b']],
      ['a\\*b', ['a*b']],
      ['a[.x]b', ['a.b', 'axb']],
      ['a[^.x]b', ['a*b']],
      ['a*b', ['a*b', 'a.b', 'ab', 'axb']],
      ['none', []],
    ] as const) {
      assert.deepEqual((await all(values.keys(pattern))).sort(), expected, pattern);
    }
    await values.setMany(Array.from({ length: 2500 }, (_, index) => [`many:${index}`, '']));
    const many = await all(values.keys('many:*'));
    assert.equal(many.length, 2500);
    assert.equal(new Set(many).size, 2500);
  }),
  law('`deleteMatching` deletes the keys that match and no others, and counts them', async (open) => {
    const { values } = await open();
    await values.setMany(['users:1', 'users:2', 'users', 'user:1', 'users:*'].map((key) => [key, key]));
    assert.equal(await values.deleteMatching('users:*'), 3);
    assert.equal(await values.deleteMatching('users:*'), 0);
    assert.deepEqual((await all(values.keys())).sort(), ['user:1', 'users']);
    await values.setMany(Array.from({ length: 1500 }, (_, index) => [`many:${index}`, '']));
    assert.equal(await values.deleteMatching('many:*'), 1500);
  }),
  law('`clear` deletes every key, and `count` counts them', async (open) => {
    const { values } = await open();
    assert.equal(await values.count(), 0);
    assert.equal(await values.clear(), 0);
    await values.setMany(Array.from({ length: 1500 }, (_, index) => [`{${index % 7}}${index}`, '']));
    assert.equal(await values.count(), 1500);
    assert.equal(await values.clear(), 1500);
    assert.equal(await values.count(), 0);
  }),
  law('a value that is written after `clear` was called stays', async (open) => {
    const { values } = await open();
    await values.setMany(Array.from({ length: 600 }, (_, index) => [`k${index}`, 'old']));
    const clearing = values.clear();
    const later = [
      values.set('k1', 'new'),
      values.setMany([['k2', 'new']]),
      values.increment('counter'),
      values.setJson('k3', 'new'),
    ];
    await Promise.all([clearing, ...later]);
    const found = await values.getMany(['k1', 'k2', 'k3', 'counter']);
    assert.deepEqual(
      found.map((value) => value && Buffer.from(value).toString()),
      ['new', 'new', '"new"', '1'],
    );
  }),
  law(
    'every call after `clear` or `deleteMatching` finds what they leave, without waiting for them',
    async (open) => {
      const { values } = await open();
      const fill = () =>
        values.setMany(Array.from({ length: 600 }, (_, index) => [`k${index}`, '5', { expire: '1h' }]));
      const calls: readonly [string, (key: string) => Promise<unknown>, unknown][] = [
        ['increment', (key) => values.increment(key), 1n],
        ['increment with a life', (key) => values.increment(key, 2, { expire: '1d' }), 2n],
        ['set when absent', (key) => values.set(key, 'new', { when: 'absent' }), true],
        ['set when present', (key) => values.set(key, 'new', { when: 'present' }), false],
        ['get', (key) => values.get(key), undefined],
        ['getText', (key) => values.getText(key), undefined],
        ['getJson', (key) => values.getJson(key), undefined],
        ['getMany', (key) => values.getMany([key, 'none']), [undefined, undefined]],
        ['exists', (key) => values.exists(key), false],
        ['countExisting', (key) => values.countExisting([key]), 0],
        ['lifeOf', (key) => values.lifeOf(key), { state: 'absent' }],
        ['expire', (key) => values.expire(key, '2h'), false],
        ['persist', (key) => values.persist(key), false],
        ['getAndExpire', (key) => values.getAndExpire(key, '2h'), undefined],
        ['delete', (key) => values.delete(key), 0],
        [
          'increment twice',
          async (key) => [await values.increment(key), await values.increment(key)],
          [1n, 2n],
        ],
        [
          'keepExpire',
          async (key) => (await values.set(key, 'new', { keepExpire: true })) && values.lifeOf(key),
          { state: 'persistent' },
        ],
        [
          'keepExpire of many',
          async (key) => {
            await values.setMany([[key, 'new', { keepExpire: true }]]);
            return values.lifeOf(key);
          },
          { state: 'persistent' },
        ],
        ['clear', () => values.clear(), 0],
        ['deleteMatching', () => values.deleteMatching('k*'), 0],
        ['count', () => values.count(), 0],
        ['keys', () => all(values.keys('k*')), []],
      ];
      for (const deletion of [() => values.clear(), () => values.deleteMatching('k*')]) {
        for (const [what, call, expected] of calls) {
          await fill();
          const [deleted, answer] = await Promise.all([deletion(), call('k300')]);
          assert.deepEqual(answer, expected, what);
          assert.equal(deleted, 600, `deleted before ${what}`);
          await values.clear();
        }
      }
      await values.set('other', 5);
      await Promise.all([values.deleteMatching('k*'), values.increment('other')]);
      assert.equal(await values.getText('other'), '6', 'a key that does not match stays');
    },
  ),
];
