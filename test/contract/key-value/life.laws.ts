import assert from 'node:assert/strict';
import { text } from '../expectations.js';
import { type KeyValueLaw, law, type OpenKeyValue } from './subject.js';

const DAY_MS = 86_400_000;

/** Remaining life; fails for a key that has none. */
async function remaining({ values }: OpenKeyValue, key: string): Promise<number> {
  const life = await values.lifeOf(key);
  assert.equal(life.state, 'expiring');
  return life.state === 'expiring' ? life.remainingMs : Number.NaN;
}

/** Fails unless a life is what was asked for, less what a slow machine may have taken. */
function assertLife(remainingMs: number, ms: number): void {
  assert.ok(remainingMs <= ms && remainingMs > ms - 5000, `${remainingMs} of ${ms} ms`);
}

/** Laws of lives. */
export const lifeLaws: readonly KeyValueLaw[] = [
  law('a value expires when its life is over, to the millisecond of what was asked', async (open) => {
    const opened = await open();
    const { values, advance } = opened;
    for (const [expire, ms] of [
      [6500, 6500],
      ['6.5s', 6500],
      [{ seconds: 6, milliseconds: 499.5 }, 6500],
    ] as const) {
      await values.set('k', 'v', { expire });
      const left = await remaining(opened, 'k');
      assertLife(left, ms);
      await advance(ms);
      assert.equal(await values.get('k'), undefined);
      assert.equal(await values.exists('k'), false);
      assert.deepEqual(await values.lifeOf('k'), { state: 'absent' });
      assert.deepEqual(await values.getMany(['k']), [undefined]);
      assert.equal(await values.count(), 0);
    }
    await values.set('k', 'v', { expire: '30d' });
    await advance(DAY_MS);
    assertLife(await remaining(opened, 'k'), 29 * DAY_MS);
  }),
  law(
    'a write without a life removes the one before, and `keepExpire` keeps what remains of it',
    async (open) => {
      const opened = await open();
      const { values, advance } = opened;
      await values.set('k', '1', { expire: '1h' });
      await advance(60_000);
      await values.set('k', '2', { keepExpire: true });
      assertLife(await remaining(opened, 'k'), 3_540_000);
      assert.equal(await values.getText('k'), '2');
      await values.setJson('k', 3, { keepExpire: true });
      assertLife(await remaining(opened, 'k'), 3_540_000);
      await values.set('k', '4', { keepExpire: false });
      assert.deepEqual(await values.lifeOf('k'), { state: 'persistent' });
      await values.set('k', '5', { keepExpire: true });
      assert.deepEqual(await values.lifeOf('k'), { state: 'persistent' });
      await values.set('new', '6', { keepExpire: true });
      assert.deepEqual(await values.lifeOf('new'), { state: 'persistent' });
    },
  ),
  law('`lifeOf` tells absent, persistent and expiring keys apart', async (open) => {
    const { values, advance } = await open();
    assert.deepEqual(await values.lifeOf('k'), { state: 'absent' });
    await values.set('k', '');
    assert.deepEqual(await values.lifeOf('k'), { state: 'persistent' });
    await advance(DAY_MS);
    assert.deepEqual(await values.lifeOf('k'), { state: 'persistent' });
    await values.set('k', '', { expire: '1h' });
    const life = await values.lifeOf('k');
    assert.deepEqual(Object.keys(life), ['state', 'remainingMs']);
  }),
  law('`expire` sets the life of a value, and none where there is no value', async (open) => {
    const opened = await open();
    const { values, advance } = opened;
    assert.equal(await values.expire('k', '1h'), false);
    assert.equal(await values.exists('k'), false);
    await values.set('k', 'v');
    assert.equal(await values.expire('k', '2h'), true);
    assertLife(await remaining(opened, 'k'), 7_200_000);
    assert.equal(await values.expire('k', 90_000), true);
    await advance(90_000);
    assert.equal(await values.get('k'), undefined);
  }),
  law('`persist` removes the life of a value, and tells if there was one', async (open) => {
    const { values, advance } = await open();
    assert.equal(await values.persist('k'), false);
    await values.set('k', 'v', { expire: '1h' });
    assert.equal(await values.persist('k'), true);
    assert.equal(await values.persist('k'), false);
    await advance(DAY_MS);
    assert.equal(await values.getText('k'), 'v');
  }),
  law('`getAndExpire` reads a value and sets its life in one step', async (open) => {
    const opened = await open();
    const { values, advance } = opened;
    assert.equal(await values.getAndExpire('k', '1h'), undefined);
    assert.equal(await values.exists('k'), false);
    await values.set('k', 'v', { expire: '1m' });
    assert.equal(text(await values.getAndExpire('k', '1h')), 'v');
    assertLife(await remaining(opened, 'k'), 3_600_000);
    await advance(3_600_000);
    assert.equal(await values.getAndExpire('k', '1h'), undefined);
  }),
];
