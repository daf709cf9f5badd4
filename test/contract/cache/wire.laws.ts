import assert from 'node:assert/strict';
import { all, assertRemains, bytes, text } from '../expectations.js';
import { type CacheLaw, lawOf, serverOf } from './subject.js';

const DAY = 86_400_000;

export const wireLaws: readonly CacheLaw[] = [
  lawOf('server', 'a TTL of whole seconds is sent as SETEX', async (open) => {
    const opened = await open();
    const server = serverOf(opened);
    const name = `${server.prefix}${opened.space}k`;
    for (const [expire, seconds] of [
      ['1h', '3600'],
      [60_000, '60'],
      [{ minutes: 1.5 }, '90'],
      ['36500d', '3153600000'],
    ] as const) {
      await server.received();
      await opened.cache.setValue(`${opened.space}k`, bytes('v'), expire);
      assert.deepEqual(await server.received(), [['SETEX', name, seconds, 'v']]);
    }
  }),
  lawOf('server', 'a TTL that is not whole seconds is sent as PSETEX, fractions rounded up', async (open) => {
    const opened = await open();
    const server = serverOf(opened);
    const name = `${server.prefix}${opened.space}k`;
    for (const [expire, ms] of [
      ['60500ms', '60500'],
      [60_000.5, '60001'],
      ['2.007s', '2007'],
      [0.1, '1'],
    ] as const) {
      await server.received();
      await opened.cache.setValue(`${opened.space}k`, bytes('v'), expire);
      assert.deepEqual(await server.received(), [['PSETEX', name, ms, 'v']]);
    }
  }),
  lawOf('server', 'no write leaves a key without a TTL', async (open) => {
    const opened = await open();
    const server = serverOf(opened);
    const { cache, space } = opened;
    const keys = Array.from({ length: 300 }, (_, index) => `${space}${index}`);
    await cache.setValue(`${space}one`, bytes('v'), DAY);
    await cache.setValue(`${space}null`, null, 36_500 * DAY);
    await cache.setValues(
      keys.map((key) => [key, bytes('v')] as const),
      '36500d',
    );
    await cache.setExpiry(`${space}one`, '36500d');
    await cache.setExpiry(`${space}0`, '1m');
    for (const key of [`${space}one`, `${space}null`, ...keys]) {
      const stored = await server.stored(server.prefix + key);
      assert.ok(stored !== null && stored.remainingMs !== null, `${key} has an expiry`);
    }
  }),
  lawOf('server', 'the server itself expires an entry after its TTL', async (open) => {
    const opened = await open();
    const server = serverOf(opened);
    const { cache, space } = opened;
    const life = async (key: string): Promise<number | null> =>
      (await server.stored(server.prefix + space + key))?.remainingMs ?? null;
    await cache.setValue(`${space}a`, bytes('v'), '90500ms');
    assertRemains(await life('a'), 90_500);
    await cache.setValues([[`${space}b`, bytes('v')]], '90500ms');
    assertRemains(await life('b'), 90_500);
    await cache.setExpiry(`${space}a`, '150500ms');
    assertRemains(await life('a'), 150_500);
  }),
  lawOf('server', 'null is sent as empty bytes, and bytes are sent unchanged', async (open) => {
    const opened = await open();
    const server = serverOf(opened);
    const every = Uint8Array.from({ length: 256 }, (_, index) => index);
    await opened.cache.setValue(`${opened.space}null`, null, '1m');
    await opened.cache.setValue(`${opened.space}bytes`, every, '1m');
    const at = async (key: string): Promise<Uint8Array | undefined> =>
      (await server.stored(server.prefix + opened.space + key))?.bytes;
    assert.equal((await at('null'))?.length, 0);
    assert.deepEqual(Buffer.from((await at('bytes')) ?? []), Buffer.from(every));
  }),
  lawOf(
    'server',
    'an entry that another program wrote without a TTL has the remaining TTL Infinity',
    async (open) => {
      const opened = await open();
      const server = serverOf(opened);
      const { cache, space } = opened;
      const name = `${server.prefix}${space}planted`;
      await server.plant(name, bytes('theirs'));
      assert.equal(await cache.getExpiry(`${space}planted`), Number.POSITIVE_INFINITY);
      assert.equal(text(await cache.getValue(`${space}planted`)), 'theirs');
      assert.equal(await cache.setExpiry(`${space}planted`, '1m'), true);
      assertRemains(await cache.getExpiry(`${space}planted`), 60_000);
    },
  ),
  lawOf('server', 'keys and clear use SCAN, never KEYS', async (open) => {
    const opened = await open();
    const server = serverOf(opened);
    const { cache, space } = opened;
    await cache.setValues(
      [
        [`${space}a`, bytes('v')],
        [`${space}b`, bytes('v')],
      ],
      '1m',
    );
    await server.received();
    await all(cache.keys(`${space}*`));
    await cache.clear(`${space}*`);
    const commands = (await server.received()).map(([command]) => command);
    assert.ok(commands.includes('SCAN'), commands.join(' '));
    assert.ok(!commands.includes('KEYS'), commands.join(' '));
  }),
  lawOf('server', 'clear never removes keys of other programs from the database', async (open) => {
    const opened = await open();
    const server = serverOf(opened);
    const { cache, space } = opened;
    const foreign = `foreign${Math.random()}`;
    await server.plant(foreign, bytes('theirs'));
    await cache.setValue(`${space}k`, bytes('v'), '1m');
    await cache.clear(`${space}*`);
    await cache.clear(space === '' ? '*' : `${space}[a-z]`);
    assert.ok((await server.stored(foreign)) !== null);
    await server.remove(foreign);
  }),
];
