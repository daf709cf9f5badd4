import assert from 'node:assert/strict';
import { bytes, patterned, rejectsWith, shown, text } from '../expectations.js';
import { type CacheLaw, law, type OpenCache } from './subject.js';

const MIB = 1024 * 1024;

/** Invalid values; `null` is valid. */
const WRONG: readonly unknown[] = [
  ...[undefined, 'text', 5, true, {}, [1, 2], new ArrayBuffer(2), new DataView(new ArrayBuffer(2))],
  ...[new Uint16Array(2), new Int8Array(2), new Uint8ClampedArray(2), Symbol('v'), () => bytes('v')],
];

const basics: readonly CacheLaw[] = [
  law('a value is read back byte for byte', async (open) => {
    const { cache, space } = await open();
    for (const value of [patterned(1), patterned(256), patterned(70_000), patterned(MIB)]) {
      assert.equal(await cache.setValue(`${space}k`, value, '1m'), true);
      const answer = await cache.getValue(`${space}k`);
      assert.ok(answer instanceof Uint8Array);
      assert.ok(Buffer.from(answer).equals(value), `${value.length} bytes`);
    }
  }),
  law('setValue returns true once the store holds the value', async (open) => {
    const { cache, space } = await open();
    assert.equal(await cache.setValue(`${space}k`, bytes('v'), '1m'), true);
    assert.equal(await cache.hasValue(`${space}k`), true);
    assert.equal(text(await cache.getValue(`${space}k`)), 'v');
  }),
  law('getValue returns null for a key that was never set', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}other`, bytes('v'), '1m');
    assert.equal(await cache.getValue(`${space}k`), null);
  }),
  law('hasValue returns false for a key that was never set', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}other`, bytes('v'), '1m');
    assert.equal(await cache.hasValue(`${space}k`), false);
  }),
  law('setValue replaces an existing value', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('a longer one'), '1m');
    assert.equal(await cache.setValue(`${space}k`, bytes('b'), '1m'), true);
    assert.equal(text(await cache.getValue(`${space}k`)), 'b');
  }),
  law('setValue replaces a shorter TTL', async (open) => {
    const { cache, space, advance } = await open();
    await cache.setValue(`${space}k`, bytes('a'), 30);
    await cache.setValue(`${space}k`, bytes('b'), '1m');
    await advance(30);
    assert.equal(text(await cache.getValue(`${space}k`)), 'b');
  }),
  law('setValue replaces a longer TTL', async (open) => {
    const { cache, space, advance } = await open();
    await cache.setValue(`${space}k`, bytes('a'), '1m');
    await cache.setValue(`${space}k`, bytes('b'), 30);
    await advance(30);
    assert.equal(await cache.getValue(`${space}k`), null);
  }),
  law('deleteValue removes an entry and returns whether there was one', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    assert.equal(await cache.deleteValue(`${space}k`), true);
    assert.equal(await cache.getValue(`${space}k`), null);
    assert.equal(await cache.deleteValue(`${space}k`), false);
  }),
  law('deleteValue removes no other entry', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    await cache.setValue(`${space}k2`, bytes('v2'), '1m');
    await cache.deleteValue(`${space}k`);
    assert.equal(text(await cache.getValue(`${space}k2`)), 'v2');
  }),
  law('setValue stores null as empty bytes', async (open) => {
    const { cache, space } = await open();
    assert.equal(await cache.setValue(`${space}k`, null, '1m'), true);
    assert.equal(await cache.hasValue(`${space}k`), true);
    assert.equal((await cache.getValue(`${space}k`))?.length, 0);
  }),
  law('setValues stores null as empty bytes', async (open) => {
    const { cache, space } = await open();
    assert.equal(await cache.setValues([[`${space}k`, null]], '1m'), true);
    assert.equal((await cache.getValue(`${space}k`))?.length, 0);
  }),
  law('empty bytes are read back as empty bytes, not as a miss', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, new Uint8Array(0), '1m');
    assert.equal((await cache.getValue(`${space}k`))?.length, 0);
    assert.equal((await cache.getValues([`${space}k`]))[0]?.length, 0);
    assert.equal(await cache.hasValue(`${space}k`), true);
  }),
];

