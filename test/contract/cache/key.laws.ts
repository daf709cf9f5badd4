import assert from 'node:assert/strict';
import { all, bytes, rejectsWith, shown, text } from '../expectations.js';
import { entriesOf, keyedCalls } from './calls.js';
import { type CacheLaw, law, lawOf, serverOf } from './subject.js';

/** Keys with characters that are special elsewhere. */
const ODD: readonly string[] = [
  ...[
    '\r',
    '\n',
    '\r\n',
    '\0',
    'a\0b',
    'a\r\nSET b 1\r\n',
    ' ',
    '  ',
    '\t',
    '"',
    "'",
    '\\',
    '\\*',
    '$5',
    '*1',
    '-ERR',
  ],
  ...[
    '*',
    '?',
    '[a]',
    '[',
    ']',
    '[^a]',
    'h?llo*',
    '{',
    '}',
    '{}',
    '{a}',
    '{a}b',
    'a{b}',
    '{}{a}',
    'a:b',
    ':',
    '::',
  ],
  ...[
    '__proto__',
    'constructor',
    'prototype',
    'toString',
    'hasOwnProperty',
    'length',
    '0',
    '-1',
    'null',
    'undefined',
  ],
  ...[
    'é',
    'e\u0301',
    '€',
    '日本',
    '😀',
    '👩‍👧',
    '\u{10ffff}',
    '\uffff',
    '\ufeff',
    '\u200b',
    '\u2028',
    '\ud7ff',
    '\ue000',
  ],
  ...[
    'A',
    'a',
    'ß',
    'ss',
    'ſ',
    'İ',
    'i̇',
    'K',
    '\u212a',
    '%00',
    '%',
    '/',
    '../x',
    '~',
    '#',
    '\x7f',
    '\x80',
    '\xff',
  ],
];

/** Invalid keys. */
const WRONG: readonly unknown[] = [
  ...[undefined, null, 5, true, {}, [], ['k'], new String('k'), bytes('k'), Symbol('k'), () => 'k'],
  ...['', 'x'.repeat(1025), 'é'.repeat(513), '€'.repeat(342), '😀'.repeat(257), `😀${'x'.repeat(1021)}`],
  ...['\ud800', '\udfff', 'a\ud83d', '\udc00a', 'a\udc00\ud800b', '\ud83d\ud83d\ude00', '\ud800\udbff'],
];

/** A key that is `bytes` long as UTF-8, of characters of this kind. */
function keyOf(space: string, character: string, length: number): string {
  const size = Buffer.byteLength(character);
  const room = length - Buffer.byteLength(space);
  return space + 'x'.repeat(room % size) + character.repeat(Math.floor(room / size));
}

