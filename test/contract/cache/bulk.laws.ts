import assert from 'node:assert/strict';
import type { Duration } from '../../../src/interfaces/duration.js';
import { ConnectionError, OperationError } from '../../../src/interfaces/errors.js';
import { assertRemains, bytes, rejectsWith, shown, text } from '../expectations.js';
import { type CacheLaw, law } from './subject.js';

type Entries = Iterable<readonly [string, Uint8Array | null]>;

/** Values that are not lists of keys. */
const NO_KEYS: readonly unknown[] = [undefined, null, 5, true, {}, 'abc', Symbol('k'), () => []];
/** Values that are not entries. */
const NO_ENTRIES: readonly unknown[] = [
  ...[undefined, null, 5, true, {}, 'abc', Symbol('k'), () => []],
  ...[[null], [undefined], [5], ['ab'], [{}], [[]], [['only-a-key']]],
];

const reading: readonly CacheLaw[] = [
  law('getValues returns its results in the order of the keys', async (open) => {
    const { cache, space } = await open();
    const keys = Array.from({ length: 1500 }, (_, index) => `${space}${index}`);
    await cache.setValues(
      keys.map((key) => [key, bytes(`of ${key}`)] as const),
      '1m',
    );
    const asked = keys.toReversed();
    assert.deepEqual(
      (await cache.getValues(asked)).map(text),
      asked.map((key) => `of ${key}`),
    );
  }),
  law('getValues returns null in the place of an absent entry', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}b`, bytes('b'), '1m');
    const [a, b, c] = await cache.getValues([`${space}a`, `${space}b`, `${space}c`]);
    assert.deepEqual([a, text(b), c], [null, 'b', null]);
  }),
  law('getValues returns a result for every key, even one that is named twice', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}a`, bytes('a'), '1m');
    const answers = await cache.getValues([`${space}a`, `${space}b`, `${space}a`, `${space}b`, `${space}a`]);
    assert.deepEqual(
      answers.map((value) => value && text(value)),
      ['a', null, 'a', null, 'a'],
    );
  }),
  law('getValues of no keys returns an empty list', async (open) => {
    const { cache } = await open();
    assert.deepEqual(await cache.getValues([]), []);
  }),
  law('getValues refuses a value that is not a list of keys', async (open) => {
    const { cache } = await open();
    for (const keys of NO_KEYS) {
      await rejectsWith('E_ARGUMENT', shown(keys), () => cache.getValues(keys as string[]));
    }
  }),
  law('getValues refuses all keys when one of them is invalid', async (open) => {
    const { cache, space } = await open();
    await rejectsWith('E_ARGUMENT', 'getValues', () => cache.getValues([`${space}a`, '']));
  }),
];

