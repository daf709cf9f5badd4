import assert from 'node:assert/strict';
import type { Duration } from '../../../src/interfaces/duration.js';
import { ConnectionError } from '../../../src/interfaces/errors.js';
import { all, assertRemains, bytes, rejectsWith, shown, text } from '../expectations.js';
import { entriesOf, expiringCalls } from './calls.js';
import { type CacheLaw, law, lawOf, type OpenCache, serverOf } from './subject.js';

const DAY = 86_400_000;
const LONGEST = 36_500 * DAY;

/** Forms of a TTL, with the milliseconds that they mean. */
const LIVES: readonly (readonly [Duration, number])[] = [
  [60_000, 60_000],
  ['90000ms', 90_000],
  ['90s', 90_000],
  ['2m', 120_000],
  ['1h', 3_600_000],
  ['1d', DAY],
  ['1.5h', 5_400_000],
  ['0.5d', DAY / 2],
  ['90000.0ms', 90_000],
  [{ days: 1 }, DAY],
  [{ hours: 1, minutes: 30 }, 5_400_000],
  [{ minutes: 1, seconds: 30, milliseconds: 500 }, 90_500],
  [{ hours: 1.5 }, 5_400_000],
];

/** Invalid TTLs. */
const BAD: readonly unknown[] = [
  ...[0, -0, -1, -0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, LONGEST + 1],
  ...[
    '',
    '0s',
    '-1s',
    '1',
    's',
    '1x',
    '1S',
    ' 1s',
    '1s ',
    '1 s',
    '1,5h',
    '.5s',
    '1.s',
    '1e3s',
    '+1s',
    'Infinitys',
    '1h30m',
  ],
  ...[
    '36501d',
    '876001h',
    {},
    { hours: 0 },
    { hours: -1 },
    { hours: '1' },
    { hours: Number.NaN },
    { hour: 1 },
  ],
  ...[{ days: 36_500, milliseconds: 1 }, { hours: 1, minutes: -1 }, null, undefined, true, 60n, Symbol('s')],
  ...[[], [1], new Date(), () => 1000, new Number(1000)],
];

/** An entry with a TTL of ten minutes, and a check that its TTL is unchanged. */
async function standing({ cache, space }: OpenCache): Promise<{ key: string; stays(): Promise<void> }> {
  const key = `${space}standing`;
  await cache.setValue(key, bytes('old'), '10m');
  return {
    key,
    stays: async () => {
      assert.equal(text(await cache.getValue(key)), 'old');
      assertRemains(await cache.getExpiry(key), 600_000);
    },
  };
}

/** An entry that has just expired. */
async function expired(opened: OpenCache): Promise<string> {
  const key = `${opened.space}expired`;
  assert.equal(await opened.cache.setValue(key, bytes('v'), 30), true);
  await opened.advance(30);
  return key;
}

const misses: readonly CacheLaw[] = [
  law('getValue returns a miss for an expired entry', async (open) => {
    const opened = await open();
    assert.equal(await opened.cache.getValue(await expired(opened)), null);
  }),
  law('getValues returns a miss for an expired entry', async (open) => {
    const opened = await open();
    assert.deepEqual(await opened.cache.getValues([await expired(opened)]), [null]);
  }),
  law('hasValue returns false for an expired entry', async (open) => {
    const opened = await open();
    assert.equal(await opened.cache.hasValue(await expired(opened)), false);
  }),
  law('getExpiry returns null for an expired entry', async (open) => {
    const opened = await open();
    assert.equal(await opened.cache.getExpiry(await expired(opened)), null);
  }),
  law('setExpiry does not revive an expired entry', async (open) => {
    const opened = await open();
    const key = await expired(opened);
    assert.equal(await opened.cache.setExpiry(key, '1m'), false);
    assert.equal(await opened.cache.getValue(key), null);
  }),
  law('deleteValue returns false for an expired entry', async (open) => {
    const opened = await open();
    assert.equal(await opened.cache.deleteValue(await expired(opened)), false);
  }),
  law('deleteValues counts no expired entry', async (open) => {
    const opened = await open();
    assert.equal(await opened.cache.deleteValues([await expired(opened)]), 0);
  }),
  law('keys reports no expired entry', async (open) => {
    const opened = await open();
    await expired(opened);
    assert.deepEqual(await all(opened.cache.keys(`${opened.space}*`)), []);
  }),
  law('clear counts no expired entry', async (open) => {
    const opened = await open();
    await expired(opened);
    assert.equal(await opened.cache.clear(`${opened.space}*`), 0);
  }),
  law('entries that setValues stored expire too', async (open) => {
    const { cache, space, advance } = await open();
    await cache.setValues(
      [
        [`${space}a`, bytes('1')],
        [`${space}b`, bytes('2')],
      ],
      30,
    );
    await advance(30);
    assert.deepEqual(await cache.getValues([`${space}a`, `${space}b`]), [null, null]);
  }),
  lawOf(
    'exact-time',
    'an entry is readable until its last millisecond, and a miss from the moment at which it expires',
    async (open) => {
      const { cache, space, advance } = await open();
      await cache.setValue(`${space}k`, bytes('v'), 1000);
      await advance(999);
      assert.equal(text(await cache.getValue(`${space}k`)), 'v');
      await advance(1);
      assert.equal(await cache.getValue(`${space}k`), null);
    },
  ),
];