const isolation: readonly CacheLaw[] = [
  law('bytes given to setValue may be changed before it has settled', async (open) => {
    const { cache, space } = await open();
    const given = bytes('given');
    const stored = cache.setValue(`${space}k`, given, '1m');
    given.fill(0x78);
    await stored;
    assert.equal(text(await cache.getValue(`${space}k`)), 'given');
  }),
  law('entries given to setValues may be changed before it has settled', async (open) => {
    const { cache, space } = await open();
    const given = bytes('given');
    const stored = cache.setValues([[`${space}k`, given]], '1m');
    given.fill(0x78);
    await stored;
    assert.equal(text(await cache.getValue(`${space}k`)), 'given');
  }),
  law('bytes that were stored may be changed by the caller afterwards', async (open) => {
    const { cache, space } = await open();
    const given = patterned(20_000);
    await cache.setValue(`${space}a`, given, '1m');
    await cache.setValues([[`${space}b`, given]], '1m');
    given.fill(0x78);
    for (const answer of await cache.getValues([`${space}a`, `${space}b`])) {
      assert.ok(answer !== null && Buffer.from(answer).equals(patterned(20_000)));
    }
  }),
  law('a view is stored as its own bytes, not as its whole buffer', async (open) => {
    const { cache, space } = await open();
    const whole = bytes('before-inside-after');
    await cache.setValue(`${space}a`, whole.subarray(7, 13), '1m');
    await cache.setValues([[`${space}b`, Buffer.from(whole.buffer, 7, 6)]], '1m');
    const answers = await cache.getValues([`${space}a`, `${space}b`]);
    assert.deepEqual(answers.map(text), ['inside', 'inside']);
  }),
  law('bytes that getValue returns may be changed by the caller', async (open) => {
    const { cache, space } = await open();
    for (const size of [5, 20_000]) {
      await cache.setValue(`${space}k`, patterned(size), '1m');
      (await cache.getValue(`${space}k`))?.fill(0);
      assert.deepEqual(Buffer.from((await cache.getValue(`${space}k`)) ?? []), Buffer.from(patterned(size)));
    }
  }),
  law('bytes that getValues returns may be changed by the caller', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    (await cache.getValues([`${space}k`]))[0]?.fill(0);
    assert.equal(text((await cache.getValues([`${space}k`]))[0]), 'v');
  }),
  law('two answers never share bytes', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    const [one, other] = await Promise.all([cache.getValue(`${space}k`), cache.getValue(`${space}k`)]);
    one?.fill(0);
    assert.equal(text(other), 'v');
    const [first, second] = await cache.getValues([`${space}k`, `${space}k`]);
    first?.fill(0);
    assert.equal(text(second), 'v');
  }),
  law('no caller takes another answer away by transferring its own to a thread', async (open) => {
    const opened = await open();
    for (const size of [100, 5000]) {
      for (const answer of await answersOf(opened, size)) {
        assert.equal(answer.byteLength, size);
        try {
          structuredClone(answer, { transfer: [answer.buffer as ArrayBuffer] });
        } catch (error) {
          // Node 20 copies memory that cannot be transferred, later versions throw.
          assert.equal((error as Error).name, 'DataCloneError');
        }
      }
    }
  }),
  law('an answer keeps no more memory than the pool of Node, or eight times its own size', async (open) => {
    const opened = await open();
    for (const size of [100, 5000]) {
      for (const { buffer } of await answersOf(opened, size))
        assert.ok(buffer.byteLength <= Math.max(Buffer.poolSize, 8 * size), `${buffer.byteLength} bytes`);
    }
  }),
];

