import assert from 'node:assert/strict';
import type { IKeyValue, KeyValueInput, KeyValueSetOptions } from '../../../src/interfaces/key-value.js';
import { all, rejectsWith } from '../expectations.js';
import { type KeyValueLaw, law } from './subject.js';

type Call = (values: IKeyValue) => PromiseLike<unknown>;

const given = <T>(value: unknown): T => value as T;
const BAD_KEYS: readonly unknown[] = [
  '',
  'x'.repeat(1025),
  'ä'.repeat(513),
  '\ud800',
  7,
  null,
  undefined,
  ['a'],
];
const BAD_VALUES: readonly unknown[] = [
  ...[undefined, null, true, {}, [], Number.NaN, Number.POSITIVE_INFINITY, 1n, new Uint16Array(1), '\udc00'],
  ...['x'.repeat(1025), 'ä'.repeat(513), new Uint8Array(1025)],
];
const BAD_LIVES: readonly unknown[] = [
  0,
  -1,
  Number.NaN,
  Number.POSITIVE_INFINITY,
  '5',
  '5x',
  null,
  {},
  '99999d',
];
const BAD_AMOUNTS: readonly unknown[] = [
  1.5,
  Number.NaN,
  2 ** 53,
  2n ** 63n,
  -(2n ** 63n) - 1n,
  '1',
  null,
  {},
];

const ofKey = (key: string): Call[] => [
  (values) => values.get(key),
  (values) => values.getText(key),
  (values) => values.getMany(['k', key]),
  (values) => values.set(key, 'v'),
  (values) => values.setMany([['new', 'v'], given<[string, string]>([key, 'v'])]),
  (values) => values.delete('k', key),
  (values) => values.exists(key),
  (values) => values.countExisting(['k', key]),
  (values) => values.getJson(key),
  (values) => values.setJson(key, 1),
  (values) => values.increment(key),
  (values) => values.expire(key, 1),
  (values) => values.persist(key),
  (values) => values.getAndExpire(key, 1),
  (values) => values.lifeOf(key),
];

const CALLS: readonly Call[] = [
  ...BAD_KEYS.flatMap((key) => ofKey(given(key))),
  ...BAD_VALUES.flatMap((value): Call[] => [
    (values) => values.set('k', given<KeyValueInput>(value)),
    (values) => values.setMany([['new', 'v'], given<[string, string]>(['k', value])]),
  ]),
  ...BAD_LIVES.flatMap((life): Call[] => [
    (values) => values.set('k', 'v', { expire: given(life) }),
    (values) => values.setJson('k', 'v', { expire: given(life) }),
    (values) => values.setMany([['k', 'v']], { expire: given(life) }),
    (values) => values.setMany([['k', 'v', { expire: given(life) }]]),
    (values) => values.increment('new', 1, { expire: given(life) }),
    (values) => values.expire('k', given(life)),
    (values) => values.getAndExpire('k', given(life)),
  ]),
  ...BAD_AMOUNTS.map(
    (by): Call =>
      (values) =>
        values.increment('n', given(by)),
  ),
  ...[given<never>('k'), given<never>(undefined), given<never>({ 0: 'k', length: 1 })].flatMap(
    (list): Call[] => [
      (values) => values.getMany(list),
      (values) => values.countExisting(list),
      (values) => values.setMany(list),
    ],
  ),
  (values) => values.setMany([given(['k'])]),
  (values) => values.setMany([given('kv')]),
  (values) => values.setJson('k', 'x'.repeat(1025)),
  (values) => values.deleteMatching(given(undefined)),
  (values) => values.deleteMatching(given(7)),
  (values) => values.deleteMatching('\ud800'),
  (values) => values.deleteMatching('*'.repeat(1025)),
  (values) => all(values.keys('\ud800')),
  (values) => values.delete(...Array.from({ length: 10_001 }, (_, index) => `k${index}`)),
  (values) => values.getMany(Array.from({ length: 10_001 }, () => 'k')),
];