const lives: readonly CacheLaw[] = [
  law('a TTL may be milliseconds, a decimal number with a unit, or a sum of parts', async (open) => {
    const { cache, space } = await open();
    for (const [expire, ms] of LIVES) {
      assert.equal(await cache.setValue(`${space}k`, bytes('v'), expire), true, shown(expire));
      const remaining = await cache.getExpiry(`${space}k`);
      assert.ok(
        remaining !== null && remaining <= ms && remaining > ms - 5000,
        `${shown(expire)}: ${remaining}`,
      );
    }
  }),
  law('setValues accepts every form of a TTL', async (open) => {
    const { cache, space } = await open();
    for (const [expire, ms] of LIVES) {
      assert.equal(await cache.setValues([[`${space}k`, bytes('v')]], expire), true, shown(expire));
      assertRemains(await cache.getExpiry(`${space}k`), ms);
    }
  }),
  law('setExpiry accepts every form of a TTL', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), 1_000_000_000);
    for (const [expire, ms] of LIVES) {
      assert.equal(await cache.setExpiry(`${space}k`, expire), true, shown(expire));
      assertRemains(await cache.getExpiry(`${space}k`), ms);
    }
  }),
  lawOf(
    'exact-time',
    'fractions of a millisecond round up, and errors of binary floating point do not count',
    async (open) => {
      const { cache, space } = await open();
      const cases: readonly [Duration, number][] = [
        [0.001, 1],
        [1000.5, 1001],
        ['0.1ms', 1],
        ['1.0005s', 1001],
        ['2.007s', 2007],
        ['1.1h', 3_960_000],
        [{ milliseconds: 0.2 }, 1],
        [{ seconds: 1, milliseconds: 0.5 }, 1001],
      ];
      for (const [expire, ms] of cases) {
        await cache.setValue(`${space}k`, bytes('v'), expire);
        assert.equal(await cache.getExpiry(`${space}k`), ms, shown(expire));
      }
    },
  ),
  law('an entry with a TTL below one millisecond is stored', async (open) => {
    const { cache, space, advance } = await open();
    assert.equal(await cache.setValue(`${space}k`, bytes('v'), 0.25), true);
    await advance(1);
    assert.equal(await cache.getValue(`${space}k`), null);
  }),
  law('the longest TTL is 36 500 days', async (open) => {
    const { cache, space } = await open();
    for (const expire of [LONGEST, '36500d', { days: 36_500 }] as const) {
      assert.equal(await cache.setValue(`${space}k`, bytes('v'), expire), true);
      assertRemains(await cache.getExpiry(`${space}k`), LONGEST);
      assert.equal(text(await cache.getValue(`${space}k`)), 'v');
    }
  }),
];