/** Many answers of one size, read in all ways, some keys by several callers. */
async function answersOf({ cache, space }: OpenCache, size: number): Promise<Uint8Array[]> {
  const keys = Array.from({ length: 200 }, (_, index) => `${space}${size}:${index}`);
  await cache.setValues(
    keys.map((key) => [key, patterned(size)] as const),
    '1m',
  );
  const twice = [...keys, ...keys];
  const answers = [
    ...(await Promise.all(twice.map((key) => cache.getValue(key)))),
    ...(await cache.getValues(keys)),
    ...(await cache.getValues(twice)),
  ];
  const found = answers.filter((answer) => answer !== null);
  assert.equal(found.length, 1000);
  return found;
}

const limits: readonly CacheLaw[] = [
  law('a value of exactly maxValueBytes is stored', async (open) => {
    const { cache, space } = await open({ maxValueBytes: 100 });
    assert.equal(await cache.setValue(`${space}a`, patterned(100), '1m'), true);
    assert.equal(await cache.setValues([[`${space}b`, patterned(100)]], '1m'), true);
    assert.deepEqual(
      (await cache.getValues([`${space}a`, `${space}b`])).map((value) => value?.length),
      [100, 100],
    );
  }),
  law('setValue refuses a value above maxValueBytes, and keeps the existing entry', async (open) => {
    const { cache, space } = await open({ maxValueBytes: 100 });
    await cache.setValue(`${space}k`, bytes('old'), '1m');
    await rejectsWith('E_ARGUMENT', 'setValue', () => cache.setValue(`${space}k`, patterned(101), '1m'));
    assert.equal(text(await cache.getValue(`${space}k`)), 'old');
  }),
  law('setValues refuses a value above maxValueBytes, and stores nothing', async (open) => {
    const { cache, space } = await open({ maxValueBytes: 100 });
    await rejectsWith('E_ARGUMENT', 'setValues', () =>
      cache.setValues(
        [
          [`${space}a`, bytes('v')],
          [`${space}b`, patterned(101)],
        ],
        '1m',
      ),
    );
    assert.deepEqual(await cache.getValues([`${space}a`, `${space}b`]), [null, null]);
  }),
  law('maxValueBytes is 8 MiB by default', async (open) => {
    const { cache, space } = await open();
    const value = new Uint8Array(8 * MIB + 1);
    value[8 * MIB - 1] = 7;
    assert.equal(await cache.setValue(`${space}k`, value.subarray(0, 8 * MIB), '1m'), true);
    const answer = await cache.getValue(`${space}k`);
    assert.equal(answer?.length, 8 * MIB);
    assert.equal(answer[8 * MIB - 1], 7);
    await rejectsWith('E_ARGUMENT', 'setValue', () => cache.setValue(`${space}k`, value, '1m'));
    await cache.deleteValue(`${space}k`);
  }),
  ...(['degrade', 'throw'] as const).flatMap((failureMode): CacheLaw[] => [
    law(`setValue refuses a value that is not bytes, with failureMode ${failureMode}`, async (open) => {
      const { cache, space } = await open({ failureMode });
      await cache.setValue(`${space}k`, bytes('old'), '1m');
      for (const value of WRONG) {
        await rejectsWith('E_ARGUMENT', shown(value), () =>
          cache.setValue(`${space}k`, value as Uint8Array, '1m'),
        );
      }
      assert.equal(text(await cache.getValue(`${space}k`)), 'old');
    }),
    law(`setValues refuses a value that is not bytes, with failureMode ${failureMode}`, async (open) => {
      const { cache, space } = await open({ failureMode });
      for (const value of WRONG) {
        await rejectsWith('E_ARGUMENT', shown(value), () =>
          cache.setValues(
            [
              [`${space}a`, bytes('v')],
              [`${space}b`, value as Uint8Array],
            ],
            '1m',
          ),
        );
      }
      assert.deepEqual(await cache.getValues([`${space}a`, `${space}b`]), [null, null]);
    }),
  ]),
];

export const valueLaws: readonly CacheLaw[] = [...basics, ...isolation, ...limits];