const writing: readonly CacheLaw[] = [
  ...(['degrade', 'throw'] as const).map((failureMode) =>
    law(`setValues with ${failureMode} rejects with the error that its entries throw`, async (open) => {
      const { cache, space } = await open({ failureMode });
      const errors = [
        new ConnectionError('E_CONNECTION_LOST', 'the source of the entries is lost', 'unknown'),
        new OperationError('E_OPERATION_TIMEOUT', 'the source of the entries is slow', 'unknown'),
        await cache.setValue(`${space}b`, bytes('v'), 0).catch((error: unknown) => error),
        new RangeError('no entries'),
      ].filter((error) => error instanceof Error);
      for (const error of errors) {
        const entries = function* (): Entries {
          yield [`${space}a`, bytes('a')];
          throw error;
        };
        await assert.rejects(cache.setValues(entries(), '1m'), (rejected) => rejected === error);
        assert.equal(await cache.hasValue(`${space}a`), false);
      }
    }),
  ),
  law('setValues stores all entries', async (open) => {
    const { cache, space } = await open();
    const entries = Array.from(
      { length: 1200 },
      (_, index) => [`${space}${index}`, bytes(`v${index}`)] as const,
    );
    assert.equal(await cache.setValues(entries, '1m'), true);
    const answers = await cache.getValues(entries.map(([key]) => key));
    assert.deepEqual(
      answers.map(text),
      entries.map(([, value]) => text(value)),
    );
  }),
  law('setValues gives every entry the same TTL', async (open) => {
    const { cache, space } = await open();
    const keys = ['a', 'b', 'c'].map((key) => space + key);
    await cache.setValue(keys[1] ?? '', bytes('old'), '1d');
    await cache.setValues(
      keys.map((key) => [key, bytes('v')] as const),
      '90s',
    );
    for (const key of keys) assertRemains(await cache.getExpiry(key), 90_000);
  }),
  law('setValues stores the last value of a key that is given twice', async (open) => {
    const { cache, space } = await open();
    const entries = ['1', '2', '3'].map((value) => [`${space}k`, bytes(value)] as const);
    assert.equal(await cache.setValues([...entries, [`${space}other`, bytes('o')]], '1m'), true);
    assert.equal(text(await cache.getValue(`${space}k`)), '3');
  }),
  law('setValues accepts any iterable: a map, a set, a generator', async (open) => {
    const { cache, space } = await open();
    function* generated(): Generator<readonly [string, Uint8Array]> {
      yield [`${space}g1`, bytes('g1')];
      yield [`${space}g2`, bytes('g2')];
    }
    assert.equal(await cache.setValues(new Map([[`${space}m`, bytes('m')]]), '1m'), true);
    assert.equal(await cache.setValues(new Set([[`${space}s`, bytes('s')] as const]), '1m'), true);
    assert.equal(await cache.setValues(generated(), '1m'), true);
    const keys = ['m', 's', 'g1', 'g2'];
    assert.deepEqual((await cache.getValues(keys.map((key) => space + key))).map(text), keys);
  }),
  law('setValues of no entries returns true', async (open) => {
    const { cache } = await open();
    assert.equal(await cache.setValues([], '1m'), true);
  }),
  law('setValues of no entries still requires a valid TTL', async (open) => {
    const { cache } = await open();
    assert.equal(await cache.setValues([], 0 as Duration), false);
  }),
  law('setValues checks every argument before it sends the first entry', async (open) => {
    const { cache, space } = await open();
    const good = (name: string): readonly [string, Uint8Array] => [`${space}${name}`, bytes(name)];
    for (const bad of [
      ['', bytes('v')],
      [`${space}x`, 'text'],
      [5, bytes('v')],
      [`${space}\ud800`, bytes('v')],
    ]) {
      const entries = [good('a'), good('b'), bad] as unknown as Entries;
      await rejectsWith('E_ARGUMENT', shown(bad), () => cache.setValues(entries, '1m'));
    }
    assert.deepEqual(await cache.getValues([`${space}a`, `${space}b`]), [null, null]);
  }),
  law('setValues refuses a value that is not an iterable of pairs', async (open) => {
    const { cache } = await open();
    for (const entries of NO_ENTRIES) {
      await rejectsWith('E_ARGUMENT', shown(entries), () => cache.setValues(entries as Entries, '1m'));
    }
  }),
  law('setValues stores nothing when its iterable throws halfway', async (open) => {
    const { cache, space } = await open();
    function* failing(): Generator<readonly [string, Uint8Array]> {
      yield [`${space}a`, bytes('a')];
      throw new RangeError('no more');
    }
    await assert.rejects(cache.setValues(failing(), '1m'));
    assert.equal(await cache.getValue(`${space}a`), null);
  }),
];

const deleting: readonly CacheLaw[] = [
  law('deleteValues removes entries and counts those that existed', async (open) => {
    const { cache, space } = await open();
    const keys = Array.from({ length: 1200 }, (_, index) => `${space}${index}`);
    await cache.setValues(
      keys.map((key) => [key, bytes('v')] as const),
      '1m',
    );
    assert.equal(await cache.deleteValues([...keys, `${space}absent`]), 1200);
    assert.deepEqual(
      await cache.getValues(keys),
      keys.map(() => null),
    );
  }),
  law('deleteValues counts a key that is named twice only once', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}a`, bytes('a'), '1m');
    assert.equal(await cache.deleteValues([`${space}a`, `${space}b`, `${space}a`]), 1);
  }),
  law('deleteValues leaves all other entries in place', async (open) => {
    const { cache, space } = await open();
    await cache.setValues(
      [
        [`${space}a`, bytes('a')],
        [`${space}b`, bytes('b')],
      ],
      '1m',
    );
    await cache.deleteValues([`${space}a`]);
    assert.equal(text(await cache.getValue(`${space}b`)), 'b');
  }),
  law('deleteValues of no keys returns 0', async (open) => {
    const { cache } = await open();
    assert.equal(await cache.deleteValues([]), 0);
  }),
  law('deleteValues refuses a value that is not a list of keys', async (open) => {
    const { cache } = await open();
    for (const keys of NO_KEYS) {
      await rejectsWith('E_ARGUMENT', shown(keys), () => cache.deleteValues(keys as string[]));
    }
  }),
  law('deleteValues removes nothing when one key is invalid', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}a`, bytes('a'), '1m');
    await rejectsWith('E_ARGUMENT', 'deleteValues', () => cache.deleteValues([`${space}a`, '']));
    assert.equal(text(await cache.getValue(`${space}a`)), 'a');
  }),
];

export const bulkLaws: readonly CacheLaw[] = [...reading, ...writing, ...deleting];