const refusals: readonly CacheLaw[] = [
  ...entriesOf(expiringCalls).flatMap(([method, call]): CacheLaw[] => [
    law(
      `${method} returns false for an invalid TTL, and leaves the existing entry unchanged`,
      async (open) => {
        const opened = await open();
        const { key, stays } = await standing(opened);
        for (const expire of BAD) {
          assert.equal(await call(opened.cache, key, expire as Duration), false, shown(expire));
          await stays();
        }
      },
    ),
    law(`${method} logs one warning about an invalid TTL, without the value`, async (open) => {
      const opened = await open();
      await call(opened.cache, `${opened.space}k`, -1);
      const warnings = opened.log.filter(({ level }) => level === 'warning');
      assert.equal(warnings.length, 1, JSON.stringify(opened.log));
      assert.doesNotMatch(JSON.stringify(warnings), /new/);
    }),
    law(
      `${method} rejects an invalid TTL with failureMode throw, and leaves the existing entry unchanged`,
      async (open) => {
        const opened = await open({ failureMode: 'throw' });
        const { key, stays } = await standing(opened);
        for (const expire of BAD) {
          await rejectsWith('E_ARGUMENT', shown(expire), () => call(opened.cache, key, expire as Duration));
          await stays();
        }
      },
    ),
    lawOf('server', `${method} sends nothing when the TTL is invalid`, async (open) => {
      const opened = await open();
      const server = serverOf(opened);
      await server.received();
      for (const expire of BAD) await call(opened.cache, `${opened.space}k`, expire as Duration);
      assert.deepEqual(await server.received(), []);
    }),
  ]),
  law('a call with an invalid TTL creates no entry', async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}a`, bytes('v'), 0);
    await cache.setValues([[`${space}b`, bytes('v')]], Number.NaN);
    await cache.setExpiry(`${space}c`, -1);
    assert.deepEqual(await cache.getValues([`${space}a`, `${space}b`, `${space}c`]), [null, null, null]);
  }),
  law('an invalid key is refused even if the TTL is invalid too', async (open) => {
    const { cache } = await open();
    for (const [method, call] of entriesOf(expiringCalls)) {
      await rejectsWith('E_ARGUMENT', method, () => call(cache, '', 0));
    }
  }),
  law('an invalid value is refused even if the TTL is invalid too', async (open) => {
    const { cache, space } = await open();
    const wrong = 'text' as unknown as Uint8Array;
    await rejectsWith('E_ARGUMENT', 'setValue', () => cache.setValue(`${space}k`, wrong, 0));
    await rejectsWith('E_ARGUMENT', 'setValues', () => cache.setValues([[`${space}k`, wrong]], 0));
  }),
];

const remaining: readonly CacheLaw[] = [
  law('getExpiry returns the remaining TTL', async (open) => {
    const { cache, space, advance } = await open();
    await cache.setValue(`${space}k`, bytes('v'), 60_000);
    assertRemains(await cache.getExpiry(`${space}k`), 60_000);
    await advance(20);
    assertRemains(await cache.getExpiry(`${space}k`), 59_980);
  }),
  law('getExpiry returns at least 1 until the entry expires', async (open) => {
    const { cache, space, advance } = await open();
    for (let round = 0; round < 5; round += 1) {
      await cache.setValue(`${space}k`, bytes('v'), 4);
      for (
        let left = await cache.getExpiry(`${space}k`);
        left !== null;
        left = await cache.getExpiry(`${space}k`)
      ) {
        assert.ok(left >= 1 && left <= 4, `${left}`);
        await advance(0.25);
      }
    }
  }),
  law('getExpiry returns null for an absent entry', async (open) => {
    const { cache, space } = await open();
    assert.equal(await cache.getExpiry(`${space}absent`), null);
  }),
  law('setExpiry lengthens the TTL from now, and keeps the value', async (open) => {
    const { cache, space, advance } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '30s');
    assert.equal(await cache.setExpiry(`${space}k`, '10m'), true);
    await advance(20);
    assertRemains(await cache.getExpiry(`${space}k`), 600_000);
    assert.equal(text(await cache.getValue(`${space}k`)), 'v');
  }),
  law('setExpiry shortens the TTL, and the entry expires then', async (open) => {
    const { cache, space, advance } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '10m');
    assert.equal(await cache.setExpiry(`${space}k`, 30), true);
    await advance(30);
    assert.equal(await cache.getValue(`${space}k`), null);
  }),
  lawOf('exact-time', 'setExpiry counts the TTL from now', async (open) => {
    const { cache, space, advance } = await open();
    await cache.setValue(`${space}k`, bytes('v'), 1000);
    await advance(600);
    await cache.setExpiry(`${space}k`, 1000);
    await advance(999);
    assert.equal(await cache.getExpiry(`${space}k`), 1);
    await advance(1);
    assert.equal(await cache.hasValue(`${space}k`), false);
  }),
  law('setExpiry of an absent entry returns false and creates none', async (open) => {
    const { cache, space } = await open();
    assert.equal(await cache.setExpiry(`${space}absent`, '1m'), false);
    assert.equal(await cache.hasValue(`${space}absent`), false);
  }),
  law('reading an entry does not extend its TTL', async (open) => {
    const { cache, space, advance } = await open();
    await cache.setValue(`${space}k`, bytes('v'), 40);
    await cache.getValue(`${space}k`);
    await cache.getValues([`${space}k`]);
    await cache.hasValue(`${space}k`);
    await cache.getExpiry(`${space}k`);
    await advance(40);
    assert.equal(await cache.getValue(`${space}k`), null);
  }),
];

/** Lives that their caller computes when they are read. */
const computed: readonly CacheLaw[] = Object.entries(expiringCalls).flatMap(([method, call]) => [
  law(`${method} reads a TTL once`, async (open) => {
    const { cache, space } = await open();
    await cache.setValue(`${space}k`, bytes('v'), '1h');
    let reads = 0;
    const life = {
      get minutes(): number {
        reads++;
        return 1;
      },
    };
    assert.equal(await call(cache, `${space}k`, life), true);
    assert.equal(reads, 1);
  }),
  ...(['degrade', 'throw'] as const).map((failureMode) =>
    law(`${method} with ${failureMode} rejects with the error that reading its TTL throws`, async (open) => {
      const { cache, space } = await open({ failureMode });
      const error = new ConnectionError('E_CONNECTION_LOST', 'the source of the TTL is lost', 'unknown');
      const life = {
        get minutes(): number {
          throw error;
        },
      };
      let answer: Promise<unknown> | undefined;
      assert.doesNotThrow(() => {
        answer = call(cache, `${space}k`, life);
      });
      await assert.rejects(
        async () => answer,
        (rejected) => rejected === error,
      );
    }),
  ),
]);

export const expiryLaws: readonly CacheLaw[] = [...misses, ...lives, ...refusals, ...remaining, ...computed];