/** Options that make no sense together, or at all. */
const BAD_OPTIONS: readonly unknown[] = [
  ...[{ expire: '1h', keepExpire: true }, { when: 'never' }, { when: true }, { keepExpire: 'yes' }],
  ...[{ ex: 5 }, { nx: true }, { expires: '1h' }, null, 5, 'absent', { signal: {} }],
];

/** Laws of calls that are refused before anything is sent. */
export const refusalLaws: readonly KeyValueLaw[] = [
  law('a bad argument is refused, and nothing is changed', async (open) => {
    const { values } = await open({ maxValueBytes: 1024 });
    await values.set('k', 'before');
    await values.set('n', '1');
    for (const call of CALLS) await rejectsWith('E_ARGUMENT', String(call), () => call(values));
    assert.deepEqual((await all(values.keys())).sort(), ['k', 'n']);
    assert.equal(await values.getText('k'), 'before');
    assert.deepEqual(await values.lifeOf('k'), { state: 'persistent' });
    assert.equal(await values.getText('n'), '1');
  }),
  law(
    'options that conflict, or that are none, are refused, which is not a condition that is not met',
    async (open) => {
      const { values } = await open();
      await values.set('k', 'before', { expire: '1h' });
      for (const bad of BAD_OPTIONS) {
        const options = given<KeyValueSetOptions>(bad);
        for (const key of ['k', 'new']) {
          await rejectsWith('E_ARGUMENT', JSON.stringify(bad), () => values.set(key, 'v', options));
          await rejectsWith('E_ARGUMENT', JSON.stringify(bad), () => values.setJson(key, 'v', options));
          await rejectsWith('E_ARGUMENT', JSON.stringify(bad), () => values.setMany([[key, 'v']], options));
          await rejectsWith('E_ARGUMENT', JSON.stringify(bad), () =>
            values.increment(key, 1, given(options)),
          );
        }
      }
      await rejectsWith('E_ARGUMENT', 'setMany with a condition', () =>
        values.setMany([['k', 'v']], given({ when: 'absent' })),
      );
      assert.equal(await values.getText('k'), 'before');
      assert.equal(await values.exists('new'), false);
    },
  ),
  law('a call whose signal has aborted is refused, and changes nothing', async (open) => {
    const { values } = await open();
    await values.set('k', 'before');
    const signal = AbortSignal.abort();
    const calls: Call[] = [
      () => values.get('k', { signal }),
      () => values.getText('k', { signal }),
      () => values.getMany(['k'], { signal }),
      () => values.set('k', 'v', { signal }),
      () => values.setMany([['k', 'v']], { signal }),
      () => values.exists('k', { signal }),
      () => values.countExisting(['k'], { signal }),
      () => values.getJson('k', { signal }),
      () => values.setJson('k', 'v', { signal }),
      () => values.increment('new', 1, { signal }),
      () => values.expire('k', '1h', { signal }),
      () => values.persist('k', { signal }),
      () => values.getAndExpire('k', '1h', { signal }),
      () => values.lifeOf('k', { signal }),
      () => all(values.keys('*', { signal })),
      () => values.count({ signal }),
      () => values.deleteMatching('*', { signal }),
      () => values.clear({ signal }),
    ];
    for (const call of calls) await rejectsWith('E_ABORTED', String(call), () => call(values));
    assert.equal(await values.getText('k'), 'before');
    assert.deepEqual(await values.lifeOf('k'), { state: 'persistent' });
    assert.equal(await values.count(), 1);
  }),
  law('every call of a component that is closed rejects', async (open) => {
    const { values } = await open();
    await values.close();
    await values.close();
    const calls: Call[] = [
      ...ofKey('k'),
      () => all(values.keys()),
      () => values.count(),
      () => values.deleteMatching('*'),
      () => values.clear(),
      () => values.getMany([]),
      () => values.setMany([]),
      () => values.delete(),
    ];
    for (const call of calls) await rejectsWith('E_DISPOSED', String(call), () => call(values));
  }),
];