export const keyLaws: readonly CacheLaw[] = [
  law('every key is stored literally: no character is special', async (open) => {
    const { cache, space } = await open();
    for (const key of ODD) {
      assert.equal(await cache.hasValue(space + key), false, `${shown(key)} was there before`);
      assert.equal(await cache.setValue(space + key, bytes(`of ${key}`), '1m'), true, shown(key));
    }
    for (const key of ODD) {
      assert.equal(text(await cache.getValue(space + key)), `of ${key}`);
      assert.equal(await cache.hasValue(space + key), true);
      assertAlive(await cache.getExpiry(space + key), key);
      assert.equal(await cache.setExpiry(space + key, '2m'), true);
    }
    for (const key of ODD) assert.equal(await cache.deleteValue(space + key), true, shown(key));
    assert.deepEqual(await all(cache.keys(`${space}*`)), []);
  }),
  law('bulk calls treat every key literally', async (open) => {
    const { cache, space } = await open();
    const keys = ODD.map((key) => space + key);
    assert.equal(
      await cache.setValues(
        keys.map((key) => [key, bytes(`of ${key}`)] as const),
        '1m',
      ),
      true,
    );
    assert.deepEqual(
      (await cache.getValues(keys)).map(text),
      keys.map((key) => `of ${key}`),
    );
    assert.equal(await cache.deleteValues(keys), keys.length);
    assert.deepEqual(
      await cache.getValues(keys),
      keys.map(() => null),
    );
  }),
  law('keys reports every key as it was given', async (open) => {
    const { cache, space } = await open();
    const keys = ODD.map((key) => space + key);
    await cache.setValues(
      keys.map((key) => [key, bytes('v')] as const),
      '1m',
    );
    assert.deepEqual((await all(cache.keys(`${space}*`))).sort(), keys.sort());
  }),
  law('keys that differ in one character or its form are different keys', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}é`, bytes('composed'), '1m');
    await cache.setValue(`${space}e\u0301`, bytes('decomposed'), '1m');
    await cache.setValue(`${space}K`, bytes('upper'), '1m');
    await cache.setValue(`${space}k`, bytes('lower'), '1m');
    await cache.setValue(`${space}k `, bytes('spaced'), '1m');
    const keys = ['é', 'e\u0301', 'K', 'k', 'k '].map((key) => space + key);
    assert.deepEqual((await cache.getValues(keys)).map(text), [
      'composed',
      'decomposed',
      'upper',
      'lower',
      'spaced',
    ]);
  }),
  law('a key may be 1 KiB long as UTF-8', async (open) => {
    const { cache, space } = await open();
    for (const character of ['x', 'é', '€', '😀']) {
      const key = keyOf(space, character, 1024);
      assert.equal(Buffer.byteLength(key), 1024);
      assert.equal(await cache.setValue(key, bytes(character), '1m'), true);
      assert.equal(text(await cache.getValue(key)), character);
      assert.deepEqual((await cache.getValues([key])).map(text), [character]);
      assert.equal(await cache.deleteValues([key]), 1);
    }
  }),
  law('a key may be 1 byte long', async (open) => {
    const { cache, space } = await open();
    const key = space === '' ? 'k' : space;
    assert.equal(await cache.setValue(key, bytes('v'), '1m'), true);
    assert.equal(text(await cache.getValue(key)), 'v');
  }),
  ...entriesOf(keyedCalls).flatMap(([method, call]): CacheLaw[] => [
    law(
      `${method} refuses an invalid key: not a string, empty, above 1 KiB, a lone surrogate`,
      async (open) => {
        const { cache } = await open();
        for (const key of WRONG) {
          await rejectsWith('E_ARGUMENT', `${method}(${shown(key)})`, () => call(cache, key as string));
        }
      },
    ),
    law(`${method} refuses an invalid key with failureMode throw too`, async (open) => {
      const { cache } = await open({ failureMode: 'throw' });
      for (const key of WRONG) {
        await rejectsWith('E_ARGUMENT', `${method}(${shown(key)})`, () => call(cache, key as string));
      }
    }),
  ]),
  lawOf('server', 'a call with an invalid key or value sends nothing', async (open) => {
    const opened = await open({ maxValueBytes: 100 });
    const { cache, space } = opened;
    const long = `${space}${'x'.repeat(1025)}`;
    const calls: (() => Promise<unknown>)[] = [
      ...entriesOf(keyedCalls).map(
        ([, call]) =>
          () =>
            call(cache, long),
      ),
      () => cache.getValues([`${space}a`, long]),
      () => cache.deleteValues([`${space}a`, long]),
      () => cache.setValue(`${space}a`, new Uint8Array(101), '1m'),
      () =>
        cache.setValues(
          [
            [`${space}a`, bytes('v')],
            [long, bytes('v')],
          ],
          '1m',
        ),
      () =>
        cache.setValues(
          [
            [`${space}a`, bytes('v')],
            [`${space}b`, new Uint8Array(101)],
          ],
          '1m',
        ),
    ];
    await serverOf(opened).received();
    for (const call of calls) await rejectsWith('E_ARGUMENT', 'a wrong argument', call);
    assert.deepEqual(await serverOf(opened).received(), []);
  }),
];

function assertAlive(remainingMs: number | null, key: string): void {
  assert.ok(
    remainingMs !== null && remainingMs > 0 && remainingMs <= 60_000,
    `${shown(key)}: ${remainingMs}`,
  );
}
