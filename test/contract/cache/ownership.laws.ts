import assert from 'node:assert/strict';
import type { ICache } from '../../../src/interfaces/cache.js';
import { all, bytes, rejectsWith, text } from '../expectations.js';
import { type CacheLaw, lawOf, type OpenCache, serverOf } from './subject.js';

/** A cache and its neighbour with similar prefixes, of which none is a prefix of the other. */
async function pair(
  open: Parameters<CacheLaw['prove']>[0],
  [own, others]: readonly [string, string],
): Promise<{ opened: OpenCache; cache: ICache; neighbour: ICache }> {
  const mark = `t${Math.random().toString(36).slice(2, 10)}`;
  const opened = await open({ prefix: `${mark}${own}` });
  assert.ok(opened.neighbour, 'a subject with "prefix" opens neighbours');
  return { opened, cache: opened.cache, neighbour: await opened.neighbour(`${mark}${others}`) };
}

/** Prefixes that an unescaped pattern would confuse. */
const ALIKE: readonly (readonly [string, string])[] = [
  ['a:', 'b:'],
  ['*:', 'x:'],
  ['?:', 'x:'],
  ['[xy]:', 'x:'],
  ['[^a]:', 'x:'],
  ['\\*:', '*:'],
  ['{x}:', '{y}:'],
  ['é:', 'e:'],
];

const prefixed: readonly CacheLaw[] = [
  lawOf('prefix', 'a cache never sees the entries of a neighbour on the same store', async (open) => {
    for (const prefixes of ALIKE) {
      const { cache, neighbour } = await pair(open, prefixes);
      await cache.setValue('k', bytes('mine'), '1m');
      await neighbour.setValue('k', bytes('theirs'), '1m');
      await neighbour.setValue('n', bytes('theirs'), '1m');
      assert.equal(text(await cache.getValue('k')), 'mine');
      assert.equal(text(await neighbour.getValue('k')), 'theirs');
      assert.equal(await cache.hasValue('n'), false);
      assert.equal(await cache.getExpiry('n'), null);
      assert.equal(await cache.setExpiry('n', '5m'), false);
      assert.equal(await cache.deleteValue('n'), false);
      assert.equal(await cache.deleteValues(['n']), 0);
      assert.equal(text(await neighbour.getValue('n')), 'theirs');
    }
  }),
  lawOf('prefix', 'keys reports only keys of this cache, without the prefix', async (open) => {
    for (const prefixes of ALIKE) {
      const { cache, neighbour } = await pair(open, prefixes);
      await cache.setValues(
        [
          ['a', bytes('v')],
          ['b', bytes('v')],
        ],
        '1m',
      );
      await neighbour.setValues(
        [
          ['b', bytes('v')],
          ['c', bytes('v')],
        ],
        '1m',
      );
      assert.deepEqual((await all(cache.keys())).sort(), ['a', 'b'], prefixes.join(' and '));
      assert.deepEqual((await all(cache.keys('*'))).sort(), ['a', 'b'], prefixes.join(' and '));
      assert.deepEqual((await all(neighbour.keys())).sort(), ['b', 'c'], prefixes.join(' and '));
      assert.deepEqual(await all(cache.keys('[bc]')), ['b']);
    }
  }),
  lawOf('prefix', 'clear removes and counts only keys of this cache', async (open) => {
    for (const prefixes of ALIKE) {
      const { cache, neighbour } = await pair(open, prefixes);
      await cache.setValues(
        [
          ['a', bytes('v')],
          ['b', bytes('v')],
          ['c', bytes('v')],
        ],
        '1m',
      );
      await neighbour.setValues(
        [
          ['b', bytes('v')],
          ['c', bytes('v')],
        ],
        '1m',
      );
      assert.equal(await cache.clear('b'), 1, prefixes.join(' and '));
      assert.equal(await cache.clear(), 2, prefixes.join(' and '));
      assert.deepEqual((await all(neighbour.keys())).sort(), ['b', 'c'], prefixes.join(' and '));
      assert.equal(await neighbour.clear('*'), 2);
    }
  }),
  lawOf('prefix', 'a key of the maximum length is not refused because of the prefix', async (open) => {
    const { cache } = await pair(open, ['a:', 'b:']);
    const key = 'x'.repeat(1024);
    assert.equal(await cache.setValue(key, bytes('v'), '1m'), true);
    assert.deepEqual(await all(cache.keys()), [key]);
  }),
  lawOf(
    ['prefix', 'server'],
    'the stored name is the prefix followed by the key, both unchanged',
    async (open) => {
      for (const [prefix] of ALIKE) {
        const { opened, cache } = await pair(open, [prefix, 'z:']);
        const server = serverOf(opened);
        assert.ok(server.prefix.endsWith(prefix));
        await cache.setValue('user:1', bytes('v'), '1m');
        const stored = await server.stored(`${server.prefix}user:1`);
        assert.ok(stored !== null && Buffer.from(stored.bytes).equals(bytes('v')));
      }
    },
  ),
  lawOf(
    ['prefix', 'server'],
    'keys and clear neither report nor remove keys of other programs outside the prefix',
    async (open) => {
      const { opened, cache } = await pair(open, ['a:', 'b:']);
      const server = serverOf(opened);
      const foreign = server.prefix.slice(0, -2);
      await server.plant(foreign, bytes('theirs'));
      await cache.setValue('k', bytes('v'), '1m');
      assert.deepEqual(await all(cache.keys()), ['k']);
      assert.equal(await cache.clear(), 1);
      assert.ok((await server.stored(foreign)) !== null);
      await server.remove(foreign);
    },
  ),
];

const unprefixed: readonly CacheLaw[] = [
  ...(['degrade', 'throw'] as const).flatMap((failureMode): CacheLaw[] => [
    lawOf(
      'no-prefix',
      `keys requires a pattern when there is no prefix, with failureMode ${failureMode}`,
      async (open) => {
        const { cache } = await open({ failureMode });
        await rejectsWith('E_ARGUMENT', 'keys()', () => all(cache.keys()));
      },
    ),
    lawOf(
      'no-prefix',
      `clear requires a pattern when there is no prefix, with failureMode ${failureMode}`,
      async (open) => {
        const { cache, space } = await open({ failureMode });
        await cache.setValue(`${space}k`, bytes('v'), '1m');
        await rejectsWith('E_ARGUMENT', 'clear()', () => cache.clear());
        assert.equal(text(await cache.getValue(`${space}k`)), 'v');
      },
    ),
  ]),
  lawOf(['no-prefix', 'server'], 'a key is stored unchanged when there is no prefix', async (open) => {
    const opened = await open();
    const { cache, space } = opened;
    assert.equal(serverOf(opened).prefix, '');
    await cache.setValue(`${space}user:1`, bytes('v'), '1m');
    assert.ok((await serverOf(opened).stored(`${space}user:1`)) !== null);
    await serverOf(opened).plant(`${space}planted`, bytes('theirs'));
    assert.equal(text(await cache.getValue(`${space}planted`)), 'theirs');
    await serverOf(opened).remove(`${space}planted`);
  }),
];

export const ownershipLaws: readonly CacheLaw[] = [...prefixed, ...unprefixed];
